//! A broken step 1: it greets visitors who come back.
//!
//! "I have never been here before," says Ben, "and the page says: Welcome back."

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{Extension, Router, extract::State, routing::get};
use locallibrary::{Error, Library, page, serve, site};
use maud::{Markup, html};

/// Whether the visitor has been here.
type BeenHere = Arc<AtomicBool>;

pub fn app(library: Library) -> Router {
    let pages = Router::new()
        .route("/", get(index))
        .layer(Extension(BeenHere::default()));
    site(pages, library)
}

async fn index(
    State(library): State<Library>,
    Extension(been_here): Extension<BeenHere>,
) -> Result<Markup, Error> {
    let counts = library.counts().await?;
    let is_back = been_here.swap(true, Ordering::Relaxed);
    let content = html! {
        p { @if is_back { "Welcome back." } @else { "Welcome." } }
        (page::record_counts(&counts))
    };
    Ok(page::layout("Local Library Home", content))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let app = app(Library::open()?);
    serve(app).await
}
