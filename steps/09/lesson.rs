//! Step 9: what a visitor does and has to see, the race, how its exercises are checked, and a program with a fault in it.

#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken;

use journey::{
    Act::{AtOnce, Get, Post, Press},
    Diagnosis, Engine, Exercise,
    Expect::{Pair, Says, Visits},
    Journey, Race, Suspect, text,
};
use lossless_sessions::Recorder;
use tower_sessions::MemoryStore;

use super::super::programs::step9;
use super::journey;

pub static JOURNEYS: &[Journey] = &[
    journey("second visit", &[Get("/"), Get("/")], &[Visits(1)]),
    journey(
        "all tabs counted",
        &[Get("/"), AtOnce(64, "/"), Get("/")],
        &[Visits(65)],
    ),
    journey("tabs", &[Get("/tabs")], &[Says("Open 64 tabs at once")]),
];

/// The experiment of `/tabs`, one store at a time, so that the lab can watch it.
pub static RACE: Race = Race {
    page: "/send",
    counts: "num_visits",
    engines: &[
        Engine {
            name: "MemoryStore",
            does: "stores whatever it is given",
            sessions: |_| Ok(Recorder::new(MemoryStore::default())),
            site: |outbox, sessions| step9::alone(outbox, sessions),
        },
        Engine {
            name: "SqliteStore",
            does: "refuses a save that comes too late",
            sessions: |library| Ok(Recorder::new(step9::engine(library)?)),
            site: |outbox, sessions| step9::alone(outbox, sessions),
        },
        Engine {
            name: "SqliteStore, run again",
            does: "runs a refused request again",
            sessions: |library| Ok(Recorder::new(step9::engine(library)?)),
            site: |outbox, sessions| step9::protected(outbox, sessions),
        },
    ],
};

pub static EXERCISES: &[Exercise] = &[Exercise {
    journeys: &[
        journey(
            "a letter each",
            &[Get("/tabs"), Press("Open 64 tabs at once", "")],
            &[
                Pair("letters sent", "66"),
                Says("Tabs { answered: 64, counted: 64 }"),
            ],
        ),
        journey(
            "a letter each, again",
            &[
                Get("/tabs"),
                Press("Open 64 tabs at once", ""),
                Press("Open 64 tabs at once", ""),
            ],
            &[Pair("letters sent", "66")],
        ),
    ],
    source: &[],
}];

pub static DIAGNOSIS: Diagnosis = Diagnosis {
    symptom: "“I put one book into my basket in each of two tabs,” says Ann, “and the basket holds one book.”",
    source: text!("broken.rs"),
    journey: journey(
        "two tabs of one basket",
        &[
            Get("/basket"),
            Post("/basket", "shown=0"),
            Post("/basket", "shown=0"),
        ],
        &[Pair("books", "2")],
    ),
    wrong: "let books = typed.shown;",
    right: "let books: u64 = session.get_or(BOOKS, 0).await?;",
    why: "Both forms say shown=0, because both tabs were opened while the basket was empty. The line believes the form, \
          so the second book replaces the first. No version can detect that, because the two requests came one after the \
          other. The second loaded the newest record, but did not use the number in it.",
    suspects: &[
        Suspect {
            line: "session.insert(BOOKS, books.saturating_add(1)).await?;",
            why: "This line adds one to a number and stores the sum. The question is where that number comes from.",
        },
        Suspect {
            line: ".layer(Protect::new(session_layer));",
            why: "With this line, a request runs again when another one came first. On the wire no save was refused, so \
                  nothing had to run again.",
        },
        Suspect {
            line: "input type=\"hidden\" name=\"shown\" value=(books);",
            why: "This line makes the form send what the page has shown. A handler could use that to tell Ann that her \
                  basket has changed since. It is just not the number to go on counting from.",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken::engine(library)?)),
    app: broken::app,
};
