//! Step 1: a stateless index.
//!
//! HTTP remembers nothing: each request stands alone. Every visitor gets the same page, and the server cannot
//! tell a second visit from a first.
//!
//! Run it with `cargo run --bin step1`, open http://127.0.0.1:8000 and reload. In the browser's network panel, look at
//! the headers of the responses: there is no `Set-Cookie` anywhere.

use axum::{Router, extract::State, routing::get};
use locallibrary::{Error, Library, page, serve, site};
use maud::{Markup, html};

pub fn app(library: Library) -> Router {
    let pages = Router::new().route("/", get(index));
    site(pages, library)
}

async fn index(State(library): State<Library>) -> Result<Markup, Error> {
    let counts = library.counts().await?;
    let content = html! {
        p { "Welcome. Every book here has copies that you could borrow." }
        (page::record_counts(&counts))
    };
    Ok(page::layout("Local Library Home", content))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let app = app(Library::open()?);
    serve(app).await
}
