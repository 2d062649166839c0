//! Step 1: what a visitor does and has to see, how its exercises are checked, and a program with a fault in it.

#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken;

use journey::{
    Act::{Browser, Get, Restart},
    Diagnosis, Exercise,
    Expect::{NoCookie, OneMore, Same, Says, SaysNot},
    Journey, Suspect, text,
};
use lossless_sessions::Recorder;
use tower_sessions::MemoryStore;

use super::journey;

pub static JOURNEYS: &[Journey] = &[
    journey(
        "first visit",
        &[Get("/")],
        &[Says("record counts"), NoCookie],
    ),
    journey(
        "second visit",
        &[Get("/"), Get("/")],
        &[Says("record counts"), Same, NoCookie],
    ),
    journey(
        "another browser",
        &[Get("/"), Browser("Ben's"), Get("/")],
        &[Says("record counts"), Same, NoCookie],
    ),
];

pub static EXERCISES: &[Exercise] = &[Exercise {
    journeys: &[
        journey(
            "the number rises",
            &[Get("/"), Get("/")],
            &[Says("record counts"), OneMore],
        ),
        journey(
            "it counts everybody",
            &[Get("/"), Browser("Ben's"), Get("/")],
            &[OneMore],
        ),
        journey(
            "it starts again with the program",
            &[Restart, Get("/"), Get("/"), Restart, Get("/")],
            &[Same],
        ),
    ],
    source: &[],
}];

pub static DIAGNOSIS: Diagnosis = Diagnosis {
    symptom: "“I have never been here before,” says Ben, “and the page says: Welcome back.”",
    source: text!("broken.rs"),
    journey: journey(
        "a new visitor",
        &[Get("/"), Browser("Ben's"), Get("/")],
        &[SaysNot("Welcome back.")],
    ),
    wrong: "let is_back = been_here.swap(true, Ordering::Relaxed);",
    right: "let is_back = false;",
    why: "No cookie goes either way, so this line cannot know who is asking. It keeps one note for the whole \
          program: as soon as one visitor has been here, it says so of everybody. Without a session, a program can only \
          greet everybody alike.",
    suspects: &[
        Suspect {
            line: ".layer(Extension(BeenHere::default()));",
            why: "This line makes one note when the program starts, and hands it to each request, as it should. The \
                  fault is in how the note is used.",
        },
        Suspect {
            line: "p { @if is_back { \"Welcome back.\" } @else { \"Welcome.\" } }",
            why: "This line only shows what is_back says. Where does is_back come from?",
        },
    ],
    sessions: |_| Ok(Recorder::new(MemoryStore::default())),
    app: |library, _| broken::app(library),
};
