//! Step 10: sessions leave the process.
//!
//! New since step 5: the site is two processes behind a proxy, as if on two machines. What both must know lies outside
//! of both, in PostgreSQL or in a file that both can open. `/machines` shows what happens when it does not.
//!
//! Run it with `cargo run --bin step10`, open http://127.0.0.1:8000 and reload: the process changes and the count goes
//! on. Where a PostgreSQL server runs: `DATABASE_URL=postgres://... cargo run --features postgres --bin step10`.

use axum::{Router, extract::State, routing::get};
use locallibrary::{Error, Library, machines, page, secure_cookies, serve, site};
use lossless_sessions::{Protect, SessionExt};
use maud::{Markup, html};
use tower_sessions::cookie::time::Duration;
use tower_sessions::{CachingSessionStore, MemoryStore};
use tower_sessions::{Session, SessionManagerLayer, SessionStore, cookie::SameSite};

/// Cookies ignore ports, so each step names its cookie after itself.
const COOKIE: &str = "step10";
const NUM_VISITS: &str = "num_visits";

/// Takes any session engine. A clone of it copies no sessions: both are handles to the same store.
pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        // On plain http many clients drop a Secure cookie, so a debug build leaves `Secure` out.
        .with_secure(secure_cookies())
        // Strict, the default, forgets a visitor who follows a link from another site.
        .with_same_site(SameSite::Lax);
    let pages = Router::new()
        .route("/", get(index))
        .route("/machines", get(two_machines))
        // The session layer loads the session when a handler asks for it, and saves it when the handler changed it.
        // `Protect` keeps these pages out of caches, and turns a session that cannot be stored into a page.
        .layer(Protect::new(session_layer));
    site(pages, library)
}

async fn index(State(library): State<Library>, session: Session) -> Result<Markup, Error> {
    let counts = library.counts().await?;
    let num_visits: u64 = session.get_or(NUM_VISITS, 0).await?;
    session
        .insert(NUM_VISITS, num_visits.saturating_add(1))
        .await?;
    let content = html! {
        p { "Welcome. Every book here has copies that you could borrow." }
        (page::record_counts(&counts))
        p { "You have visited this page " (num_visits)
            @if num_visits == 1 { " time." } @else { " times." } }
        (page::fact("answered by process", &std::process::id()))
        p { a href="/machines" { "One browser, two machines" } }
    };
    Ok(page::layout("Local Library Home", content))
}

async fn visit(session: Session) -> Result<String, Error> {
    let num_visits: u64 = session.get_or(NUM_VISITS, 0).await?;
    session
        .insert(NUM_VISITS, num_visits.saturating_add(1))
        .await?;
    Ok(num_visits.to_string())
}

/// A machine of another site, whose only page is the count.
fn machine(sessions: impl SessionStore + Clone) -> Router {
    Router::new()
        .route("/", get(visit))
        .layer(SessionManagerLayer::new(sessions))
}

/// One browser visits two machines, eight times in all: where do they keep its session?
async fn two_machines() -> Markup {
    let one = machine(MemoryStore::default());
    let other = machine(MemoryStore::default());
    let memory = machines::in_turn(&one, &other).await;
    // Sticky: a browser stays with its machine, until that one is stopped.
    let sticky = machines::sticky(&one, &other).await;
    let store = MemoryStore::default();
    let cache = MemoryStore::default();
    let one = machine(CachingSessionStore::new(cache, store.clone()));
    let cache = MemoryStore::default();
    let other = machine(CachingSessionStore::new(cache, store.clone()));
    let cached = machines::in_turn(&one, &other).await;
    let one = machine(store.clone());
    let other = machine(store);
    let shared = machines::in_turn(&one, &other).await;
    let content = html! {
        (page::fact("a memory each", &memory))
        (page::fact("a memory each, sticky", &sticky))
        (page::fact("a cache each, one store", &cached))
        (page::fact("one store", &shared))
    };
    page::layout("One browser, two machines", content)
}

/// Where sessions are stored. Django: `SESSION_ENGINE`.
#[cfg(feature = "postgres")]
pub fn engine(_: &Library) -> Result<lossless_sessions::PostgresStore, Error> {
    Ok(lossless_sessions::PostgresStore::from_env()?)
}

/// Without the feature: in the site's file, which every process of this machine can open.
#[cfg(not(feature = "postgres"))]
pub fn engine(library: &Library) -> Result<lossless_sessions::SqliteStore, Error> {
    Ok(lossless_sessions::SqliteStore::on(library.database())?)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let library = Library::open()?;
    let sessions = engine(&library)?;
    // The first process starts two more, and passes each request on to one of them.
    if let Some(proxy) = machines::proxy(2)? {
        return serve(proxy).await;
    }
    sessions.sweep_every(Duration::hours(1));
    let app = app(library, sessions);
    serve(app).await
}
