//! Sessions that several machines share:
//! `DATABASE_URL=postgres://... cargo run --features postgres --example postgres`.

use axum::{Router, http::StatusCode, routing::get};
use lossless_sessions::{PostgresStore, Protect, SessionExt};
use tower_sessions::{Session, SessionManagerLayer, cookie::time::Duration};

async fn index(session: Session) -> Result<String, StatusCode> {
    let count = session.edit("count", 0, |count| *count += 1).await;
    let count = count.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(format!("visit {count}."))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = PostgresStore::from_env()?;
    store.sweep_every(Duration::hours(1));
    // On plain http many clients drop a Secure cookie. On https, leave `with_secure` out.
    let sessions = SessionManagerLayer::new(store).with_secure(false);
    let app = Router::new()
        .route("/", get(index))
        .layer(Protect::new(sessions));
    let port = std::env::var("PORT").unwrap_or("8000".into());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
