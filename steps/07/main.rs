//! Step 7: a site that adapts to its visitor.
//!
//! New since step 5: the visitor chooses how many books a page shows, and dismisses a notice. Both choices are kept in
//! one struct, under one key. The cookie has a Max-Age, so they are still there after the browser was closed.
//!
//! Run it with `cargo run --bin step7`, open http://127.0.0.1:8000/books and choose 5 books on a page.

use axum::routing::{get, post};
use axum::{Router, extract::State, middleware::from_fn_with_state, response::Redirect};
use locallibrary::books::{self, Search};
use locallibrary::form::{self, Form, NumberField, Query, TextField};
use locallibrary::session::{SessionExt, SqliteStore, StoredItems, protect_session};
use locallibrary::{Error, Library, page, serve, site};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore, cookie::SameSite};

/// Cookies ignore ports, so each step names its cookie after itself.
const COOKIE: &str = "step7";
const MY_CAR: &str = "my_car";
const NUM_VISITS: &str = "num_visits";
const PREFERENCES: &str = "preferences";
const PER_PAGE: [u32; 4] = [5, 10, 20, 50];

/// All that a visitor has chosen, under one key. A field that a stored session lacks gets its default.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Preferences {
    per_page: Option<u32>,
    notice_dismissed: bool,
}

pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions.clone())
        .with_name(COOKIE)
        // Plain http: many clients drop a Secure cookie there. On https, delete this line.
        .with_secure(false)
        // Strict, the default, forgets a visitor who follows a link from another site.
        .with_same_site(SameSite::Lax)
        // Without an age the cookie ends when the browser is closed, and every choice with it.
        .with_expiry(Expiry::OnInactivity(Duration::weeks(2)));
    let pages = Router::new()
        .route("/", get(index))
        .route("/my-car", get(my_car).post(set_my_car))
        .route("/my-car/delete", post(delete_my_car))
        .route("/my-car/clear", post(clear_session))
        .route("/books", get(book_list))
        .route("/books/per-page", post(set_per_page))
        .route("/notice/dismiss", post(dismiss_notice))
        // Lets a handler loop over what the store holds: `StoredItems`.
        .layer(StoredItems::layer(sessions))
        // Loads the session when a handler asks for it; saves it when the handler changed it.
        .layer(session_layer)
        // Keeps these pages out of caches; a session that cannot be stored becomes a page.
        .layer(from_fn_with_state(COOKIE, protect_session));
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
        p { a href="/my-car" { "What the session knows about your car" } }
    };
    Ok(page::layout("Local Library Home", content))
}

async fn my_car(session: Session, stored: StoredItems) -> Result<Markup, Error> {
    let car: Option<String> = session.get(MY_CAR).await?;
    let car_or_mini = session.get_or(MY_CAR, "mini".to_string()).await?;
    let is_there = session.contains(MY_CAR).await?;
    let items = stored.items().await?;
    let content = html! {
        (page::fact("get", &car))
        (page::fact("get, with a default", &car_or_mini))
        (page::fact("is it there?", &is_there))
        (page::items(&items))
        (form::text_form("/my-car", "My car", "Set"))
        (form::button("/my-car/delete", "Delete"))
        (form::button("/my-car/clear", "Clear the session"))
    };
    Ok(page::layout("My car", content))
}

async fn set_my_car(session: Session, Form(typed): Form<TextField>) -> Result<Redirect, Error> {
    session.insert(MY_CAR, typed.text.0).await?;
    Ok(Redirect::to("/my-car"))
}

async fn delete_my_car(session: Session) -> Result<Redirect, Error> {
    session.remove_value(MY_CAR).await?;
    Ok(Redirect::to("/my-car"))
}

async fn clear_session(session: Session) -> Result<Redirect, Error> {
    session.remove_all().await?;
    Ok(Redirect::to("/my-car"))
}

async fn book_list(
    State(library): State<Library>,
    session: Session,
    Query(search): Query<Search>,
) -> Result<Markup, Error> {
    let chosen = session.get_or(PREFERENCES, Preferences::default()).await?;
    let per_page = chosen.per_page.unwrap_or(PER_PAGE[1]);
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
    Ok(SqliteStore::new(library.database())?)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let library = Library::open()?;
    let sessions = engine(&library)?;
    sessions.sweep_every(Duration::hours(1));
    let app = app(library, sessions);
    serve(app).await
}
