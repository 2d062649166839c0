//! A broken step 7: the visitor chooses how many books a page shows, and dismisses a notice.
//!
//! "I dismissed the notice," says Ann. "Then I chose five books on a page, and the notice is back."

use axum::routing::{get, post};
use axum::{Router, extract::State, response::Redirect};
use locallibrary::books::{self, Search};
use locallibrary::form::{self, Form, NumberField, Query};
use locallibrary::{Error, Library, page, secure_cookies, serve, site};
use lossless_sessions::{Protect, SessionExt, SqliteStore};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Session, SessionManagerLayer, SessionStore, cookie::SameSite};

const COOKIE: &str = "broken7";
const PREFERENCES: &str = "preferences";
const PER_PAGE: [u32; 4] = [5, 10, 20, 50];
/// For a visitor who has not chosen.
const USUAL_PER_PAGE: u32 = 10;

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Preferences {
    per_page: Option<u32>,
    notice_dismissed: bool,
}

pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        .with_secure(secure_cookies())
        .with_same_site(SameSite::Lax);
    let pages = Router::new()
        .route("/", get(index))
        .route("/books", get(book_list))
        .route("/books/per-page", post(set_per_page))
        .route("/notice/dismiss", post(dismiss_notice))
        .layer(Protect::new(session_layer));
    site(pages, library)
}

async fn index(State(library): State<Library>, session: Session) -> Result<Markup, Error> {
    let counts = library.counts().await?;
    let chosen = session.get_or(PREFERENCES, Preferences::default()).await?;
    let dismiss = form::button("/notice/dismiss", "Do not show this again");
    let content = html! {
        @if !chosen.notice_dismissed { (page::notice(dismiss)) }
        (page::record_counts(&counts))
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
    let chosen = Preferences {
        per_page: Some(typed.one_of(&PER_PAGE)?),
        ..Preferences::default()
    };
    session.insert(PREFERENCES, chosen).await?;
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
