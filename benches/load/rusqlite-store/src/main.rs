//! Step 5's home page on tower-sessions-rusqlite-store, for the load comparison.
//!
//! `rusqlite-store DATABASE PAGE PORT`: PAGE is step 5's home page with `{...}` in place of each number.

use std::{env, fs, sync::Arc};

use axum::{Router, extract::State, response::Html, routing::get};
use tower_sessions::{Session, SessionManagerLayer, cookie::SameSite};
use tower_sessions_rusqlite_store::{RusqliteStore, tokio_rusqlite::Connection};

const SETTINGS: &str =
    "pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 2000; \
     pragma cache_size = -65536; pragma wal_autocheckpoint = 40000;";

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
            connection
                .prepare_cached(COUNTS)?
                .query_row([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))
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
    let [database, page, port] = &arguments[..] else { panic!("DATABASE PAGE PORT") };
    let open = async || {
        let connection = Connection::open(database).await.expect("a database");
        connection.call(|connection| connection.execute_batch(SETTINGS)).await.expect("settings");
        connection
    };
    let store = RusqliteStore::new(open().await);
    store.migrate().await.expect("a table");
    let layer = SessionManagerLayer::new(store)
        .with_name("rusqlite")
        .with_same_site(SameSite::Lax);
    let page = fs::read_to_string(page).expect("a page").into();
    let site = Site { catalog: open().await, page };
    let app = Router::new().route("/", get(index)).layer(layer).with_state(site);
    let port: u16 = port.parse().expect("a port");
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.expect("a free port");
    axum::serve(listener, app).await.expect("a running server");
}
