//! Step 3: what a visitor does and has to see, how its exercises are checked, and a program with a fault in it.

#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken;

use journey::{
    Act::{Browser, ClearCookies, Get, Post, Press, Restart},
    Diagnosis, Exercise,
    Expect::{Pair, Says, Sends, Status, Visits, VisitsBelow},
    Journey, Suspect, text,
};
use lossless_sessions::Recorder;

use super::journey;

pub static JOURNEYS: &[Journey] = &[
    journey(
        "first visit",
        &[Get("/")],
        &[Visits(0), Sends("set-cookie", "HttpOnly")],
    ),
    journey("second visit", &[Get("/"), Get("/")], &[Visits(1)]),
    journey("third visit", &[Get("/"), Get("/"), Get("/")], &[Visits(2)]),
    journey(
        "another browser",
        &[Get("/"), Get("/"), Browser("Ben's"), Get("/")],
        &[Visits(0)],
    ),
    journey(
        "cookie cleared",
        &[Get("/"), Get("/"), ClearCookies, Get("/")],
        &[Visits(0)],
    ),
    journey(
        "server restarted",
        &[Get("/"), Get("/"), Restart, Get("/")],
        &[Visits(0)],
    ),
    journey(
        "only the home page counts",
        &[Get("/"), Get("/books"), Get("/books/1"), Get("/")],
        &[Visits(1)],
    ),
    journey(
        "count and car",
        &[Get("/"), Post("/my-car", "text=beetle")],
        &[Says("beetle"), Pair("num_visits", "1")],
    ),
];

pub static EXERCISES: &[Exercise] = &[
    Exercise {
        journeys: &[
            journey("first visit", &[Get("/")], &[Visits(1)]),
            journey("second visit", &[Get("/"), Get("/")], &[Visits(2)]),
            journey(
                "what is stored",
                &[Get("/"), Get("/my-car")],
                &[Pair("num_visits", "1")],
            ),
            journey(
                "somebody who was counted before",
                &[Get("/"), Get("/"), Get("/"), Get("/my-car")],
                &[Pair("num_visits", "3")],
            ),
        ],
        source: &[],
    },
    Exercise {
        journeys: &[
            journey(
                "start again",
                &[
                    Get("/"),
                    Get("/"),
                    Get("/"),
                    Press("Start again", ""),
                    Get("/"),
                ],
                &[VisitsBelow(3), Status(200)],
            ),
            journey(
                "the car stays",
                &[
                    Post("/my-car", "text=beetle"),
                    Get("/"),
                    Press("Start again", ""),
                    Get("/my-car"),
                ],
                &[Says("beetle")],
            ),
        ],
        source: &[],
    },
];

pub static DIAGNOSIS: Diagnosis = Diagnosis {
    symptom: "“This is my third visit,” says Ann, “and the page says 1 each time.”",
    source: text!("broken.rs"),
    journey: journey("third visit", &[Get("/"), Get("/"), Get("/")], &[Visits(3)]),
    wrong: "session.insert(NUM_VISITS, before).await?;",
    right: "session.insert(NUM_VISITS, num_visits).await?;",
    why: "The first visit creates {\"num_visits\":0}, where a 1 should be, and no later visit saves anything: this \
          line stores the number that was read. Inserting an equal value changes nothing, so there is nothing to save.",
    suspects: &[
        Suspect {
            line: "let before: u64 = session.get_or(NUM_VISITS, 0).await?;",
            why: "This line reads what is there. The wire shows the same 0 at each load. Which line stored it?",
        },
        Suspect {
            line: "let num_visits = before.saturating_add(1);",
            why: "This line adds one, and the page shows the sum. What happens to the sum after that?",
        },
    ],
    sessions: |_| Ok(Recorder::new(broken::engine())),
    app: broken::app,
};
