//! The session store alone: `cargo bench`.
//!
//! Each call at once by one visitor and by 64, in a table of no rows and of a million. `ROWS=10000 cargo bench`
//! is quicker. The rate is calls per second.

use std::sync::{Arc, LazyLock};

use divan::{Bencher, counter::ItemsCount};
use locallibrary::Library;
use lossless_sessions::SqliteStore;
use rusqlite::Connection;
use tokio::runtime::Runtime;
use tower_sessions::{Session, SessionStore, session::Id};

const VISITORS: [usize; 2] = [1, 64];

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

fn main() {
    divan::main();
}

/// A store in a file of its own, which already holds `rows` sessions of other visitors.
struct Table {
    store: SqliteStore,
    _folder: tempfile::TempDir,
}

static EMPTY: LazyLock<Table> = LazyLock::new(|| table(0));
static FULL: LazyLock<Table> = LazyLock::new(|| {
    table(
        std::env::var("ROWS")
            .ok()
            .and_then(|rows| rows.parse().ok())
            .unwrap_or(1_000_000),
    )
});

fn table(rows: u32) -> Table {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("library.db");
    let library = Library::open_file(&path).expect("a database");
    let store = SqliteStore::on(library.database()).expect("a table");
    let fill = format!(
        "insert into session (key, data, expires, created, saved, version, writer) with recursive n(i) as (select 1 union all select i + 1 from n limit {rows})
         select randomblob(32), '{{\"num_visits\":1}}', unixepoch() + 1000000 + i, unixepoch(), unixepoch(), 0, 0
         from n where {rows} > 0"
    );
    Connection::open(&path)
        .and_then(|file| file.execute_batch(&fill))
        .expect("rows");
    Table {
        store,
        _folder: folder,
    }
}

fn session(store: &SqliteStore, id: Option<Id>) -> Session {
    Session::new(id, Arc::new(store.clone()), None)
}

async fn create(store: SqliteStore) -> Id {
    let session = session(&store, None);
    session.insert("num_visits", 1).await.expect("a value");
    session.save().await.expect("a row");
    session.id().expect("an id")
}

/// One call by each visitor at once.
fn at_once<F: Future<Output: Send> + Send + 'static>(calls: impl Iterator<Item = F>) {
    RUNTIME.block_on(async {
        let calls: Vec<_> = calls.map(tokio::spawn).collect();
        for call in calls {
            call.await.expect("the call succeeds");
        }
    });
}

fn stores() -> [(&'static str, &'static LazyLock<Table>); 2] {
    [("empty", &EMPTY), ("full", &FULL)]
}

fn cases() -> Vec<(usize, usize)> {
    (0..2)
        .flat_map(|table| VISITORS.map(|visitors| (table, visitors)))
        .collect()
}

#[divan::bench(args = cases().into_iter().map(|(t, v)| Case(t, v)))]
fn create_a_session(bencher: Bencher, Case(table, visitors): &Case) {
    let store = &stores()[*table].1.store;
    bencher.counter(ItemsCount::new(*visitors)).bench_local(|| {
        at_once((0..*visitors).map(|_| create(store.clone())));
    });
}

#[divan::bench(args = cases().into_iter().map(|(t, v)| Case(t, v)))]
fn load_a_session(bencher: Bencher, Case(table, visitors): &Case) {
    let store = &stores()[*table].1.store;
    let ids: Vec<_> = (0..*visitors)
        .map(|_| RUNTIME.block_on(create(store.clone())))
        .collect();
    bencher.counter(ItemsCount::new(*visitors)).bench_local(|| {
        at_once(ids.clone().into_iter().map(|id| {
            let store = store.clone();
            async move { store.load(&id).await.expect("a row").is_some() }
        }));
    });
}

#[divan::bench(args = cases().into_iter().map(|(t, v)| Case(t, v)))]
fn load_change_and_save_a_session(bencher: Bencher, Case(table, visitors): &Case) {
    let store = &stores()[*table].1.store;
    let ids: Vec<_> = (0..*visitors)
        .map(|_| RUNTIME.block_on(create(store.clone())))
        .collect();
    bencher.counter(ItemsCount::new(*visitors)).bench_local(|| {
        at_once(ids.clone().into_iter().map(|id| {
            let session = session(store, Some(id));
            async move {
                let visits: u64 = session.get("num_visits").await.expect("a row").unwrap_or(0);
                session
                    .insert("num_visits", visits + 1)
                    .await
                    .expect("a value");
                session.save().await.expect("a row");
            }
        }));
    });
}

/// A table and a number of visitors, printed as words.
struct Case(usize, usize);

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} table, {} at once", stores()[self.0].0, self.1)
    }
}
