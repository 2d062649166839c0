//! The yardstick of the instruction count: one axum page with tower-sessions' session layer and its `MemoryStore`.

use std::env;

use axum::{Router, response::Html, routing::get};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer, session::Error};

#[tokio::main]
async fn main() {
    let port = env::var("PORT").expect("a port");
    let address = format!("127.0.0.1:{port}");
    let sessions = SessionManagerLayer::new(MemoryStore::default());
    let app = Router::new().route("/", get(index)).layer(sessions);
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .expect("a free port");
    axum::serve(listener, app).await.expect("a running server");
}

async fn index(session: Session) -> Html<String> {
    let num_visits = count(&session).await.expect("a session");
    Html(format!(
        "<p>You have visited this page {num_visits} times.</p>"
    ))
}

async fn count(session: &Session) -> Result<u64, Error> {
    let num_visits = session.get("num_visits").await?.unwrap_or(0);
    session.insert("num_visits", num_visits + 1).await?;
    Ok(num_visits)
}
