//! A broken step 8: people sign in, and get a new session id.
//!
//! "I let Ann sign in on my computer," says Mallory, "and with a copy of its cookie I read her loans on another one."

use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, extract::State};
use locallibrary::form::{Form, Query};
use locallibrary::people::{self, Client, Credentials, Next, Person};
use locallibrary::{Error, Library, books, page, secure_cookies, serve, site};
use lossless_sessions::{AUTH_HASH, DEVICE, PERSON};
use lossless_sessions::{Protect, SessionExt, SqliteStore};
use maud::{Markup, html};
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Session, SessionManagerLayer, SessionStore, cookie::SameSite};

const COOKIE: &str = "broken8";
const NUM_VISITS: &str = "num_visits";

pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        .with_secure(secure_cookies())
        .with_same_site(SameSite::Lax);
    let pages = Router::new()
        .route("/", get(index))
        .route("/sign-in", get(sign_in_page).post(sign_in))
        .route("/loans", get(loans))
        .layer(Protect::new(session_layer));
    site(pages, library)
}

async fn index(session: Session) -> Result<Markup, Error> {
    let num_visits: u64 = session.get_or(NUM_VISITS, 0).await?;
    session
        .insert(NUM_VISITS, num_visits.saturating_add(1))
        .await?;
    let content = html! {
        p { "You have visited this page " (num_visits)
            @if num_visits == 1 { " time." } @else { " times." } }
    };
    Ok(page::layout("Local Library Home", content))
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
    if session.id().is_none() {
        session.cycle_key().await?;
    }
    session.insert(PERSON, person.id).await?;
    session.insert(AUTH_HASH, person.auth_hash).await?;
    session.insert(DEVICE, client.device).await?;
    Ok(typed.next.redirect().into_response())
}

async fn loans(State(library): State<Library>, person: Person) -> Result<Markup, Error> {
    let borrowed = library.loans(person.id).await?;
    let content = html! {
        p { "You are signed in as " strong { (person.name) } "." }
        (books::book_lines(&borrowed))
    };
    Ok(page::layout("My loans", content))
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
