//! Step 6: the cookie is only a ticket.
//!
//! New since step 5: `/cookie` shows the cookie that it sets, explains every attribute, and shows what the server holds.
//! The visitor chooses how long the session lives, and each visit prolongs it. Run it with `cargo run --bin step6`
//! and open http://127.0.0.1:8000/cookie beside the browser's cookie panel.

use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use axum::{Router, extract::State, response::Redirect};
use locallibrary::form::{self, Path};
use locallibrary::{Error, Library, cookie, page, secure_cookies, serve, site};
use lossless_sessions::{Protect, SessionExt, SqliteStore, StoredItems};
use lossless_sessions::{apply_kept_expiry, save_every_request};
use maud::{Markup, html};
use tower_sessions::cookie::time::{Duration, OffsetDateTime};
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore, cookie::SameSite};

/// Cookies ignore ports, so each step names its cookie after itself.
const COOKIE: &str = "step6";
const NUM_VISITS: &str = "num_visits";

/// Takes any session engine. A clone of it copies no sessions: both are handles to the same store.
pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions.clone())
        .with_name(COOKIE)
        // On plain http many clients drop a Secure cookie, so a debug build leaves `Secure` out.
        .with_secure(secure_cookies())
        // Strict, the default, forgets a visitor who follows a link from another site.
        .with_same_site(SameSite::Lax)
        // The site's policy: two weeks without a visit, as in Django.
        .with_expiry(Expiry::OnInactivity(Duration::weeks(2)));
    let pages = Router::new()
        .route("/", get(index))
        .route("/cookie", get(cookie_page))
        .route("/cookie/test", post(test_cookie))
        .route("/cookie/expiry/{choice}", post(set_expiry))
        // Each visit prolongs the session. Django: `SESSION_SAVE_EVERY_REQUEST`.
        .layer(from_fn(save_every_request))
        // Lets the expiry that the visitor chose hold for each save.
        .layer(from_fn(apply_kept_expiry))
        // A `Session` of tower-sessions cannot be looped over; `StoredItems` reads its record from the store for that.
        .layer(StoredItems::layer(sessions))
        // The session layer loads the session when a handler asks for it, and saves it when the handler changed it.
        // `Protect` keeps these pages out of caches, and turns a session that cannot be stored into a page.
        .layer(Protect::new(session_layer))
        // Completes the page /cookie: only out here can one see the cookie that the answer sets.
        .layer(from_fn_with_state(COOKIE, cookie::show_cookie));
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
        p { a href="/cookie" { "What your browser and the server hold" } }
    };
    Ok(page::layout("Local Library Home", content))
}

async fn cookie_page(session: Session, stored: StoredItems) -> Result<cookie::Page, Error> {
    let worked = session.test_cookie_worked().await?;
    let content = html! {
        h2 { "What the server holds" }
        @if session.id().is_some() {
            p { "Without another visit the row ends on " (cookie::date(session.ends().await?)) "." }
        } @else { p { "No row belongs to this browser." } }
        (page::items(&stored.items().await?))
        (page::fact("did the test cookie come back?", &worked))
        (cookie::expiry("this session's own expiry", session.kept_expiry().await?))
        (form::button("/cookie/test", "Send or forget a test cookie"))
        (form::button("/cookie/expiry/browser-close", "Until the browser closes"))
        (form::button("/cookie/expiry/idle", "End after 30 idle seconds"))
        (form::button("/cookie/expiry/date", "For one hour from now"))
        (form::button("/cookie/expiry/site", "Use the site's default"))
    };
    Ok(cookie::Page(content))
}

async fn test_cookie(session: Session) -> Result<Redirect, Error> {
    match session.test_cookie_worked().await? {
        false => session.set_test_cookie().await?,
        true => session.delete_test_cookie().await?,
    }
    Ok(Redirect::to("/cookie"))
}

async fn set_expiry(session: Session, Path(choice): Path<String>) -> Result<Redirect, Error> {
    let expiry = match choice.as_str() {
        "browser-close" => Some(Expiry::OnSessionEnd),
        "idle" => Some(Expiry::OnInactivity(Duration::seconds(30))),
        "date" => Some(Expiry::AtDateTime(
            OffsetDateTime::now_utc() + Duration::hours(1),
        )),
        "site" => None,
        _ => return Err(Error::NotFound),
    };
    session.keep_expiry(expiry).await?;
    Ok(Redirect::to("/cookie"))
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
