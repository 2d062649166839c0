//! A broken step 10: two machines behind a proxy, with one store for both.
//!
//! "I have changed my car to a fiat," says Ann, "and the next page still says beetle."

use axum::{Router, middleware::from_fn_with_state, response::Redirect, routing::get};
use locallibrary::form::{self, Form, TextField};
use locallibrary::session::{SqliteStore, protect_session};
use locallibrary::{Error, Library, machines, page, serve, site};
use maud::{Markup, html};
use tower_sessions::{CachingSessionStore, MemoryStore};
use tower_sessions::{Session, SessionManagerLayer, SessionStore, cookie::SameSite};

const COOKIE: &str = "broken10";
const MY_CAR: &str = "my_car";

pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let engine = || CachingSessionStore::new(MemoryStore::default(), sessions.clone());
    let one = machine(library.clone(), engine());
    let other = machine(library, engine());
    machines::round_robin([one, other])
}

fn machine(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        .with_secure(false)
        .with_same_site(SameSite::Lax);
    let pages = Router::new()
        .route("/my-car", get(my_car).post(set_my_car))
        .layer(session_layer)
        .layer(from_fn_with_state(COOKIE, protect_session));
    site(pages, library)
}

async fn my_car(session: Session) -> Result<Markup, Error> {
    let car: Option<String> = session.get(MY_CAR).await?;
    let content = html! {
        (page::fact("get", &car))
        (form::text_form("/my-car", "My car", "Set"))
    };
    Ok(page::layout("My car", content))
}

async fn set_my_car(session: Session, Form(typed): Form<TextField>) -> Result<Redirect, Error> {
    session.insert(MY_CAR, typed.text.0).await?;
    Ok(Redirect::to("/my-car"))
}

/// Where sessions are stored. Django: `SESSION_ENGINE`.
pub fn engine(library: &Library) -> Result<SqliteStore, Error> {
    Ok(SqliteStore::new(library.database())?)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let library = Library::open()?;
    let sessions = engine(&library)?;
    let app = app(library, sessions);
    serve(app).await
}
