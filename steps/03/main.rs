//! Step 3: a visit counter.
//!
//! New since step 2: the home page reads `num_visits` from the session, adds one, and stores the sum. It shows the
//! number that it has read, so the first visit says 0. (MDN's site adds one first, and says 1.)
//!
//! Run it with `cargo run --bin step3`, open http://127.0.0.1:8000 and reload. Then read about a book and come
//! back: only the home page counts.

use axum::routing::{get, post};
use axum::{Router, extract::State, response::Redirect};
use locallibrary::form::{self, Form, TextField};
use locallibrary::{Error, Library, page, secure_cookies, serve, site};
use lossless_sessions::{Protect, SessionExt, StoredItems};
use maud::{Markup, html};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer, SessionStore, cookie::SameSite};

/// Cookies ignore ports, so each step names its cookie after itself.
const COOKIE: &str = "step3";
const MY_CAR: &str = "my_car";
const NUM_VISITS: &str = "num_visits";

/// Takes any session engine. A clone of it copies no sessions: both are handles to the same store.
pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions.clone())
        .with_name(COOKIE)
        // On plain http many clients drop a Secure cookie, so a debug build leaves `Secure` out.
        .with_secure(secure_cookies())
        // Strict, the default, forgets a visitor who follows a link from another site.
        .with_same_site(SameSite::Lax);
    let pages = Router::new()
        .route("/", get(index))
        .route("/my-car", get(my_car).post(set_my_car))
        .route("/my-car/delete", post(delete_my_car))
        .route("/my-car/clear", post(clear_session))
        // A `Session` of tower-sessions cannot be looped over; `StoredItems` reads its record from the store for that.
        .layer(StoredItems::layer(sessions))
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
        p { a href="/my-car" { "What the session knows about your car" } }
    };
    Ok(page::layout("Local Library Home", content))
}

async fn my_car(session: Session, stored: StoredItems) -> Result<Markup, Error> {
    let car: Option<String> = session.get(MY_CAR).await?;
    let car_or_mini = session.get_or(MY_CAR, "mini".to_string()).await?;
    let is_there = session.contains(MY_CAR).await?;
    let items = stored.items().await?;
    let content = html! {
        (page::fact("get", &car))
        (page::fact("get, with a default", &car_or_mini))
        (page::fact("is it there?", &is_there))
        (page::items(&items))
        (form::text_form("/my-car", "My car", "Set"))
        (form::button("/my-car/delete", "Delete"))
        (form::button("/my-car/clear", "Clear the session"))
    };
    Ok(page::layout("My car", content))
}

async fn set_my_car(session: Session, Form(typed): Form<TextField>) -> Result<Redirect, Error> {
    session.insert(MY_CAR, typed.text.0).await?;
    Ok(Redirect::to("/my-car"))
}

async fn delete_my_car(session: Session) -> Result<Redirect, Error> {
    session.remove_value(MY_CAR).await?;
    Ok(Redirect::to("/my-car"))
}

async fn clear_session(session: Session) -> Result<Redirect, Error> {
    session.remove_all().await?;
    Ok(Redirect::to("/my-car"))
}

/// Where sessions are stored. Django: `SESSION_ENGINE`.
pub fn engine() -> MemoryStore {
    MemoryStore::default()
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let app = app(Library::open()?, engine());
    serve(app).await
}
