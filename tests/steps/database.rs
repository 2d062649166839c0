//! A connection on a thread of its own. Observe: one caller's trouble is not another's.

use std::{
    fs,
    sync::{Arc, Barrier},
    time::Duration,
};

use locallibrary::database::{Access, Database};
use rusqlite::Connection;

fn in_memory() -> Database {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch("create table t (n integer unique)").unwrap();
    Database::new(connection, Access::Write)
}

async fn insert(database: &Database, n: i64) -> Result<usize, locallibrary::database::Failure> {
    database.run(move |connection| connection.execute("insert into t values (?)", [n])).await
}

async fn rows(database: &Database) -> i64 {
    let count = |connection: &Connection| {
        connection.query_row("select count(*) from t", [], |row| row.get(0))
    };
    database.run(count).await.unwrap()
}

#[tokio::test]
async fn work_that_panics_fails_alone() {
    let database = in_memory();
    let panics = database.run(|_| -> rusqlite::Result<()> { panic!("a bug") });
    let (panicked, inserted) = tokio::join!(panics, insert(&database, 1));
    assert!(!panicked.unwrap_err().passing);
    inserted.unwrap();
    assert_eq!(rows(&database).await, 1);
}

#[tokio::test]
async fn work_that_fails_leaves_the_others_of_its_transaction_as_they_are() {
    let database = in_memory();
    let (first, twice, second) =
        tokio::join!(insert(&database, 1), insert(&database, 1), insert(&database, 2));
    assert!(first.is_ok() && twice.is_err() && second.is_ok());
    assert_eq!(rows(&database).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_is_refused_at_once_and_works_again_when_it_is_not() {
    let database = in_memory();
    let gate = Arc::new(Barrier::new(2));
    let held = tokio::spawn({
        let (database, gate) = (database.clone(), gate.clone());
        async move {
            let wait = move |_: &Connection| {
                gate.wait();
                Ok(())
            };
            database.run(wait).await
        }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let waiting: Vec<_> = (0..5_000)
        .map(|n| {
            let database = database.clone();
            tokio::spawn(async move { insert(&database, n).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    gate.wait();
    held.await.unwrap().unwrap();
    let mut refused = 0;
    for work in waiting {
        if let Err(failure) = work.await.unwrap() {
            assert!(failure.passing && failure.to_string().contains("queue is full"), "{failure}");
            refused += 1;
        }
    }
    assert_eq!(refused, 5_000 - 4_096);
    assert_eq!(rows(&database).await, 4_096);
}

#[tokio::test]
async fn the_file_is_closed_cleanly_with_the_last_handle() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "journal_mode", "wal").unwrap();
    connection.execute_batch("create table t (n integer unique)").unwrap();
    let database = Database::new(connection, Access::Write);
    insert(&database, 1).await.unwrap();
    let other = database.clone();
    drop(database);
    insert(&other, 2).await.unwrap();
    drop(other);
    // SQLite moves its log into the file and deletes it when the last connection is closed.
    for _ in 0..200 {
        if fs::read_dir(folder.path()).unwrap().count() == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the log is still there after two seconds");
}
