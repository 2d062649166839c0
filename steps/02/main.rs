//! Step 2: the session is a dictionary per browser.
//!
//! New since step 1: a session layer around the pages, and `/my-car`, which does with one value what can be
//! done with it: get it (it may be absent), get it with a default, ask whether it is there, loop over
//! everything, set it, delete it, clear everything.
//!
//! Run it with `cargo run --bin step2` and open http://127.0.0.1:8000/my-car in two browsers: they have two
//! dictionaries. The first value you set makes the server send a cookie, `step2`: an id, and no data.

use axum::middleware::from_fn;
use axum::{Router, extract::State, response::Redirect, routing::get, routing::post};
use locallibrary::form::{Form, TextField};
use locallibrary::session::{Dictionary, private};
use locallibrary::{Error, Library, page, serve, site};
use maud::{Markup, html};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer, SessionStore, cookie::SameSite};

const MY_CAR: &str = "my_car";

pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions.clone())
        // Cookies ignore ports, so each step names its cookie after itself.
        .with_name("step2")
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

async fn index(State(library): State<Library>) -> Result<Markup, Error> {
    let counts = library.counts().await?;
    let content = html! {
        p { "Welcome. Every book here has copies that you could borrow." }
        (page::record_counts(&counts))
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
    let app = app(Library::open().await?, MemoryStore::default());
    serve(app).await
}
