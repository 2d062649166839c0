//! An application with an error type, an error page and a SQLite file of its own: `cargo run --example own_errors`.
//!
//! The sessions are in the application's file, beside its tables, and the application uses the same connection. When a save
//! fails, the visitor sees the application's own page, whichever type of error the handler has returned.

use axum::{
    Router,
    extract::State,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use lossless_sessions::{
    Fault, Protect, SqliteStore,
    sqlite::{self, Database, Durability},
};
use tower_sessions::{Session, SessionManagerLayer, cookie::time::Duration, session};

/// Whatever goes wrong in a handler. The causes are for a log.
#[expect(dead_code, reason = "an example has no log")]
#[derive(Debug)]
enum AppError {
    Session(session::Error),
    Database(sqlite::Error),
}

impl From<session::Error> for AppError {
    fn from(cause: session::Error) -> Self {
        Self::Session(cause)
    }
}

impl From<sqlite::Error> for AppError {
    fn from(cause: sqlite::Error) -> Self {
        Self::Database(cause)
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let status = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
        (status, Html("<h1>Sorry</h1>")).into_response()
    }
}

/// The page for a session that could not be read or stored.
fn fault_page(fault: Fault) -> Response {
    let page = format!("<h1>Sorry</h1><p>{}</p>", fault.sentence());
    (fault.status(), Html(page)).into_response()
}

async fn index(
    State(database): State<Database>,
    session: Session,
) -> Result<Html<String>, AppError> {
    let notes: i64 = database
        .read(|connection| connection.query_row("select count(*) from note", [], |row| row.get(0)))
        .await?;
    let visits: u64 = session.get("visits").await?.unwrap_or(0) + 1;
    session.insert("visits", visits).await?;
    Ok(Html(format!("{notes} notes, visit {visits}.")))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let database = Database::open("app.db", Durability::Full)?;
    database.set_up(|connection| {
        connection.execute_batch("create table if not exists note (text text not null)")
    })?;
    let store = SqliteStore::on(&database)?;
    store.sweep_every(Duration::hours(1));
    let sessions = SessionManagerLayer::new(store).with_secure(false);
    let app = Router::new()
        .route("/", get(index))
        .layer(Protect::new(sessions).on_fault(fault_page))
        .with_state(database);
    let port = std::env::var("PORT").unwrap_or("8000".into());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
