//! A broken step 10: two machines behind a proxy, with one store for both.
//!
//! "I have changed my name to Anna," says Ann, "and the next page still says Ann."

use axum::{Router, response::Redirect, routing::get};
use locallibrary::form::{self, Form, TextField};
use locallibrary::{Error, Library, machines, page, secure_cookies, serve, site};
use lossless_sessions::{Protect, SessionExt, SqliteStore};
use maud::{Markup, html};
use tower_sessions::{CachingSessionStore, MemoryStore};
use tower_sessions::{Session, SessionManagerLayer, SessionStore, cookie::SameSite};

const COOKIE: &str = "broken10";
const NAME: &str = "name";

pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let engine = || CachingSessionStore::new(MemoryStore::default(), sessions.clone());
    let one = machine(library.clone(), engine());
    let other = machine(library, engine());
    machines::round_robin([one, other])
}

fn machine(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        .with_secure(secure_cookies())
        .with_same_site(SameSite::Lax);
    let pages = Router::new()
        .route("/name", get(name).post(set_name))
        .layer(Protect::new(session_layer));
    site(pages, library)
}

async fn name(session: Session) -> Result<Markup, Error> {
    let name = session.get_or(NAME, "stranger".to_string()).await?;
    let content = html! {
        p { "Welcome, " (name) "." }
        (form::text_form("/name", "Your name", "Keep it"))
    };
    Ok(page::layout("Your name", content))
}

async fn set_name(session: Session, Form(typed): Form<TextField>) -> Result<Redirect, Error> {
    session.insert(NAME, typed.text.0).await?;
    Ok(Redirect::to("/name"))
}

/// Where sessions are stored. Django: `SESSION_ENGINE`.
pub fn engine(library: &Library) -> Result<SqliteStore, Error> {
    Ok(SqliteStore::on(library.database())?)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let library = Library::open()?;
    let sessions = engine(&library)?;
    let app = app(library, sessions);
    serve(app).await
}
