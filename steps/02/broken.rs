//! A broken step 2: it remembers the visitor's car.
//!
//! "I typed beetle and pressed Set," says Ann, "and the page still says None."

use axum::{Router, response::Redirect, routing::get};
use locallibrary::form::{self, Form, TextField};
use locallibrary::{Error, Library, page, secure_cookies, serve, site};
use lossless_sessions::{Protect, SessionExt};
use maud::{Markup, html};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer, SessionStore, cookie::SameSite};

const COOKIE: &str = "broken2";
const MY_CAR: &str = "my_car";

pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        .with_secure(secure_cookies())
        .with_same_site(SameSite::Lax);
    let pages = Router::new()
        .route("/my-car", get(my_car).post(set_my_car))
        .layer(Protect::new(session_layer));
    site(pages, library)
}

async fn my_car(session: Session) -> Result<Markup, Error> {
    let car: Option<String> = session.get(MY_CAR).await?;
    let is_there = session.contains(MY_CAR).await?;
    let content = html! {
        (page::fact("get", &car))
        (page::fact("is it there?", &is_there))
        (form::text_form("/my-car", "My car", "Set"))
    };
    Ok(page::layout("My car", content))
}

async fn set_my_car(session: Session, Form(typed): Form<TextField>) -> Result<Redirect, Error> {
    session.insert("my-car", typed.text.0).await?;
    Ok(Redirect::to("/my-car"))
}

pub fn engine() -> MemoryStore {
    MemoryStore::default()
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let app = app(Library::open()?, engine());
    serve(app).await
}
