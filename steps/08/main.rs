//! Step 8: a new person, a new id.
//!
//! New since step 5: people sign in and out. Signing in changes the session id, because somebody else may know the old
//! one. Signing out deletes the row, so a copy of the cookie becomes worthless.
//!
//! Run it with `cargo run --bin step8`, open http://127.0.0.1:8000/loans and sign in as one of the people on the page.
//! Sign in with a second browser as well, and end its session from http://127.0.0.1:8000/sessions in the first.

use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, extract::State};
use locallibrary::form::{self, Form, Query};
use locallibrary::people::{self, Client, Credentials, Next, Person};
use locallibrary::{Error, Library, books, page, secure_cookies, serve, site};
use lossless_sessions::{AUTH_HASH, DEVICE, PERSON};
use lossless_sessions::{Protect, SessionExt, SqliteStore};
use maud::{Markup, html};
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Session, SessionManagerLayer, SessionStore, cookie::SameSite};

/// Cookies ignore ports, so each step names its cookie after itself.
const COOKIE: &str = "step8";
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
        .route("/sign-in", get(sign_in_page).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/loans", get(loans))
        // My sessions on all devices, and my password.
        .merge(people::pages())
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
        p { a href="/loans" { "What you have borrowed" } }
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
    // If somebody else is signed in here, this person inherits nothing. An anonymous visitor's data stays.
    people::flush_if_of_another(&session, &person).await?;
    // A new person gets a new id, so nobody who knew the old one can use it.
    session.cycle_key().await?;
    session.insert(PERSON, person.id).await?;
    // With another password, the session is nobody's.
    session.insert(AUTH_HASH, &person.auth_hash).await?;
    session.insert(DEVICE, client.device).await?;
    // From now on this browser is known, and nobody else's guesses keep its owner out.
    let device = library.known_device(&person).await?;
    Ok((device, typed.next.redirect()).into_response())
}

/// Deletes the row as well as the cookie, so that a copy of the cookie is worthless.
async fn sign_out(session: Session) -> Result<Redirect, Error> {
    session.flush_and_cycle().await?;
    Ok(Redirect::to("/"))
}

/// For people who are signed in. `Person` sends anybody else to the sign-in form. Django: `@login_required`.
async fn loans(State(library): State<Library>, person: Person) -> Result<Markup, Error> {
    let borrowed = library.loans(person.id).await?;
    let content = html! {
        p { "You are signed in as " strong { (person.name) } "." }
        (books::book_lines(&borrowed))
        p { a href="/sessions" { "My sessions on all devices" } }
        (form::button("/sign-out", "Sign out"))
    };
    Ok(page::layout("My loans", content))
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
