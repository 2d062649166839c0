//! The suite of `sessions/src/conformance/lossless.rs` on the stores that need no server.

use locallibrary::Library;
use tower_sessions::{MemoryStore, SessionStore, session::Id};

use lossless_sessions::{
    SessionExt, SqliteStore,
    conformance::{request, stored},
    test_every_store, test_lossless_store, test_people,
};

// What MemoryStore is not asked: its `save` stores whatever it is given (rows come back, other tabs are
// overwritten), its `create` takes the record's own id, and it never forgets an expired row.
test_every_store! { memory_store, MemoryStore::default() }

test_every_store! { sqlite_store, store() }

test_lossless_store! { lossless_sqlite_store, store() }

test_people! { people_in_sqlite, store() }

fn store() -> SqliteStore {
    SqliteStore::on(Library::in_memory().unwrap().database()).unwrap()
}

/// What the naive store does, so that the tests above are known to be able to fail.
#[tokio::test]
async fn memory_store_falls_into_the_traps_that_our_stores_close() {
    let store = MemoryStore::default();
    let id = stored(&store).await;
    let in_flight = request(&store, Some(id));
    in_flight.insert("n", 2).await.unwrap();
    store.delete(&id).await.unwrap();
    in_flight.save().await.unwrap();
    assert!(store.load(&id).await.unwrap().is_some(), "revived");

    let (first, second) = (request(&store, Some(id)), request(&store, Some(id)));
    first.insert("first", 1).await.unwrap();
    second.insert("second", 1).await.unwrap();
    first.save().await.unwrap();
    second.save().await.unwrap();
    assert!(
        !request(&store, Some(id)).contains("first").await.unwrap(),
        "overwritten"
    );

    let planted = request(&store, Some(Id(7)));
    planted.clear().await;
    planted.insert("n", 1).await.unwrap();
    planted.save().await.unwrap();
    assert!(store.load(&Id(7)).await.unwrap().is_some(), "adopted");
}
