//! Step 12.

use super::{
    Answer,
    Verdict::{Right, Wrong},
};

const IMPORTED: (&str, &str) = (
    "use locallibrary::sealed::{",
    "use locallibrary::sealed::{Ended, ",
);
const ENCRYPTED: &str = "let encrypted = sealed(InCookie::new(COOKIE, Encrypted, &keys));";
const LISTED: (&str, &str) = (
    ENCRYPTED,
    "let ended = Ended::of(library.database());
     let encrypted = sealed(InCookie::new(COOKIE, Encrypted, &keys).except(ended));",
);
const CLEAR: &str = "async fn clear_session(session: Session) -> Result<Redirect, Error> {";
const CLEAR_WITH_LIBRARY: (&str, &str) = (
    CLEAR,
    "async fn clear_session(State(library): State<Library>, session: Session) -> Result<Redirect, Error> {",
);
const FLUSH: &str = "session.flush().await?;";
const SET: &str = "keys.set(Key::new(), []).await?;";
const COUNTED: &str = "let num_visits: u64 = session.get_or(NUM_VISITS, 0).await?;";

/// A set of ids in the memory of the program.
const IN_MEMORY: &str = "static GONE: std::sync::Mutex<Vec<tower_sessions::session::Id>> = std::sync::Mutex::new(Vec::new());

pub fn app(";

pub const ANSWERS: &[Answer] = &[
    Answer {
        exercise: "12.1",
        name: "a list that the layer asks",
        verdict: Right,
        changes: &[
            IMPORTED,
            LISTED,
            CLEAR_WITH_LIBRARY,
            (
                FLUSH,
                "Ended::of(library.database()).add(&session).await?;
                 session.flush().await?;",
            ),
        ],
    },
    Answer {
        exercise: "12.1",
        name: "one handle to the list, shared",
        verdict: Right,
        changes: &[
            IMPORTED,
            (
                ENCRYPTED,
                "let ended = Ended::of(library.database());
                 let encrypted = sealed(InCookie::new(COOKIE, Encrypted, &keys).except(ended.clone()));",
            ),
            (".layer(Extension(keys));", ".layer(Extension(keys)).layer(Extension(ended));"),
            (
                CLEAR,
                "async fn clear_session(Extension(ended): Extension<Ended>, session: Session) -> Result<Redirect, Error> {
                 ended.add(&session).await?;",
            ),
        ],
    },
    Answer {
        exercise: "12.1",
        name: "the list is never asked",
        verdict: Wrong("worth nothing: the count of visits should be 0; it is 2"),
        changes: &[
            IMPORTED,
            CLEAR_WITH_LIBRARY,
            (
                FLUSH,
                "Ended::of(library.database()).add(&session).await?;
                 session.flush().await?;",
            ),
        ],
    },
    Answer {
        exercise: "12.1",
        name: "the session has no id any more",
        verdict: Wrong("worth nothing: the count of visits should be 0; it is 2"),
        changes: &[
            IMPORTED,
            LISTED,
            CLEAR_WITH_LIBRARY,
            (
                FLUSH,
                "session.flush().await?;
                 Ended::of(library.database()).add(&session).await?;",
            ),
        ],
    },
    Answer {
        exercise: "12.1",
        name: "a new key",
        verdict: Wrong("nobody else loses anything: the count of visits should be 1; it is 0"),
        changes: &[
            (
                CLEAR,
                "async fn clear_session(Extension(keys): Extension<Keys>, session: Session) -> Result<Redirect, Error> {",
            ),
            (FLUSH, "keys.set(Key::new(), []).await?; session.flush().await?;"),
        ],
    },
    Answer {
        exercise: "12.1",
        name: "a list in memory",
        verdict: Wrong("a restart changes nothing about it: the count of visits should be 0; it is 2"),
        changes: &[
            ("pub fn app(", IN_MEMORY),
            (
                COUNTED,
                "if session.id().is_some_and(|id| GONE.lock().unwrap().contains(&id)) { session.flush().await?; }
                 let num_visits: u64 = session.get_or(NUM_VISITS, 0).await?;",
            ),
            (
                CLEAR,
                "async fn clear_session(session: Session) -> Result<Redirect, Error> {
                 GONE.lock().unwrap().extend(session.id());",
            ),
        ],
    },
    Answer {
        exercise: "12.2",
        name: "the newest stays",
        verdict: Right,
        changes: &[(SET, "keys.set(Key::new(), [keys.newest()]).await?;")],
    },
    Answer {
        exercise: "12.2",
        name: "the first of all",
        verdict: Right,
        changes: &[(SET, "keys.set(Key::new(), keys.all().into_iter().take(1)).await?;")],
    },
    Answer {
        exercise: "12.2",
        name: "all of them stay",
        verdict: Wrong("worthless: the count of visits should be 0; it is 2"),
        changes: &[(SET, "keys.set(Key::new(), keys.all()).await?;")],
    },
    Answer {
        exercise: "12.2",
        name: "the old one goes on sealing",
        verdict: Wrong("worthless: the count of visits should be 0; it is 2"),
        changes: &[(SET, "keys.set(keys.newest(), [Key::new()]).await?;")],
    },
    Answer {
        exercise: "12.2",
        name: "no change",
        verdict: Wrong("worthless: the count of visits should be 0; it is 2"),
        changes: &[(SET, "let _ = keys;")],
    },
];
