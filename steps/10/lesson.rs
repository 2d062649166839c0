//! Step 10: what a visitor does and has to see, how its exercises are checked, and a program with a fault in it.

#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken;

use journey::{
    Act::{AtOnce, Browser, Get, Post, Restart},
    Diagnosis, Exercise,
    Expect::{Pair, Says, SaysNot, Visits},
    Journey, SourceRule, Suspect, text,
};
use lossless_sessions::Recorder;

use super::journey;

pub static JOURNEYS: &[Journey] = &[
    journey(
        "first visit",
        &[Get("/")],
        &[Visits(0), Says("answered by process")],
    ),
    journey(
        "eighth visit",
        &[
            Get("/"),
            Get("/"),
            Get("/"),
            Get("/"),
            Get("/"),
            Get("/"),
            Get("/"),
            Get("/"),
        ],
        &[Visits(7)],
    ),
    journey(
        "two browsers",
        &[
            Get("/"),
            Browser("Ben's"),
            Get("/"),
            Browser("Ann's"),
            Get("/"),
            Browser("Ben's"),
            Get("/"),
        ],
        &[Visits(1)],
    ),
    journey(
        "many at once",
        &[Get("/"), AtOnce(16, "/"), Get("/")],
        &[Visits(17)],
    ),
    journey(
        "after a restart",
        &[Get("/"), Restart, Get("/")],
        &[Visits(1)],
    ),
    journey(
        "two machines",
        &[Get("/machines")],
        &[
            Pair("a memory each", "[0, 0, 0, 0, 0, 0, 0, 0]"),
            Pair("a memory each, sticky", "[0, 1, 2, 3, 0, 1, 2, 3]"),
            Pair("a cache each, one store", "[0, 1, 1, 2, 2, 3, 3, 4]"),
            Pair("one store", "[0, 1, 2, 3, 4, 5, 6, 7]"),
        ],
    ),
];

pub static EXERCISES: &[Exercise] = &[
    Exercise {
        journeys: &[
            journey(
                "four visits",
                &[Get("/"), Get("/"), Get("/"), Get("/")],
                &[Pair("moves", "3"), Visits(3)],
            ),
            journey(
                "nobody moves",
                &[
                    Get("/"),
                    Browser("Ben's"),
                    Get("/"),
                    Browser("Ann's"),
                    Get("/"),
                ],
                &[Pair("moves", "0"), Visits(1)],
            ),
        ],
        source: &[],
    },
    Exercise {
        journeys: &[journey(
            "a cache that loses nothing",
            &[Get("/machines")],
            &[
                Pair("a memory each", "[0, 0, 0, 0, 0, 0, 0, 0]"),
                SaysNot("[0, 1, 1, 2, 2, 3, 3, 4]"),
                // The third line is the one above it.
                Says("[0, 1, 2, 3, 4, 5, 6, 7] one store [0, 1, 2, 3, 4, 5, 6, 7]"),
            ],
        )],
        source: &[SourceRule {
            any_of: &["CachingSessionStore::new("],
            missing: "the machines of the third line should still have a cache before the store",
        }],
    },
];

pub static DIAGNOSIS: Diagnosis = Diagnosis {
    symptom: "“I have changed my name to Anna,” says Ann, “and the next page still says Ann.”",
    source: text!("broken.rs"),
    journey: journey(
        "two machines and a change",
        &[Post("/name", "text=Ann"), Post("/name", "text=Anna")],
        &[Says("Welcome, Anna."), SaysNot("Welcome, Ann.")],
    ),
    wrong: "let engine = || CachingSessionStore::new(MemoryStore::default(), sessions.clone());",
    right: "let engine = || sessions.clone();",
    why: "Each machine gets a cache of its own. The second one has cached Ann when it showed the first page, and nobody \
          tells it about Anna: on the wire, the last page asks the store for nothing. A cache must be one for \
          all machines, or there must be none.",
    suspects: &[
        Suspect {
            line: "machines::round_robin([one, other])",
            why: "This line sends each request to the other machine. That brings the fault to light, and does not cause \
                  it: a proxy may send any request to any machine.",
        },
        Suspect {
            line: "session.insert(NAME, typed.text.0).await?;",
            why: "This line changes the name. On the wire Anna was saved, so the store has her new name.",
        },
        Suspect {
            line: "let name = session.get_or(NAME, \"stranger\".to_string()).await?;",
            why: "This line reads whatever the session was loaded with. The question is where it was loaded from.",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken::engine(library)?)),
    app: broken::app,
};
