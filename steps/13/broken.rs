//! A broken step 13: a visitor's basket becomes the person's.
//!
//! "I have borrowed what was in my basket," says Ann, "and after signing in again, the book is back in it."

use std::collections::BTreeSet;

use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, extract::State};
use locallibrary::books::{self, Chosen};
use locallibrary::form::{self, Form};
use locallibrary::people::{self, BASKET, Basket, Client, Confirmed, Credentials};
use locallibrary::{Error, Library, page, secure_cookies, serve, site};
use lossless_sessions::{AUTH_HASH, DEVICE, PERSON};
use lossless_sessions::{Protect, SessionExt, SqliteStore};
use maud::{Markup, html};
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Session, SessionManagerLayer, SessionStore, cookie::SameSite};

const COOKIE: &str = "broken13";

pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        .with_secure(secure_cookies())
        .with_same_site(SameSite::Lax);
    let pages = Router::new()
        .route("/basket", get(basket).post(put))
        .route("/borrow", post(borrow))
        .route("/sign-in", post(sign_in))
        .layer(Protect::new(session_layer));
    site(pages, library)
}

async fn basket(basket: Basket) -> Result<Markup, Error> {
    let content = html! {
        (books::book_lines(&basket.books().await?))
        (form::button("/borrow", "Borrow these books"))
    };
    Ok(page::layout("My basket", content))
}

async fn put(basket: Basket, Form(book): Form<Chosen>) -> Result<Redirect, Error> {
    basket.put(&book).await?;
    Ok(Redirect::to("/basket"))
}

async fn borrow(Confirmed(person): Confirmed, basket: Basket) -> Result<Redirect, Error> {
    basket.borrow(&person).await?;
    Ok(Redirect::to("/basket"))
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
    let books: Option<BTreeSet<i64>> = session.get(BASKET).await?;
    library
        .put_into_basket(person.id, books.unwrap_or_default())
        .await?;
    session.cycle_key().await?;
    session.insert(PERSON, person.id).await?;
    session.insert(AUTH_HASH, person.auth_hash).await?;
    session.insert(DEVICE, client.device).await?;
    people::password_given(&session).await?;
    Ok(typed.next.redirect().into_response())
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
