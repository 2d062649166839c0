//! A broken step 5: it keeps the sessions in a database.
//!
//! "I have been reading here all afternoon," says Ann, "and all of a sudden I am counted from 0."

use axum::{Router, extract::State, routing::get};
use locallibrary::{Error, Library, page, secure_cookies, serve, site};
use lossless_sessions::{Protect, SessionExt, SqliteStore};
use maud::{Markup, html};
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore, cookie::SameSite};

const COOKIE: &str = "broken5";
const NUM_VISITS: &str = "num_visits";
/// However busy a session is, it ends this long after it began.
const LONGEST: Duration = Duration::minutes(90);
/// A session ends when its visitor has stayed away for this long.
const IDLE: Duration = Duration::weeks(2);

pub fn app(library: Library, sessions: impl SessionStore + Clone) -> Router {
    let session_layer = SessionManagerLayer::new(sessions)
        .with_name(COOKIE)
        .with_secure(secure_cookies())
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(IDLE));
    let pages = Router::new()
        .route("/", get(index))
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
        (page::record_counts(&counts))
        p { "You have visited this page " (num_visits)
            @if num_visits == 1 { " time." } @else { " times." } }
    };
    Ok(page::layout("Local Library Home", content))
}

pub fn engine(library: &Library) -> Result<SqliteStore, Error> {
    Ok(SqliteStore::on(library.database())?.with_absolute_limit(LONGEST))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let library = Library::open()?;
    let sessions = engine(&library)?;
    sessions.sweep_every(Duration::hours(1));
    let app = app(library, sessions);
    serve(app).await
}
