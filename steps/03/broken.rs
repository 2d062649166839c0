//! A broken step 3: it counts visits, and shows the number including the present one.
//!
//! "This is my third visit," says Ann, "and the page says 1 each time."

use axum::{Router, extract::State, routing::get};
use locallibrary::{Error, Library, page, secure_cookies, serve, site};
use lossless_sessions::{Protect, SessionExt};
use maud::{Markup, html};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer, SessionStore, cookie::SameSite};

const COOKIE: &str = "broken3";
const NUM_VISITS: &str = "num_visits";

pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        .with_secure(secure_cookies())
        .with_same_site(SameSite::Lax);
    let pages = Router::new()
        .route("/", get(index))
        .layer(Protect::new(session_layer));
    site(pages, library)
}

async fn index(State(library): State<Library>, session: Session) -> Result<Markup, Error> {
    let counts = library.counts().await?;
    let before: u64 = session.get_or(NUM_VISITS, 0).await?;
    let num_visits = before.saturating_add(1);
    session.insert(NUM_VISITS, before).await?;
    let content = html! {
        (page::record_counts(&counts))
        p { "You have visited this page " (num_visits)
            @if num_visits == 1 { " time." } @else { " times." } }
    };
    Ok(page::layout("Local Library Home", content))
}

pub fn engine() -> MemoryStore {
    MemoryStore::default()
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let app = app(Library::open()?, engine());
    serve(app).await
}
