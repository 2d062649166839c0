//! Steps 1 to 4.

use super::{
    Answer,
    Verdict::{Right, Wrong},
};

const COUNTS: &str = "let counts = library.counts().await?;";
const SHOWN: &str = "(page::record_counts(&counts))";
const MAIN: &str = "#[tokio::main]";

pub const ANSWERS: &[Answer] = &[
    Answer {
        exercise: "1.1",
        name: "an atomic",
        verdict: Right,
        changes: &[
            (
                "pub fn app",
                "static VISITS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);\n\npub fn app",
            ),
            (
                COUNTS,
                "let counts = library.counts().await?;
                 let before = VISITS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);",
            ),
            (
                SHOWN,
                "(page::record_counts(&counts)) p { \"This page was sent \" (before) \" times before.\" }",
            ),
        ],
    },
    Answer {
        exercise: "1.1",
        name: "a mutex, and another sentence",
        verdict: Right,
        changes: &[
            (
                "pub fn app",
                "static VISITS: std::sync::Mutex<u32> = std::sync::Mutex::new(0);\n\npub fn app",
            ),
            (
                SHOWN,
                "(page::record_counts(&counts)) p { ({ let mut n = VISITS.lock().unwrap(); *n += 1; *n }) \" visits\" }",
            ),
        ],
    },
    Answer {
        exercise: "1.1",
        name: "a local number",
        verdict: Wrong("a number on the last page should be one higher"),
        changes: &[
            (COUNTS, "let counts = library.counts().await?; let mut before = 0; before += 1;"),
            (SHOWN, "(page::record_counts(&counts)) p { \"Visit \" (before) }"),
        ],
    },
    Answer {
        exercise: "1.1",
        name: "the time",
        verdict: Wrong("one higher"),
        changes: &[(
            SHOWN,
            "(page::record_counts(&counts))
             p { \"Shown at \" (std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64) }",
        )],
    },
    Answer {
        exercise: "1.1",
        name: "it rises by two",
        verdict: Wrong("one higher"),
        changes: &[
            (
                "pub fn app",
                "static VISITS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);\n\npub fn app",
            ),
            (
                SHOWN,
                "(page::record_counts(&counts))
                 p { \"Sent: \" (VISITS.fetch_add(2, std::sync::atomic::Ordering::Relaxed)) }",
            ),
        ],
    },
    Answer {
        exercise: "1.1",
        name: "a file keeps it",
        verdict: Wrong("the last page should say what the first one said; it said “Sent: "),
        changes: &[(
            SHOWN,
            "(page::record_counts(&counts)) p { \"Sent: \" ({
                let file = std::env::var(\"LOCALLIBRARY_DB\").unwrap() + \".count\";
                let count: u64 = std::fs::read_to_string(&file).map_or(0, |text| text.parse().unwrap());
                std::fs::write(&file, (count + 1).to_string()).unwrap();
                count
             }) }",
        )],
    },
    Answer {
        exercise: "2.1",
        name: "chars",
        verdict: Right,
        changes: &[
            (
                "    session.insert(MY_CAR, typed.text.0).await?;",
                "    session.insert(\"letters\", typed.text.0.chars().count()).await?;
                 session.insert(MY_CAR, typed.text.0).await?;",
            ),
            (
                "(page::fact(\"get\", &car))",
                "(page::fact(\"get\", &car)) (page::fact(\"letters\", &session.get::<usize>(\"letters\").await?))",
            ),
        ],
    },
    Answer {
        exercise: "2.1",
        name: "another type, another key, another sentence",
        verdict: Right,
        changes: &[
            (
                "    session.insert(MY_CAR, typed.text.0).await?;",
                "    let mut letters = 0_u8;
                 for _ in typed.text.0.chars() { letters += 1; }
                 session.insert(MY_CAR, typed.text.0).await?;
                 session.insert(\"length_of_name\", letters).await?;",
            ),
            (
                "(page::fact(\"get\", &car))",
                "(page::fact(\"get\", &car))
                 p { \"Letters: \" (session.get_or(\"length_of_name\", 0_u8).await?) \".\" }",
            ),
        ],
    },
    Answer {
        exercise: "2.1",
        name: "len counts bytes",
        verdict: Wrong("škoda has five letters: the last page should have the number 5"),
        changes: &[
            (
                "    session.insert(MY_CAR, typed.text.0).await?;",
                "    session.insert(\"letters\", typed.text.0.len()).await?;
                 session.insert(MY_CAR, typed.text.0).await?;",
            ),
            (
                "(page::fact(\"get\", &car))",
                "(page::fact(\"get\", &car)) (page::fact(\"letters\", &session.get::<usize>(\"letters\").await?))",
            ),
        ],
    },
    Answer {
        exercise: "2.1",
        name: "counted where it is shown",
        verdict: Wrong("the car deleted: the last page should have the number 6"),
        changes: &[(
            "(page::fact(\"get\", &car))",
            "(page::fact(\"get\", &car))
             (page::fact(\"letters\", &car.as_ref().map(|car| car.chars().count())))",
        )],
    },
    Answer {
        exercise: "2.1",
        name: "the first number stays",
        verdict: Wrong("another car"),
        changes: &[
            (
                "    session.insert(MY_CAR, typed.text.0).await?;",
                "    session.setdefault(\"letters\", typed.text.0.chars().count()).await?;
                 session.insert(MY_CAR, typed.text.0).await?;",
            ),
            (
                "(page::fact(\"get\", &car))",
                "(page::fact(\"get\", &car)) (page::fact(\"letters\", &session.get::<usize>(\"letters\").await?))",
            ),
        ],
    },
    Answer {
        exercise: "2.1",
        name: "in place of the car",
        verdict: Wrong(""),
        changes: &[(
            "session.insert(MY_CAR, typed.text.0)",
            "session.insert(MY_CAR, typed.text.0.chars().count().to_string())",
        )],
    },
    Answer {
        exercise: "3.1",
        name: "added when it is read",
        verdict: Right,
        changes: &[
            (
                "let num_visits: u64 = session.get_or(NUM_VISITS, 0).await?;",
                "let num_visits = session.get_or(NUM_VISITS, 0_u64).await?.saturating_add(1);",
            ),
            ("num_visits.saturating_add(1))\n", "num_visits)\n"),
        ],
    },
    Answer {
        exercise: "3.1",
        name: "edit",
        verdict: Right,
        changes: &[
            (
                "let num_visits: u64 = session.get_or(NUM_VISITS, 0).await?;",
                "let num_visits = session.edit(NUM_VISITS, 0_u64, |visits| *visits += 1).await?;",
            ),
            (
                "    session
        .insert(NUM_VISITS, num_visits.saturating_add(1))
        .await?;\n",
                "",
            ),
        ],
    },
    Answer {
        exercise: "3.1",
        name: "a default of 1",
        verdict: Wrong("num_visits: 1 wanted, 2 found"),
        changes: &[("get_or(NUM_VISITS, 0)", "get_or(NUM_VISITS, 1)")],
    },
    Answer {
        exercise: "3.1",
        name: "added on the page, and the plural forgotten",
        verdict: Wrong("it says “You have visited this page 1 times.”"),
        changes: &[("this page \" (num_visits)", "this page \" (num_visits + 1)")],
    },
    Answer {
        exercise: "3.1",
        name: "added twice",
        verdict: Wrong("the count of visits should be 2; it is 3, one too many"),
        changes: &[
            (
                "let num_visits: u64 = session.get_or(NUM_VISITS, 0).await?;",
                "let num_visits = session.get_or(NUM_VISITS, 0_u64).await?.saturating_add(1);",
            ),
        ],
    },
    Answer {
        exercise: "3.2",
        name: "the key is removed",
        verdict: Right,
        changes: START_AGAIN,
    },
    Answer {
        exercise: "3.2",
        name: "the count is 0, after the first exercise",
        verdict: Right,
        changes: &[
            START_AGAIN[0],
            START_AGAIN[1],
            (
                MAIN,
                "async fn start_again(session: Session) -> Result<Redirect, Error> {
                     session.insert(NUM_VISITS, 0).await?;
                     Ok(Redirect::to(\"/\"))
                 }\n\n#[tokio::main]",
            ),
            ("this page \" (num_visits)", "this page \" (num_visits + 1)"),
        ],
    },
    Answer {
        exercise: "3.2",
        name: "everything is removed",
        verdict: Wrong("the car stays: the last page should say “beetle”"),
        changes: &[
            START_AGAIN[0],
            START_AGAIN[1],
            (
                MAIN,
                "async fn start_again(session: Session) -> Result<Redirect, Error> {
                     session.remove_all().await?;
                     Ok(Redirect::to(\"/\"))
                 }\n\n#[tokio::main]",
            ),
        ],
    },
    Answer {
        exercise: "3.2",
        name: "nothing is removed",
        verdict: Wrong("fewer than 3 visits; it counts"),
        changes: &[
            START_AGAIN[0],
            START_AGAIN[1],
            (
                MAIN,
                "async fn start_again() -> Result<Redirect, Error> { Ok(Redirect::to(\"/my-car\")) }
                 \n\n#[tokio::main]",
            ),
        ],
    },
    Answer {
        exercise: "3.2",
        name: "a link",
        verdict: Wrong("no form with a button “Start again”"),
        changes: &[
            (START_AGAIN[0].0, ".route(\"/start-again\", get(start_again))\n        .route(\"/my-car/clear\", post(clear_session))"),
            (
                START_AGAIN[1].0,
                "p { a href=\"/start-again\" { \"Start again\" } } p { a href=\"/my-car\" {",
            ),
            START_AGAIN[2],
        ],
    },
    Answer {
        exercise: "4.1",
        name: "a default of the type",
        verdict: Right,
        changes: &[
            ("    wheels: String,\n", "    wheels: String,\n    #[serde(default)]\n    paint: String,\n"),
            PAINT[0],
            PAINT[1],
            PAINT[2],
            PAINT[3],
        ],
    },
    Answer {
        exercise: "4.1",
        name: "red by a function, in one handler with insert",
        verdict: Right,
        changes: &[
            (
                "    wheels: String,\n",
                "    wheels: String,\n    #[serde( default = \"red\" )]\n    paint: String,\n",
            ),
            PAINT[0],
            PAINT[1],
            PAINT[2],
            (
                MAIN,
                "fn red() -> String { \"red\".into() }

                 async fn paint(session: Session) -> Result<Redirect, Error> {
                     let mut car: Car = session.get_or(MY_CAR, mini()).await?;
                     car.paint = \"blue\".into();
                     session.insert(MY_CAR, car).await?;
                     Ok(Redirect::to(\"/my-car\"))
                 }\n\n#[tokio::main]",
            ),
        ],
    },
    Answer {
        exercise: "4.1",
        name: "no default",
        verdict: Wrong("a car that was stored without paint must still load"),
        changes: &[
            ("    wheels: String,\n", "    wheels: String,\n    paint: String,\n"),
            PAINT[0],
            PAINT[1],
            PAINT[2],
            PAINT[3],
        ],
    },
    Answer {
        exercise: "4.1",
        name: "only the copy is painted",
        verdict: Wrong("painted, and loaded again"),
        changes: &[
            ("    wheels: String,\n", "    wheels: String,\n    #[serde(default)]\n    paint: String,\n"),
            PAINT[0],
            PAINT[1],
            PAINT[2],
            (
                MAIN,
                "async fn paint(session: Session) -> Result<Redirect, Error> {
                     let mut car: Car = session.get_or(MY_CAR, mini()).await?;
                     car.paint = \"blue\".into();
                     Ok(Redirect::to(\"/my-car\"))
                 }\n\n#[tokio::main]",
            ),
        ],
    },
    Answer {
        exercise: "4.1",
        name: "a new car is painted",
        verdict: Wrong("the wheels stay: the last page should say “\"alloy\"”"),
        changes: &[
            ("    wheels: String,\n", "    wheels: String,\n    #[serde(default)]\n    paint: String,\n"),
            PAINT[0],
            PAINT[1],
            PAINT[2],
            (
                MAIN,
                "async fn paint(session: Session) -> Result<Redirect, Error> {
                     let car: Car = session.get_or(MY_CAR, mini()).await?;
                     let blue = Car { model: car.model, paint: \"blue\".into(), ..mini() };
                     session.insert(MY_CAR, blue).await?;
                     Ok(Redirect::to(\"/my-car\"))
                 }\n\n#[tokio::main]",
            ),
        ],
    },
    Answer {
        exercise: "4.1",
        name: "another button is gone",
        verdict: Wrong("the page /my-car has no form with a button “Delete”"),
        changes: &[
            ("    wheels: String,\n", "    wheels: String,\n    #[serde(default)]\n    paint: String,\n"),
            ("(form::button(\"/my-car/delete\", \"Delete\"))", ""),
            PAINT[0],
            PAINT[1],
            PAINT[2],
            PAINT[3],
        ],
    },
    Answer {
        exercise: "4.1",
        name: "a new car has no paint",
        verdict: Wrong("a new car: the last page should say “\"red\"”"),
        changes: &[
            ("    wheels: String,\n", "    wheels: String,\n    #[serde(default)]\n    paint: String,\n"),
            ("wheels: \"steel\".into(),", "wheels: \"steel\".into(), paint: String::new(),"),
            PAINT[1],
            PAINT[2],
            PAINT[3],
        ],
    },
];

const START_AGAIN: &[(&str, &str)] = &[
    (
        ".route(\"/my-car/clear\", post(clear_session))",
        ".route(\"/my-car/clear\", post(clear_session)).route(\"/start-again\", post(start_again))",
    ),
    (
        "p { a href=\"/my-car\" {",
        "(form::button(\"/start-again\", \"Start again\")) p { a href=\"/my-car\" {",
    ),
    (
        MAIN,
        "async fn start_again(session: Session) -> Result<Redirect, Error> {
             session.remove_value(NUM_VISITS).await?;
             Ok(Redirect::to(\"/\"))
         }\n\n#[tokio::main]",
    ),
];

const PAINT: &[(&str, &str)] = &[
    (
        "wheels: \"steel\".into(),",
        "wheels: \"steel\".into(), paint: \"red\".into(),",
    ),
    (
        ".route(\"/my-car/fit\", post(fit))",
        ".route(\"/my-car/fit\", post(fit)).route(\"/my-car/paint\", post(paint))",
    ),
    (
        "(form::button(\"/my-car/fit\", \"Fit alloy wheels\"))",
        "(form::button(\"/my-car/fit\", \"Fit alloy wheels\")) (form::button(\"/my-car/paint\", \"Paint it blue\"))",
    ),
    (
        MAIN,
        "async fn paint(session: Session) -> Result<Redirect, Error> {
             session.edit(MY_CAR, mini(), |car| car.paint = \"blue\".into()).await?;
             Ok(Redirect::to(\"/my-car\"))
         }\n\n#[tokio::main]",
    ),
];
