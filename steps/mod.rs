//! The list of the steps, nothing else. The workshop and the test crate include this file.

mod diagnosis;
mod exercises;
mod journeys;
#[path = "01/main.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod step1;
#[path = "10/main.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod step10;
#[path = "02/main.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod step2;
#[path = "03/main.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod step3;
#[path = "04/main.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod step4;
#[path = "05/main.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod step5;
#[path = "06/main.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod step6;
#[path = "07/main.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod step7;
#[path = "08/main.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod step8;
#[path = "09/main.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod step9;

use journey::Step;
use locallibrary::session::{Recorder, SqliteStore};
use tower_sessions::MemoryStore;

pub static STEPS: &[Step] = &[
    Step {
        number: 1,
        title: "The index page",
        builds_on: None,
        source: include_str!("01/main.rs"),
        slides: include_str!("../slides/01-stateless-index.md"),
        opens_at: "/",
        journeys: journeys::STEP1,
        exercises: exercises::STEP1,
        diagnosis: &diagnosis::STEP1,
        sessions: |_| Ok(Recorder::new(MemoryStore::default())),
        app: |library, _| step1::app(library),
    },
    Step {
        number: 2,
        title: "Session dictionary",
        builds_on: Some(1),
        source: include_str!("02/main.rs"),
        slides: include_str!("../slides/02-session-dictionary.md"),
        opens_at: "/my-car",
        journeys: journeys::STEP2,
        exercises: exercises::STEP2,
        diagnosis: &diagnosis::STEP2,
        sessions: |_| Ok(Recorder::new(step2::engine())),
        app: step2::app,
    },
    Step {
        number: 3,
        title: "Visit counter",
        builds_on: Some(2),
        source: include_str!("03/main.rs"),
        slides: include_str!("../slides/03-visit-counter.md"),
        opens_at: "/",
        journeys: journeys::STEP3,
        exercises: exercises::STEP3,
        diagnosis: &diagnosis::STEP3,
        sessions: |_| Ok(Recorder::new(step3::engine())),
        app: step3::app,
    },
    Step {
        number: 4,
        title: "New wheels",
        builds_on: Some(3),
        source: include_str!("04/main.rs"),
        slides: include_str!("../slides/04-modified-pitfall.md"),
        opens_at: "/my-car",
        journeys: journeys::STEP4,
        exercises: exercises::STEP4,
        diagnosis: &diagnosis::STEP4,
        sessions: |_| Ok(Recorder::new(step4::engine())),
        app: step4::app,
    },
    Step {
        number: 5,
        title: "Site database",
        builds_on: Some(3),
        source: include_str!("05/main.rs"),
        slides: include_str!("../slides/05-site-database.md"),
        opens_at: "/",
        journeys: journeys::STEP5,
        exercises: exercises::STEP5,
        diagnosis: &diagnosis::STEP5,
        sessions: |library| Ok(Recorder::new(step5::engine(library)?)),
        app: step5::app,
    },
    Step {
        number: 6,
        title: "The cookie",
        builds_on: Some(5),
        source: include_str!("06/main.rs"),
        slides: include_str!("../slides/06-the-cookie.md"),
        opens_at: "/cookie",
        journeys: journeys::STEP6,
        exercises: exercises::STEP6,
        diagnosis: &diagnosis::STEP6,
        sessions: |library| Ok(Recorder::new(step6::engine(library)?)),
        app: step6::app,
    },
    Step {
        number: 7,
        title: "Preferences",
        builds_on: Some(5),
        source: include_str!("07/main.rs"),
        slides: include_str!("../slides/07-preferences.md"),
        opens_at: "/books",
        journeys: journeys::STEP7,
        exercises: exercises::STEP7,
        diagnosis: &diagnosis::STEP7,
        sessions: |library| Ok(Recorder::new(step7::engine(library)?)),
        app: step7::app,
    },
    Step {
        number: 8,
        title: "Signing in",
        builds_on: Some(5),
        source: include_str!("08/main.rs"),
        slides: include_str!("../slides/08-signing-in.md"),
        opens_at: "/loans",
        journeys: journeys::STEP8,
        exercises: exercises::STEP8,
        diagnosis: &diagnosis::STEP8,
        sessions: |library| Ok(Recorder::new(step8::engine(library)?)),
        app: step8::app,
    },
    Step {
        number: 9,
        title: "Two tabs",
        builds_on: Some(5),
        source: include_str!("09/main.rs"),
        slides: include_str!("../slides/09-two-tabs.md"),
        opens_at: "/tabs",
        journeys: journeys::STEP9,
        exercises: exercises::STEP9,
        diagnosis: &diagnosis::STEP9,
        sessions: |library| Ok(Recorder::new(step9::engine(library)?)),
        app: step9::app,
    },
    Step {
        number: 10,
        title: "Many machines",
        builds_on: Some(5),
        source: include_str!("10/main.rs"),
        slides: include_str!("../slides/10-many-machines.md"),
        opens_at: "/",
        journeys: journeys::STEP10,
        exercises: exercises::STEP10,
        diagnosis: &diagnosis::STEP10,
        // Where the environment names no server, this process has the site's file.
        sessions: |library| match step10::engine(library) {
            Ok(sessions) => Ok(Recorder::new(sessions)),
            Err(_) => Ok(Recorder::new(SqliteStore::new(library.database())?)),
        },
        app: step10::app,
    },
];
