//! Step 5's home page on tower-sessions-sqlx-store and PostgreSQL, for the load comparison.
//!
//! `sqlx-store ADDRESS CATALOG PAGE PORT`: ADDRESS is the database of the sessions, CATALOG the SQLite file of the
//! books, PAGE step 5's home page with `{...}` in place of each number.

use std::{env, fs, sync::Arc};

use axum::{Router, extract::State, response::Html, routing::get};
use tokio_rusqlite::Connection;
use tower_sessions::{Session, SessionManagerLayer, cookie::SameSite};
use tower_sessions_sqlx_store::{PostgresStore, sqlx::postgres::PgPoolOptions};

const COUNTS: &str = "select (select count(*) from book), (select count(*) from copy),
    (select count(*) from copy where status = 'available'), (select count(*) from author)";

#[derive(Clone)]
struct Site {
    catalog: Connection,
    page: Arc<str>,
}

async fn index(State(site): State<Site>, session: Session) -> Html<String> {
    let counts: [u32; 4] = site
        .catalog
        .call(|connection| {
            let mut counts = connection.prepare_cached(COUNTS)?;
            Ok(counts.query_row([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))?)
        })
        .await
        .expect("counts");
    let num_visits: u64 = session.get("num_visits").await.expect("a session").unwrap_or(0);
    session.insert("num_visits", num_visits + 1).await.expect("a session");
    let mut page = site.page.to_string();
    for number in counts.map(u64::from).into_iter().chain([num_visits]) {
        page = page.replacen("{...}", &number.to_string(), 1);
    }
    Html(page)
}

#[tokio::main]
async fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [address, catalog, page, port] = &arguments[..] else { panic!("ADDRESS CATALOG PAGE PORT") };
    // Twice as many connections as our store has.
    let pool = PgPoolOptions::new().max_connections(16).connect(address).await.expect("a server");
    let store = PostgresStore::new(pool);
    store.migrate().await.expect("a table");
    let layer = SessionManagerLayer::new(store)
        .with_name("sqlx")
        .with_same_site(SameSite::Lax);
    let page = fs::read_to_string(page).expect("a page").into();
    let site = Site { catalog: Connection::open(catalog).await.expect("a catalog"), page };
    let app = Router::new().route("/", get(index)).layer(layer).with_state(site);
    let port: u16 = port.parse().expect("a port");
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.expect("a free port");
    axum::serve(listener, app).await.expect("a running server");
}
