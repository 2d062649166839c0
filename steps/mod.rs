//! The list of the steps, nothing else. The workshop and the test crate include this file.

mod journeys;
#[path = "01/main.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod step1;
#[path = "02/main.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod step2;
#[path = "03/main.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod step3;
#[path = "04/main.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod step4;

use locallibrary::{Step, session::Recorder};
use tower_sessions::MemoryStore;

pub static STEPS: &[Step] = &[
    Step {
        number: 1,
        title: "Stateless index",
        builds_on: None,
        source: include_str!("01/main.rs"),
        slides: include_str!("../slides/01-stateless-index.md"),
        journeys: journeys::STEP1,
        sessions: |_| Recorder::new(MemoryStore::default()),
        app: |library, _| step1::app(library),
    },
    Step {
        number: 2,
        title: "Session dictionary",
        builds_on: Some(1),
        source: include_str!("02/main.rs"),
        slides: include_str!("../slides/02-session-dictionary.md"),
        journeys: journeys::STEP2,
        sessions: |_| Recorder::new(MemoryStore::default()),
        app: step2::app,
    },
    Step {
        number: 3,
        title: "Visit counter",
        builds_on: Some(2),
        source: include_str!("03/main.rs"),
        slides: include_str!("../slides/03-visit-counter.md"),
        journeys: journeys::STEP3,
        sessions: |_| Recorder::new(MemoryStore::default()),
        app: step3::app,
    },
    Step {
        number: 4,
        title: "The nested-mutation pitfall",
        builds_on: Some(3),
        source: include_str!("04/main.rs"),
        slides: include_str!("../slides/04-modified-pitfall.md"),
        journeys: journeys::STEP4,
        sessions: |_| Recorder::new(MemoryStore::default()),
        app: step4::app,
    },
];
