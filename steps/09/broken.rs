//! A broken step 9: a basket of books that is open in two tabs.
//!
//! "I put one book into my basket in each of two tabs," says Ann, "and the basket holds one book."

use axum::routing::get;
use axum::{Router, response::Redirect};
use locallibrary::form::Form;
use locallibrary::{Error, Library, page, secure_cookies, serve, site};
use lossless_sessions::{Protect, SessionExt, SqliteStore};
use maud::{Markup, html};
use serde::Deserialize;
use tower_sessions::{Session, SessionManagerLayer, SessionStore, cookie::SameSite};

const COOKIE: &str = "broken9";
const BOOKS: &str = "books";

/// What the form sends: how many books the page showed.
#[derive(Deserialize)]
struct Shown {
    shown: u64,
}

pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        .with_secure(secure_cookies())
        .with_same_site(SameSite::Lax);
    let pages = Router::new()
        .route("/basket", get(basket).post(put))
        .layer(Protect::new(session_layer));
    site(pages, library)
}

async fn basket(session: Session) -> Result<Markup, Error> {
    let books: u64 = session.get_or(BOOKS, 0).await?;
    let content = html! {
        (page::fact("books", &books))
        form method="post" action="/basket" {
            input type="hidden" name="shown" value=(books);
            button { "Put a book into the basket" }
        }
    };
    Ok(page::layout("Basket", content))
}

async fn put(session: Session, Form(typed): Form<Shown>) -> Result<Redirect, Error> {
    let books = typed.shown;
    session.insert(BOOKS, books.saturating_add(1)).await?;
    Ok(Redirect::to("/basket"))
}

/// Where sessions are stored. Django: `SESSION_ENGINE`.
pub fn engine(library: &Library) -> Result<SqliteStore, Error> {
    Ok(SqliteStore::on(library.database())?)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let library = Library::open()?;
    let sessions = engine(&library)?;
    let app = app(library, sessions);
    serve(app).await
}
