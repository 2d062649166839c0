//! A page that counts its visits: `cargo run --example counter`, then open <http://127.0.0.1:8000>.

use axum::{Router, http::StatusCode, routing::get};
use lossless_sessions::{Protect, SessionExt, SqliteStore};
use tower_sessions::{Session, SessionManagerLayer};

async fn index(session: Session) -> Result<String, StatusCode> {
    let count = session.edit("count", 0, |count| *count += 1).await;
    let count = count.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(format!("visit {count}"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = SqliteStore::open("sessions.db")?;
    // On plain http many clients drop a Secure cookie. On https, leave `with_secure` out.
    let sessions = SessionManagerLayer::new(store).with_secure(false);
    let app = Router::new()
        .route("/", get(index))
        .layer(Protect::new(sessions));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    Ok(axum::serve(listener, app).await?)
}
