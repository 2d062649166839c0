//! The list of the steps, nothing else. The workshop and the test crate include this file.

mod lessons;
pub mod programs;

use axum::Router;
use journey::{Step, text};
use locallibrary::{Error, Library, attack::beside_at, sealed::Keys};
use lossless_sessions::{Recorder, SqliteStore};
use programs::*;
use tower_sessions::{MemoryStore, SessionStore};

/// What only some rows have.
macro_rules! optional {
    () => {
        None
    };
    ($it:expr) => {
        Some($it)
    };
}

/// Makes the list from one row for each step; a step's lesson has the name in its row.
macro_rules! steps {
    ($($number:literal $name:ident $title:literal, $builds_on:expr, $opens_at:literal,
       $folder:literal, $deck:literal, $sessions:expr, $app:expr
       $(, race $race:expr)? $(, processes $processes:literal)? $(, beside $beside:expr)?;)*) => {
        &[$(Step {
            number: $number,
            title: $title,
            builds_on: $builds_on,
            source: text!(concat!($folder, "/main.rs")),
            slides: text!(concat!("../slides/", $deck, ".md")),
            opens_at: $opens_at,
            journeys: lessons::$name::JOURNEYS,
            exercises: lessons::$name::EXERCISES,
            diagnosis: &lessons::$name::DIAGNOSIS,
            race: optional!($($race)?),
            processes: optional!($($processes)?),
            sessions: $sessions,
            app: $app,
            beside: &[$($beside)?],
        }),*]
    };
}

// Number and name, title, base, first page, folder, deck, session engine, and the router that its program serves; then,
// where it has those, a race in its lab, the number of its processes, and another site beside it.
pub static STEPS: &[Step] = steps! {
    1 step1 "The index page", None, "/", "01", "01-stateless-index", |_| recorded(MemoryStore::default()), without_sessions;
    2 step2 "Session dictionary", Some(1), "/my-car", "02", "02-session-dictionary", |_| recorded(step2::engine()), step2::app;
    3 step3 "Visit counter", Some(2), "/", "03", "03-visit-counter", |_| recorded(step3::engine()), step3::app;
    4 step4 "New wheels", Some(3), "/my-car", "04", "04-modified-pitfall", |_| recorded(step4::engine()), step4::app;
    5 step5 "Site database", Some(3), "/", "05", "05-site-database", |library| recorded(step5::engine(library)?), step5::app;
    6 step6 "The cookie", Some(5), "/cookie", "06", "06-the-cookie", |library| recorded(step6::engine(library)?), step6::app;
    7 step7 "Preferences", Some(5), "/books", "07", "07-preferences", |library| recorded(step7::engine(library)?), step7::app;
    8 step8 "Signing in", Some(5), "/loans", "08", "08-signing-in", |library| recorded(step8::engine(library)?), step8::app;
    9 step9 "Two tabs", Some(5), "/", "09", "09-two-tabs", |library| recorded(step9::engine(library)?), step9::app, race &lessons::step9::RACE;
    10 step10 "Many machines", Some(5), "/", "10", "10-many-machines", shared_sessions, step10::app, processes 2;
    11 step11 "The attack lab", Some(8), "/attacks", "11", "11-attack-lab", |library| recorded(step11::engine(library)?), step11::app, beside beside_at;
    12 step12 "No store", Some(3), "/", "12", "12-no-store", |_| recorded(MemoryStore::default()), in_cookies;
    13 step13 "What survives signing in", Some(8), "/basket", "13", "13-what-survives", |library| recorded(step13::engine(library)?), step13::app;
};

fn recorded(sessions: impl SessionStore) -> Result<Recorder, Error> {
    Ok(Recorder::new(sessions))
}

/// Step 1 has no sessions, so it has no use for an engine.
fn without_sessions(library: Library, _: Recorder) -> Router {
    step1::app(library)
}

/// Step 12 stores no session, so it has no use for an engine either.
fn in_cookies(library: Library, _: Recorder) -> Router {
    let keys = Keys::of(library.database()).expect("a database that was opened just now");
    step12::app(library, keys)
}

/// Step 10's own engine, or the site's file where the environment names no PostgreSQL server.
fn shared_sessions(library: &Library) -> Result<Recorder, Error> {
    match step10::engine(library) {
        Ok(sessions) => recorded(sessions),
        Err(_) => recorded(SqliteStore::on(library.database())?),
    }
}
