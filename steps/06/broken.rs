//! A broken step 6: its cookie lives for two weeks.
//!
//! "The page of my account knows my name," says Ann, "but the home page takes me for a stranger."

use axum::routing::{get, post};
use axum::{Router, extract::State, response::Redirect};
use locallibrary::form::{self, Form, TextField};
use locallibrary::{Error, Library, page, secure_cookies, serve, site};
use lossless_sessions::{Protect, SessionExt, SqliteStore};
use maud::{Markup, html};
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore, cookie::SameSite};

const COOKIE: &str = "broken6";
const NAME: &str = "name";

pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        .with_path("/account")
        .with_secure(secure_cookies())
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(Duration::weeks(2)));
    let pages = Router::new()
        .route("/", get(index))
        .route("/account", get(account))
        .route("/account/name", post(set_name))
        .layer(Protect::new(session_layer));
    site(pages, library)
}

async fn index(State(library): State<Library>, session: Session) -> Result<Markup, Error> {
    let counts = library.counts().await?;
    let name = session.get_or(NAME, "stranger".to_string()).await?;
    let content = html! {
        p { "Welcome, " (name) "." }
        (page::record_counts(&counts))
    };
    Ok(page::layout("Local Library Home", content))
}

async fn account(session: Session) -> Result<Markup, Error> {
    let name: Option<String> = session.get(NAME).await?;
    let content = html! {
        (page::fact("name", &name))
        (form::text_form("/account/name", "Your name", "Keep it"))
    };
    Ok(page::layout("Your account", content))
}

async fn set_name(session: Session, Form(typed): Form<TextField>) -> Result<Redirect, Error> {
    session.insert(NAME, typed.text.0).await?;
    Ok(Redirect::to("/account"))
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
