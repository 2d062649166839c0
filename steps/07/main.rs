//! Step 7: a site that adapts to its visitor.
//!
//! New since step 5: the visitor chooses how many books a page shows, and dismisses a notice. Both choices are kept in
//! one struct, under one key. The cookie has a Max-Age, so they are still there after the browser was closed.
//!
//! Run it with `cargo run --bin step7`, open http://127.0.0.1:8000/books and choose 5 books on a page.

use axum::routing::{get, post};
use axum::{Router, extract::State, response::Redirect};
use locallibrary::books::{self, Search};
use locallibrary::form::{self, Form, NumberField, Query};
use locallibrary::{Error, Library, page, secure_cookies, serve, site};
use lossless_sessions::{Protect, SessionExt, SqliteStore};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore, cookie::SameSite};

/// Cookies ignore ports, so each step names its cookie after itself.
const COOKIE: &str = "step7";
const NUM_VISITS: &str = "num_visits";
const PREFERENCES: &str = "preferences";
const PER_PAGE: [u32; 4] = [5, 10, 20, 50];
/// For a visitor who has not chosen.
const USUAL_PER_PAGE: u32 = 10;

/// All that a visitor has chosen, under one key. A field that a stored session lacks gets its default.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Preferences {
    per_page: Option<u32>,
    notice_dismissed: bool,
}

/// Takes any session engine. A clone of it copies no sessions: both are handles to the same store.
pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        // On plain http many clients drop a Secure cookie, so a debug build leaves `Secure` out.
        .with_secure(secure_cookies())
        // Strict, the default, forgets a visitor who follows a link from another site.
        .with_same_site(SameSite::Lax)
        // Without an age the cookie ends when the browser is closed, and every choice with it.
        .with_expiry(Expiry::OnInactivity(Duration::weeks(2)));
    let pages = Router::new()
        .route("/", get(index))
        .route("/books", get(book_list))
        .route("/books/per-page", post(set_per_page))
        .route("/notice/dismiss", post(dismiss_notice))
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
    let chosen = session.get_or(PREFERENCES, Preferences::default()).await?;
    let content = html! {
        @if !chosen.notice_dismissed { (page::notice(form::button("/notice/dismiss", "Do not show this again"))) }
        p { "Welcome. Every book here has copies that you could borrow." }
        (page::record_counts(&counts))
        p { "You have visited this page " (num_visits)
            @if num_visits == 1 { " time." } @else { " times." } }
    };
    Ok(page::layout("Local Library Home", content))
}

async fn book_list(
    State(library): State<Library>,
    session: Session,
    Query(search): Query<Search>,
) -> Result<Markup, Error> {
    let chosen = session.get_or(PREFERENCES, Preferences::default()).await?;
    let per_page = chosen.per_page.unwrap_or(USUAL_PER_PAGE);
    let listing = library.books(&search.q, search.page, per_page).await?;
    let content = html! {
        (books::book_list(&listing, &search.q))
        (form::number_form("/books/per-page", "Books on a page", &PER_PAGE, per_page))
    };
    Ok(page::layout("Books", content))
}

async fn set_per_page(session: Session, Form(typed): Form<NumberField>) -> Result<Redirect, Error> {
    let per_page = typed.one_of(&PER_PAGE)?;
    session
        .edit(PREFERENCES, Preferences::default(), |my| {
            my.per_page = Some(per_page)
        })
        .await?;
    Ok(Redirect::to("/books"))
}

async fn dismiss_notice(session: Session) -> Result<Redirect, Error> {
    session
        .edit(PREFERENCES, Preferences::default(), |my| {
            my.notice_dismissed = true
        })
        .await?;
    Ok(Redirect::to("/"))
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
