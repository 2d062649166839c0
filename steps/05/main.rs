//! Step 5: sessions outlive the server.
//!
//! New since step 3: `main` chooses another engine. The sessions are rows of the site's own database, and rows
//! that have expired are deleted every hour.
//!
//! Run it with `cargo run --bin step5`, visit http://127.0.0.1:8000 a few times, stop it with Ctrl-C, start it
//! again: the count goes on. Read the row: `sqlite3 locallibrary.db 'select data from session'`.

use std::time::Duration;

use axum::middleware::from_fn;
use axum::{Router, extract::State, response::Redirect, routing::get, routing::post};
use locallibrary::form::{Form, TextField};
use locallibrary::session::{Dictionary, SiteStore, private};
use locallibrary::{Error, Library, page, serve, site};
use maud::{Markup, html};
use tower_sessions::{Session, SessionManagerLayer, SessionStore, cookie::SameSite};

const MY_CAR: &str = "my_car";
const NUM_VISITS: &str = "num_visits";

pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions.clone())
        // Cookies ignore ports, so each step names its cookie after itself.
        .with_name("step5")
        // Plain http: many clients drop a Secure cookie there. On https, delete this line.
        .with_secure(false)
        // Strict, the default, forgets a visitor who follows a link from another site.
        .with_same_site(SameSite::Lax);
    let pages = Router::new()
        .route("/", get(index))
        .route("/my-car", get(|session| my_car(session, sessions)).post(set_my_car))
        .route("/my-car/delete", post(delete_my_car))
        .route("/my-car/clear", post(clear_session))
        .layer(session_layer)
        .layer(from_fn(private));
    site(pages, library)
}

async fn index(State(library): State<Library>, session: Session) -> Result<Markup, Error> {
    let counts = library.counts().await?;
    let num_visits: u64 = session.get_or(NUM_VISITS, 0).await?;
    session.insert(NUM_VISITS, num_visits.saturating_add(1)).await?;
    let content = html! {
        p { "Welcome. Every book here has copies that you could borrow." }
        (page::record_counts(&counts))
        p { "You have visited this page " (num_visits)
            @if num_visits == 1 { " time." } @else { " times." } }
        p { a href="/my-car" { "What the session knows about your car" } }
    };
    Ok(page::layout("Local Library Home", content))
}

async fn my_car(session: Session, sessions: impl SessionStore) -> Result<Markup, Error> {
    let content = html! {
        (page::fact("get", &session.get::<String>(MY_CAR).await?))
        (page::fact("get, with a default", &session.get_or(MY_CAR, "mini".to_string()).await?))
        (page::fact("is it there?", &session.contains(MY_CAR).await?))
        (page::items(&session.stored_items(&sessions).await?))
        (page::text_form("/my-car", "My car", "Set"))
        (page::button("/my-car/delete", "Delete"))
        (page::button("/my-car/clear", "Clear the session"))
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

#[tokio::main]
async fn main() -> Result<(), Error> {
    let library = Library::open().await?;
    let sessions = SiteStore::new(&library);
    sessions.sweep_every(Duration::from_secs(60 * 60));
    let app = app(library, sessions);
    serve(app).await
}
