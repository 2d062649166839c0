//! A broken step 11: a wall on which everybody may write.
//!
//! "I have only looked at a picture on Mallory's page," says Ann, "and the wall says that I give my books away."

use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Router, extract::State};
use locallibrary::attack::Wall;
use locallibrary::form::{self, Form, Query, TextField};
use locallibrary::people::{self, Client, Credentials, Next, Person};
use locallibrary::{Error, Library, page, secure_cookies, serve, site};
use lossless_sessions::{AUTH_HASH, DEVICE, PERSON};
use lossless_sessions::{Protect, SessionExt, SqliteStore};
use maud::{Markup, html};
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Session, SessionManagerLayer, SessionStore, cookie::SameSite};

const COOKIE: &str = "broken11";

pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        .with_secure(secure_cookies())
        .with_same_site(SameSite::Lax);
    let pages = Router::new()
        .route("/", get(wall))
        .route("/wall/write", any(write))
        .route("/sign-in", get(sign_in_page).post(sign_in))
        .route("/sign-out", post(sign_out))
        .layer(Protect::new(session_layer))
        .layer(Extension(Wall::default()));
    site(pages, library)
}

async fn wall(Extension(wall): Extension<Wall>) -> Markup {
    let content = html! {
        @for note in wall.notes() {
            p { (note.by) ": " (note.text) }
        }
        (form::text_form("/wall/write", "A note for everybody", "Write it on the wall"))
    };
    page::layout("The wall", content)
}

async fn write(
    Extension(wall): Extension<Wall>,
    person: Option<Person>,
    Form(typed): Form<TextField>,
) -> Redirect {
    let by = person.map_or("a visitor".into(), |person| person.name);
    wall.write(&by, typed.text.0);
    Redirect::to("/")
}

async fn sign_in_page(Query(next): Query<Next>) -> Markup {
    page::layout("Sign in", people::sign_in_form(&next, None))
}

async fn sign_in(
    State(library): State<Library>,
    session: Session,
    client: Client,
    Form(typed): Form<Credentials>,
) -> Result<Response, Error> {
    let checked = library.authenticate(&typed.name, &typed.password, &client);
    let person = match checked.await? {
        Ok(person) => person,
        Err(refused) => return Ok(people::refused(&typed, &refused)),
    };
    people::flush_if_of_another(&session, &person).await?;
    session.cycle_key().await?;
    session.insert(PERSON, person.id).await?;
    session.insert(AUTH_HASH, person.auth_hash).await?;
    session.insert(DEVICE, client.device).await?;
    Ok(typed.next.redirect().into_response())
}

async fn sign_out(session: Session) -> Result<Redirect, Error> {
    session.flush_and_cycle().await?;
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
