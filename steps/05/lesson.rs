//! Step 5: what a visitor does and has to see, how its exercises are checked, and a program with a fault in it.

#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken;

use journey::{
    Act::{ClearCookies, Get, Restart, Wait},
    Diagnosis, Exercise,
    Expect::{Logs, Visits},
    Journey, Suspect, text,
};
use lossless_sessions::Recorder;

use super::journey;

pub static JOURNEYS: &[Journey] = &[
    journey("second visit", &[Get("/"), Get("/")], &[Visits(1)]),
    journey(
        "server restarted",
        &[Get("/"), Get("/"), Restart, Get("/")],
        &[Visits(2)],
    ),
    journey(
        "cookie cleared",
        &[Get("/"), Get("/"), ClearCookies, Get("/")],
        &[Visits(0)],
    ),
];

pub static EXERCISES: &[Exercise] = &[
    Exercise {
        journeys: &[
            journey("it still counts", &[Get("/"), Get("/")], &[Visits(1)]),
            journey(
                "an expired session",
                &[Get("/"), Wait(2 * 604_800), Get("/")],
                &[Visits(0)],
            ),
            journey(
                "a sweep a minute",
                &[Get("/")],
                &[Logs("next sweep in", "60 s")],
            ),
        ],
        source: &[],
    },
    Exercise {
        journeys: &[
            journey(
                "after 110 seconds",
                &[Get("/"), Wait(110), Get("/")],
                &[Visits(1)],
            ),
            journey(
                "after 130 seconds, however busy",
                &[Get("/"), Wait(65), Get("/"), Wait(65), Get("/")],
                &[Visits(0)],
            ),
            journey(
                "a new session lives just as long",
                &[Get("/"), Wait(130), Get("/"), Wait(110), Get("/")],
                &[Visits(1)],
            ),
        ],
        source: &[],
    },
];

pub static DIAGNOSIS: Diagnosis = Diagnosis {
    symptom: "“I have been reading here all afternoon,” says Ann, “and all of a sudden I am counted from 0.”",
    source: text!("broken.rs"),
    journey: journey(
        "a long afternoon",
        &[Get("/"), Wait(3_000), Get("/"), Wait(3_000), Get("/")],
        &[Visits(2)],
    ),
    wrong: "const LONGEST: Duration = Duration::minutes(90);",
    right: "const LONGEST: Duration = Duration::days(90);",
    why: "Ann was never away for more than 50 minutes, and her browser sent the cookie each time, yet the third load \
          finds nothing. A session that ends while it is in use has reached its absolute limit. This line says 90 \
          minutes where 90 days were meant.",
    suspects: &[
        Suspect {
            line: "const IDLE: Duration = Duration::weeks(2);",
            why: "Ann was away for 50 minutes at most, and the cookie's Max-Age says two weeks.",
        },
        Suspect {
            line: "sessions.sweep_every(Duration::hours(1));",
            why: "A sweep only deletes sessions that have expired already. It never ends one.",
        },
        Suspect {
            line: ".with_expiry(Expiry::OnInactivity(IDLE));",
            why: "Each visit prolongs the session by two weeks, as the cookie in every answer shows.",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken::engine(library)?)),
    app: broken::app,
};
