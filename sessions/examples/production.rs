//! Sessions as a site in production has them: `cargo run --example production`. It needs https in front of it, since browsers
//! keep a Secure cookie only there.

use axum::{Router, http::StatusCode, response::IntoResponse, routing::get};
use lossless_sessions::sqlite::{Database, Durability};
use lossless_sessions::{Fault, Protect, SessionExt, SqliteStore};
use tower_sessions::cookie::{SameSite, time::Duration};
use tower_sessions::{Expiry, Session, SessionManagerLayer};

async fn index(session: Session) -> Result<String, StatusCode> {
    let visits = session.edit("visits", 0, |visits| *visits += 1).await;
    let visits = visits.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(format!("visit {visits}"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = SqliteStore::on(&Database::open("app.db", Durability::Full)?)?;
    store.sweep_every(Duration::hours(1));
    // `Secure`, `HttpOnly` and `Path=/` are the defaults, and a name with `__Host-` needs the first and the last.
    let sessions = SessionManagerLayer::new(store)
        .with_name("__Host-id")
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(Duration::weeks(2)));
    let sessions = Protect::new(sessions)
        .on_fault(|fault: Fault| (fault.status(), fault.sentence()).into_response());
    let app = Router::new().route("/", get(index)).layer(sessions);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    Ok(axum::serve(listener, app).await?)
}
