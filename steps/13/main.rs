//! Step 13: what survives signing in.
//!
//! New since step 8: the basket that a visitor has filled becomes the person's. A message is shown once. A second cookie
//! lets a person stay signed in for weeks, while a session is short. And borrowing asks for the password again.
//!
//! Run it with `cargo run --bin step13`, open http://127.0.0.1:8000/basket, put a book into the basket, and sign in.

use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, extract::State};
use locallibrary::books::{self, Chosen};
use locallibrary::flash::Flash;
use locallibrary::form::{self, Form, Query};
use locallibrary::people::remember::{self, stay_signed_in};
use locallibrary::people::{self, Basket, Client, Confirmed, Credentials, Next, Person};
use locallibrary::{Error, Library, page, secure_cookies, serve, site};
use lossless_sessions::{AUTH_HASH, DEVICE, PERSON};
use lossless_sessions::{Protect, SessionExt, SqliteStore, save_every_request};
use maud::{Markup, html};
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore, cookie::SameSite};

/// Cookies ignore ports, so each step names its cookie after itself.
const COOKIE: &str = "step13";
const NUM_VISITS: &str = "num_visits";

/// Takes any session engine. A clone of it copies no sessions: both are handles to the same store.
pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        // On plain http many clients drop a Secure cookie, so a debug build leaves `Secure` out.
        .with_secure(secure_cookies())
        // Strict, the default, forgets a visitor who follows a link from another site.
        .with_same_site(SameSite::Lax)
        // Whoever wants to stay for longer has the second cookie for that.
        .with_expiry(Expiry::OnInactivity(Duration::minutes(30)));
    let pages = Router::new()
        .route("/", get(index))
        .route("/sign-in", get(sign_in_page).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/loans", get(loans))
        .route("/basket", get(basket).post(put))
        .route("/borrow", post(borrow))
        // My sessions on all devices, and my password.
        .merge(people::pages())
        .merge(remember::pages())
        // Signs in whoever comes back with the second cookie, and prolongs the session with each page.
        .layer(from_fn_with_state(library.clone(), stay_signed_in))
        .layer(from_fn(save_every_request))
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
        p { a href="/basket" { "What you want to borrow" } }
    };
    Ok(page::layout("Local Library Home", content))
}

async fn sign_in_page(Query(next): Query<Next>) -> Markup {
    page::layout("Sign in", remember::sign_in_form(&next))
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
    // The basket moves from the session to the person, so whoever comes next in this browser does not get it.
    library.keep_basket(&session, &person).await?;
    // A new person gets a new id, so nobody who knew the old one can use it.
    session.cycle_key().await?;
    session.insert(PERSON, person.id).await?;
    // With another password, the session is nobody's.
    session.insert(AUTH_HASH, &person.auth_hash).await?;
    // Whoever stayed signed in here before no longer does.
    let remembered = library.remember(&session, &person, &client, &typed).await?;
    session.insert(DEVICE, client.device).await?;
    // For five minutes, nobody asks for the password again.
    people::password_given(&session).await?;
    // From now on this browser is known, and nobody else's guesses keep its owner out.
    let device = library.known_device(&person).await?;
    Ok((device, remembered, typed.next.redirect()).into_response())
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

async fn basket(basket: Basket, flash: Flash) -> Result<Markup, Error> {
    let content = html! {
        (flash.show().await?)
        (basket.page("/basket").await?)
        (form::button("/borrow", "Borrow these books"))
    };
    Ok(page::layout("My basket", content))
}

async fn put(basket: Basket, flash: Flash, Form(book): Form<Chosen>) -> Result<Redirect, Error> {
    let title = basket.put(&book).await?;
    let message = format!("“{title}” is in your basket.");
    flash.redirect("/basket", message).await
}

/// For people who have just given their password. `Confirmed` asks anybody else for it.
async fn borrow(Confirmed(person): Confirmed, basket: Basket) -> Result<Redirect, Error> {
    basket.borrow(&person).await?;
    Ok(Redirect::to("/loans"))
}

/// Where sessions are stored. However busy a session is, it ends after half a day.
pub fn engine(library: &Library) -> Result<SqliteStore, Error> {
    let sessions = SqliteStore::on(library.database())?;
    Ok(sessions.with_absolute_limit(Duration::hours(12)))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let library = Library::open()?;
    let sessions = engine(&library)?;
    sessions.sweep_every(Duration::hours(1));
    let app = app(library, sessions);
    serve(app).await
}
