//! Step 11: the attack lab.
//!
//! New since step 8: five attacks, and the lines that stop them. At http://127.0.0.1:8000/attacks you take a line out of
//! the program, carry out the attack, put the line back, and try again. Mallory's site is at http://127.0.0.1:8001.
//!
//! Run it with `cargo run --bin step11`. Everything stays on this machine, and a site in production has no such switch.

use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, extract::State};
use locallibrary::attack::{self, Lab, Line};
use locallibrary::form::{self, Form, Query, TextField};
use locallibrary::people::{self, Client, Credentials, Next, Person};
use locallibrary::{Error, Library, books, page, secure_cookies, serve, site};
use lossless_sessions::{AUTH_HASH, DEVICE, PERSON};
use lossless_sessions::{Protect, SessionExt, SqliteStore};
use maud::{Markup, PreEscaped, html};
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Session, SessionManagerLayer, SessionStore, cookie::SameSite};

/// Cookies ignore ports, so each step names its cookie after itself.
const COOKIE: &str = "step11";
const NUM_VISITS: &str = "num_visits";

/// Takes any session engine. A clone of it copies no sessions: both are handles to the same store.
pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    attack::switchable(move |lab| program(lab, library.clone(), sessions.clone()))
}

/// The program, without the lines that the lab has taken out.
pub fn program(lab: Lab, library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        // On plain http many clients drop a Secure cookie, so a debug build leaves `Secure` out.
        .with_secure(secure_cookies())
        .with_http_only(lab.has(Line::HttpOnly))
        // Strict, the default, forgets a visitor who follows a link from another site.
        .with_same_site(SameSite::Lax);
    let signs_out = match lab.has(Line::PostOnly) {
        true => post(sign_out),
        false => get(sign_out).post(sign_out),
    };
    let pages = Router::new()
        .route("/", get(index))
        .route("/sign-in", get(sign_in_page).post(sign_in))
        .route("/sign-out", signs_out)
        .route("/loans", get(loans))
        .route("/wall", get(wall).post(write))
        .merge(people::pages())
        .merge(attack::pages())
        // The session layer loads the session when a handler asks for it, and saves it when the handler changed it.
        // `Protect` keeps these pages out of caches, and turns a session that cannot be stored into a page.
        .layer(Protect::new(session_layer));
    lab.around(site(pages, library))
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
    lab: Lab,
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
    if lab.has(Line::NewId) {
        session.cycle_key().await?;
    }
    session.insert(PERSON, person.id).await?;
    // With another password, the session is nobody's.
    session.insert(AUTH_HASH, &person.auth_hash).await?;
    session.insert(DEVICE, client.device).await?;
    // From now on this browser is known, and nobody else's guesses keep its owner out.
    let device = library.known_device(&person).await?;
    Ok((device, typed.next.redirect()).into_response())
}

/// Deletes the row as well as the cookie, so that a copy of the cookie is worthless.
async fn sign_out(lab: Lab, session: Session) -> Result<impl IntoResponse, Error> {
    if lab.has(Line::DeleteRow) {
        session.flush_and_cycle().await?;
    }
    // Without that line, this browser alone forgets the cookie.
    Ok((lab.forget(COOKIE), Redirect::to("/")))
}

/// For people who are signed in. `Person` sends anybody else to the sign-in form. Django: `@login_required`.
async fn loans(State(library): State<Library>, person: Person) -> Result<Markup, Error> {
    let borrowed = library.loans(person.id).await?;
    let content = html! {
        p { "You are signed in as " strong { (person.name) } "." }
        (books::book_lines(&borrowed))
        p { a href="/sessions" { "My sessions on all devices" } }
        p { a href="/wall" { "The wall" } " " a href="/attacks" { "Five attacks" } }
        (form::button("/sign-out", "Sign out"))
    };
    Ok(page::layout("My loans", content))
}

/// Notes for everybody, as they were typed.
async fn wall(lab: Lab) -> Markup {
    let content = html! {
        @for note in lab.wall.notes() {
            p { (note.by) ": "
                @if lab.has(Line::Escape) { (note.text) } @else { (PreEscaped(note.text)) } }
        }
        (form::text_form("/wall", "A note for everybody", "Write it on the wall"))
    };
    page::layout("The wall", content)
}

async fn write(lab: Lab, person: Option<Person>, Form(typed): Form<TextField>) -> Redirect {
    let by = person.map_or("a visitor".into(), |person| person.name);
    lab.wall.write(&by, typed.text.0);
    Redirect::to("/wall")
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
    // Mallory's site, one port above ours.
    attack::beside().await?;
    let app = app(library, sessions);
    serve(app).await
}
