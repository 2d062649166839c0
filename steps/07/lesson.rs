//! Step 7: what a visitor does and has to see, how its exercises are checked, and a program with a fault in it.

#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken;

use journey::{
    Act::{Browser, Get, OldRows, Post, Press, Restart},
    Diagnosis, Exercise,
    Expect::{NoCookie, Says, SaysNot, Sends, Status},
    Journey, Suspect, text,
};
use lossless_sessions::Recorder;

use super::journey;

/// What the step stores for somebody who has chosen five books and dismissed the notice.
const OLD_PREFERENCES: &str =
    r#"{"num_visits":1,"preferences":{"notice_dismissed":true,"per_page":5}}"#;

pub static JOURNEYS: &[Journey] = &[
    journey(
        "ten on a page",
        &[Get("/books")],
        &[Says("Page 1 of 9"), NoCookie],
    ),
    journey(
        "five on a page",
        &[Post("/books/per-page", "number=5")],
        &[Says("Page 1 of 18")],
    ),
    journey(
        "five on a page of a search",
        &[
            Post("/books/per-page", "number=5"),
            Get("/books?q=the&page=2"),
        ],
        &[Says("Page 2 of 9")],
    ),
    journey(
        "another browser",
        &[
            Post("/books/per-page", "number=5"),
            Browser("Ben's"),
            Get("/books"),
        ],
        &[Says("Page 1 of 9")],
    ),
    journey(
        "not on offer",
        &[Post("/books/per-page", "number=1000000")],
        &[Status(422), Says("not on offer")],
    ),
    journey(
        "notice shown",
        &[Get("/")],
        &[Says("The reading room is closed on Mondays.")],
    ),
    journey(
        "notice dismissed",
        &[Post("/notice/dismiss", ""), Restart, Get("/")],
        &[
            SaysNot("The reading room is closed on Mondays."),
            Sends("set-cookie", "Max-Age=1209600"),
        ],
    ),
];

/// What an exercise adds must not cost what the step has.
const CHOICES: Journey = journey(
    "what could be chosen before",
    &[
        Get("/books"),
        Press("Choose", "number=5"),
        Get("/"),
        Press("Do not show this again", ""),
        Get("/"),
    ],
    &[Says("You have visited"), SaysNot("The reading room")],
);

pub static EXERCISES: &[Exercise] = &[
    Exercise {
        journeys: &[
            journey("first visit", &[Get("/")], &[Says("record counts")]),
            journey(
                "hidden",
                &[Get("/"), Press("Show or hide the counts", ""), Get("/")],
                &[SaysNot("record counts"), Says("You have visited")],
            ),
            journey(
                "shown again",
                &[
                    Get("/"),
                    Press("Show or hide the counts", ""),
                    Press("Show or hide the counts", ""),
                    Get("/"),
                ],
                &[Says("record counts")],
            ),
            journey(
                "hidden for one visitor only",
                &[
                    Get("/"),
                    Press("Show or hide the counts", ""),
                    Browser("Ben's"),
                    Get("/"),
                ],
                &[Says("record counts")],
            ),
            CHOICES,
            journey(
                "an older row still loads",
                &[Get("/"), OldRows(OLD_PREFERENCES), Get("/")],
                &[
                    Status(200),
                    Says("record counts"),
                    SaysNot("The reading room"),
                ],
            ),
            journey(
                "five books stay five",
                &[
                    Get("/"),
                    OldRows(OLD_PREFERENCES),
                    Get("/"),
                    Press("Show or hide the counts", ""),
                    Get("/books"),
                ],
                &[Says("Page 1 of 18")],
            ),
        ],
        source: &[],
    },
    Exercise {
        journeys: &[
            journey(
                "welcome, after a restart",
                &[Get("/"), Press("Keep it", "text=Ann"), Restart, Get("/")],
                &[Says("Welcome, Ann.")],
            ),
            journey(
                "welcome for Ann only",
                &[
                    Get("/"),
                    Press("Keep it", "text=Ann"),
                    Browser("Ben's"),
                    Get("/"),
                ],
                &[Status(200), SaysNot("Ann")],
            ),
            journey(
                "an older row still loads",
                &[
                    Get("/"),
                    OldRows(OLD_PREFERENCES),
                    Get("/"),
                    Press("Keep it", "text=Ann"),
                    Get("/books"),
                ],
                &[Says("Page 1 of 18")],
            ),
            CHOICES,
            journey(
                "a name of 101 characters",
                &[
                    Get("/"),
                    Press(
                        "Keep it",
                        "text=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                    ),
                ],
                &[Status(422)],
            ),
        ],
        source: &[],
    },
];

pub static DIAGNOSIS: Diagnosis = Diagnosis {
    symptom: "“I dismissed the notice,” says Ann. “Then I chose five books on a page, and the notice is back.”",
    source: text!("broken.rs"),
    journey: journey(
        "two choices",
        &[
            Post("/notice/dismiss", ""),
            Post("/books/per-page", "number=5"),
            Get("/"),
        ],
        &[SaysNot("The reading room is closed on Mondays.")],
    ),
    wrong: "..Preferences::default()",
    right: "..session.get_or(PREFERENCES, Preferences::default()).await?",
    why: "The save of the second POST turns notice_dismissed from true into false. It stores a whole new struct, and \
          this line takes the fields that the visitor did not choose just now from the defaults, instead of from what is \
          stored.",
    suspects: &[
        Suspect {
            line: "session.insert(PREFERENCES, chosen).await?;",
            why: "This line stores all of chosen, as it should. What is in chosen?",
        },
        Suspect {
            line: "my.notice_dismissed = true",
            why: "The first save on the wire says notice_dismissed: true, so this has worked.",
        },
        Suspect {
            line: "#[serde(default)]",
            why: "A default is used for a field that the stored row lacks. The wire shows that this row has both fields.",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken::engine(library)?)),
    app: broken::app,
};
