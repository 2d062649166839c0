//! Step 12: no store.
//!
//! New since step 3: the server stores no session. The whole session travels in its cookie, sealed with a key of the site,
//! in three ways: `/` encrypts it, `/signed` signs it, and `/jwt` makes a JSON Web Token of it. The handler that counts is
//! still the same.
//!
//! Run it with `cargo run --bin step12`, open http://127.0.0.1:8000 and reload. Then stop the server, start it again, and
//! reload once more.

use axum::routing::{get, post};
use axum::{Extension, Router, extract::State, middleware::from_fn_with_state, response::Redirect};
use locallibrary::sealed::{Encrypted, Held, InCookie, Jwt, Key, Keys, Signed, in_cookie};
use locallibrary::{Error, Library, form, page, serve, site};
use lossless_sessions::{Protect, SessionExt};
use maud::{Markup, html};
use tower_sessions::Session;

/// Cookies ignore ports, so each step names its cookie after itself.
const COOKIE: &str = "step12";
const NUM_VISITS: &str = "num_visits";
const NOTES: &str = "notes";

pub fn app(library: Library, keys: Keys) -> Router {
    // In the place of step 3's session layer. It opens the cookie, and seals it again when a handler has changed the session.
    let sealed = |sessions| Protect::new(from_fn_with_state(sessions, in_cookie));
    let encrypted = sealed(InCookie::new(COOKIE, Encrypted, &keys));
    let signed = sealed(InCookie::new("step12-signed", Signed, &keys));
    let token = sealed(InCookie::new("step12-jwt", Jwt, &keys));
    let pages = Router::new()
        .route("/", get(index))
        .route("/more", post(keep_more))
        .route("/clear", post(clear_session))
        .layer(encrypted)
        // A layer is around the routes above it, and not around these.
        .route("/signed", get(index).layer(signed))
        .route("/jwt", get(index).layer(token))
        .route("/try", get(try_page))
        .route("/key", post(change_key))
        .layer(Extension(keys));
    site(pages, library)
}

async fn index(
    State(library): State<Library>,
    session: Session,
    Extension(held): Extension<Held>,
) -> Result<Markup, Error> {
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
        (held)
        p { a href="/signed" { "The same, signed" } }
        p { a href="/jwt" { "The same, as a JWT" } }
        p { a href="/try" { "What cookies can promise" } }
    };
    Ok(page::layout("Local Library Home", content))
}

async fn try_page() -> Markup {
    let content = html! {
        (form::button("/more", "Keep 1,000 more characters"))
        (form::button("/clear", "Clear the session"))
        (form::button("/key", "Change the key"))
    };
    page::layout("What cookies can promise", content)
}

async fn keep_more(session: Session) -> Result<Redirect, Error> {
    let notes: String = session.get_or(NOTES, String::new()).await?;
    session.insert(NOTES, notes + &"x".repeat(1000)).await?;
    Ok(Redirect::to("/try"))
}

async fn clear_session(session: Session) -> Result<Redirect, Error> {
    session.flush().await?;
    Ok(Redirect::to("/try"))
}

async fn change_key(Extension(keys): Extension<Keys>) -> Result<Redirect, Error> {
    keys.set(Key::new(), []).await?;
    Ok(Redirect::to("/try"))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let library = Library::open()?;
    let keys = Keys::of(library.database())?;
    let app = app(library, keys);
    serve(app).await
}
