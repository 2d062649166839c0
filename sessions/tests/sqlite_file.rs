//! Where the sessions may be. Observe: in any SQLite file, whoever made it, and its other tables stay as they are.

#![cfg(feature = "sqlite")]

use std::path::Path;

use lossless_sessions::{
    SqliteStore,
    sqlite::{Database, Durability, Error},
};
use rusqlite::Connection;
use tower_sessions::{Session, session::Id};

async fn store_one(store: &SqliteStore) -> Id {
    let session = Session::new(None, std::sync::Arc::new(store.clone()), None);
    session.insert("n", 1).await.unwrap();
    session.save().await.unwrap();
    session.id().unwrap()
}

async fn has(store: &SqliteStore, id: Id) -> bool {
    let session = Session::new(Some(id), std::sync::Arc::new(store.clone()), None);
    session.get::<u8>("n").await.unwrap() == Some(1)
}

#[tokio::test]
async fn a_file_of_its_own_is_made_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sessions.db");
    let store = SqliteStore::open(&path).unwrap();
    let id = store_one(&store).await;
    drop(store);
    assert!(has(&SqliteStore::open(&path).unwrap(), id).await);
}

#[tokio::test]
async fn an_applications_file_is_used_again_and_again_and_keeps_what_is_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let own = Connection::open(&path).unwrap();
    own.execute_batch(
        "create table note (text text); insert into note values ('mine');
         pragma application_id = 7; pragma user_version = 3",
    )
    .unwrap();
    let mut id = None;
    for _ in 0..3 {
        let store = SqliteStore::open(&path).unwrap();
        if let Some(id) = id {
            assert!(has(&store, id).await);
        }
        id = Some(store_one(&store).await);
    }
    let kept = "select text, (select application_id from pragma_application_id),
                (select user_version from pragma_user_version) from note";
    let kept = own.query_row(kept, [], |row| <(String, i32, i32)>::try_from(row));
    assert_eq!(kept.unwrap(), ("mine".to_string(), 7, 3));
}

/// Without a savepoint, the first table would stay.
#[test]
fn setting_up_that_fails_leaves_no_trace() {
    let database = Database::in_memory().unwrap();
    let failed = database
        .set_up(|connection| connection.execute_batch("create table a (n); create table a (n)"));
    assert!(failed.is_err());
    let tables = database.set_up(|connection| {
        connection.query_row("select count(*) from sqlite_schema", [], |row| {
            row.get::<_, i64>(0)
        })
    });
    assert_eq!(tables, Ok(0));
}

fn refusal(path: &Path) -> String {
    match Database::open(path, Durability::Normal) {
        Err(Error::Unusable(sentence)) => sentence,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_no_database_is_refused_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "my notes, which are long enough to be no header of SQLite's at all, as you see: this is text").unwrap();
    for path in [
        text.as_path(),
        folder.path(),
        Path::new(""),
        &folder.path().join("missing/a.db"),
    ] {
        let sentence = refusal(path);
        assert!(sentence.contains(path.to_str().unwrap()), "{sentence}");
    }
    assert!(
        std::fs::read_to_string(text)
            .unwrap()
            .starts_with("my notes")
    );
}
