//! Step 9: two requests, one session.
//!
//! New since step 5: `/tabs` opens 64 tabs of one browser at once, in three ways. Loading, changing and saving a session
//! is a race. MemoryStore loses visits. The site's store refuses a save that would lose one. With the layer around it, a
//! refused request runs again, so that every tab is answered and every visit is counted.
//!
//! Run it with `cargo run --bin step9`, open http://127.0.0.1:8000/tabs and press the button.

use axum::{Router, extract::State, routing::get};
use locallibrary::form;
use locallibrary::outbox::Outbox;
use locallibrary::{Error, Library, page, secure_cookies, serve, site, tabs};
use lossless_sessions::{Protect, SessionExt, SqliteStore};
use maud::{Markup, html};
use tower_sessions::cookie::time::Duration;
use tower_sessions::{MemoryStore, Session, SessionManagerLayer, SessionStore, cookie::SameSite};

/// Cookies ignore ports, so each step names its cookie after itself.
const COOKIE: &str = "step9";
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
        .route("/tabs", get(tabs_page).post(open_tabs))
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
        p { a href="/tabs" { "Open many tabs at once" } }
    };
    Ok(page::layout("Local Library Home", content))
}

/// Reads, adds one, stores. The pause stands in for the rest of a page, during which other tabs read the same number.
async fn visit(session: Session) -> Result<String, Error> {
    let num_visits: u64 = session.get_or(NUM_VISITS, 0).await?;
    tabs::pause().await;
    session
        .insert(NUM_VISITS, num_visits.saturating_add(1))
        .await?;
    Ok(num_visits.to_string())
}

/// The trap: the letter is not part of the session, so a request that runs again sends it again.
async fn send(State(outbox): State<Outbox>, session: Session) -> Result<String, Error> {
    outbox.send("Your book is here.").await?;
    visit(session).await
}

fn counter(outbox: &Outbox) -> Router {
    Router::new()
        .route("/", get(visit))
        .route("/send", get(send))
        .with_state(outbox.clone())
}

/// The counter over a store, and nothing else.
pub fn alone(outbox: &Outbox, sessions: impl SessionStore + Clone) -> Router {
    counter(outbox).layer(SessionManagerLayer::new(sessions))
}

/// The counter of a site whose refused requests run again.
pub fn protected(outbox: &Outbox, sessions: impl SessionStore + Clone) -> Router {
    counter(outbox).layer(Protect::new(SessionManagerLayer::new(sessions)))
}

async fn tabs_page() -> Markup {
    page::layout("Tabs", form::button("/tabs", "Open 64 tabs at once"))
}

async fn open_tabs(State(library): State<Library>) -> Result<Markup, Error> {
    let outbox = Outbox::empty(library.database()).await?;
    let memory = alone(&outbox, MemoryStore::default());
    let store = alone(&outbox, engine(&library)?);
    let run_again = protected(&outbox, engine(&library)?);
    let lost = tabs::open(&memory, "/").await;
    let refused = tabs::open(&store, "/").await;
    let counted = tabs::open(&run_again, "/").await;
    let with_letters = tabs::open(&run_again, "/send").await;
    let letters = outbox.letters().await?;
    let content = html! {
        (page::fact("MemoryStore", &lost))
        (page::fact("SqliteStore", &refused))
        (page::fact("SqliteStore, run again", &counted))
        (page::fact("the same, each with a letter", &with_letters))
        (page::fact("letters sent", &letters))
        (form::button("/tabs", "Open 64 tabs at once"))
    };
    Ok(page::layout("Tabs", content))
}

/// Where sessions are stored. Django: `SESSION_ENGINE`.
pub fn engine(library: &Library) -> Result<SqliteStore, Error> {
    Ok(SqliteStore::on(library.database())?)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let library = Library::open()?;
    let sessions = engine(&library)?;
    sessions.sweep_every(Duration::hours(1));
    let app = app(library, sessions);
    serve(app).await
}
