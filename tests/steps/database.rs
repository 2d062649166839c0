//! A connection on a thread of its own. Observe: one caller's trouble is not another's.

use std::{
    collections::HashMap,
    fs,
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    task::Poll,
    time::{Duration, Instant},
};

use lossless_sessions::{
    SqliteStore,
    sqlite::{Database, Durability, Error, Shared},
};
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tower_sessions::{
    SessionStore,
    cookie::time::OffsetDateTime,
    session::{Id, Record},
};

fn in_memory() -> Database {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch("create table t (n integer unique)")
        .unwrap();
    Database::new(connection).unwrap()
}

async fn insert(database: &Database, n: i64) -> Result<usize, Error> {
    database
        .write(move |connection| connection.execute("insert into t values (?)", [n]))
        .await
}

async fn rows(database: &Database) -> i64 {
    let count = |connection: &Connection| {
        connection.query_row("select count(*) from t", [], |row| row.get(0))
    };
    database.read(count).await.unwrap()
}

/// Keeps the thread busy until somebody else comes to `gate`.
async fn hold(database: &Database, gate: &Arc<Barrier>) -> JoinHandle<Result<(), Error>> {
    let (database, gate) = (database.clone(), gate.clone());
    let (began, begun) = tokio::sync::oneshot::channel();
    let held = tokio::spawn(async move {
        let wait = move |_: &Connection| {
            let _ = began.send(());
            gate.wait();
            Ok(())
        };
        database.write(wait).await
    });
    begun.await.unwrap();
    held
}

#[tokio::test]
async fn work_that_panics_fails_alone() {
    let database = in_memory();
    let panics = database.write(|_| -> rusqlite::Result<()> { panic!("a bug") });
    let (panicked, inserted) = tokio::join!(panics, insert(&database, 1));
    assert!(!panicked.unwrap_err().is_transient());
    inserted.unwrap();
    assert_eq!(rows(&database).await, 1);
}

#[tokio::test]
async fn work_that_fails_leaves_the_others_of_its_transaction_as_they_are() {
    let database = in_memory();
    let (first, twice, second) = tokio::join!(
        insert(&database, 1),
        insert(&database, 1),
        insert(&database, 2)
    );
    assert!(first.is_ok() && twice.is_err() && second.is_ok());
    assert_eq!(rows(&database).await, 2);
}

/// A full disk, here a limit on the file's pages, makes SQLite undo the whole transaction. Without a look at
/// `is_autocommit`, the third write is stored and answered as failed.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_as_failed_is_not_stored_when_sqlite_undoes_the_transaction() {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch("create table t (n integer unique); pragma max_page_count = 8")
        .unwrap();
    let database = Database::new(connection).unwrap();
    let gate = Arc::new(Barrier::new(2));
    let held = hold(&database, &gate).await;
    let too_big = database
        .write(|connection| connection.execute("insert into t values (zeroblob(1000000))", []));
    // All in one batch, in this order.
    let (mut first, mut too_big, mut second) = (
        Box::pin(insert(&database, 1)),
        Box::pin(too_big),
        Box::pin(insert(&database, 2)),
    );
    assert!(futures_util::poll!(&mut first).is_pending());
    assert!(futures_util::poll!(&mut too_big).is_pending());
    assert!(futures_util::poll!(&mut second).is_pending());
    gate.wait();
    held.await.unwrap().unwrap();
    let (first, too_big, second) = (first.await, too_big.await, second.await);
    let full = too_big.unwrap_err().to_string();
    assert!(full.contains("full"), "its own reason: {full}");
    assert!(first.unwrap_err().is_transient());
    second.expect("it has a transaction of its own");
    assert_eq!(rows(&database).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_is_refused_at_once_and_works_again_when_it_is_not() {
    let database = in_memory();
    let gate = Arc::new(Barrier::new(2));
    let held = hold(&database, &gate).await;
    // The first poll of a write queues it, or refuses it at once.
    let (mut queued, mut refused) = (Vec::new(), 0);
    for n in 0..5_000 {
        let mut write = Box::pin(insert(&database, n));
        match futures_util::poll!(&mut write) {
            Poll::Pending => queued.push(write),
            Poll::Ready(outcome) => {
                let failure = outcome.unwrap_err();
                assert!(
                    failure.is_transient()
                        && failure.to_string().contains("too much work is queued"),
                    "{failure}"
                );
                refused += 1;
            }
        }
    }
    gate.wait();
    held.await.unwrap().unwrap();
    for write in queued {
        write.await.unwrap();
    }
    assert_eq!(refused, 5_000 - 4_096);
    assert_eq!(rows(&database).await, 4_096);
}

/// A database with an empty table, and another process's connection to its file, which is in the folder.
fn beside_another_process() -> (TempDir, Database, Connection) {
    let folder = tempfile::tempdir().unwrap();
    let connection = || Connection::open(folder.path().join("t.db")).unwrap();
    let (ours, theirs) = (connection(), connection());
    ours.pragma_update(None, "journal_mode", "wal").unwrap();
    ours.execute_batch("create table t (n integer unique)")
        .unwrap();
    let database = Database::new(ours).unwrap();
    (folder, database, theirs)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_waits_for_another_process_to_let_go_and_reads_do_not() {
    let (_folder, database, theirs) = beside_another_process();
    theirs
        .execute_batch("begin immediate; insert into t values (1)")
        .unwrap();
    let waiting: Vec<_> = (2..=101)
        .map(|n| {
            let database = database.clone();
            tokio::spawn(async move { insert(&database, n).await })
        })
        .collect();
    let started = Instant::now();
    for _ in 0..100 {
        assert_eq!(
            rows(&database).await,
            0,
            "what is not committed is not seen"
        );
    }
    assert!(
        started.elapsed() < Duration::from_secs(1),
        "reads waited for the lock"
    );
    theirs.execute_batch("commit").unwrap();
    for write in waiting {
        write.await.unwrap().unwrap();
    }
    assert_eq!(rows(&database).await, 101);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_query_runs_once_for_all_who_wait_and_is_never_older_than_the_question() {
    static RUNS: AtomicI64 = AtomicI64::new(0);
    let database = in_memory();
    let shared = Shared::new(&database, |connection: &Connection| {
        RUNS.fetch_add(1, Ordering::Relaxed);
        connection.query_row("select count(*) from t", [], |row| row.get::<_, i64>(0))
    });
    let gate = Arc::new(Barrier::new(2));
    let held = hold(&database, &gate).await;
    // The first poll of a question puts it with the others, or queues the query.
    let mut asking: Vec<_> = (0..100).map(|_| Box::pin(shared.ask())).collect();
    for question in &mut asking {
        assert!(futures_util::poll!(question).is_pending());
    }
    gate.wait();
    held.await.unwrap().unwrap();
    for question in asking {
        assert_eq!(question.await, Ok(0));
    }
    assert_eq!(RUNS.load(Ordering::Relaxed), 1);
    insert(&database, 1).await.unwrap();
    assert_eq!(shared.ask().await, Ok(1));
}

/// Another process writes, or this one does. A session that is saved changes no other table.
#[tokio::test]
async fn a_shared_answer_is_remembered_until_more_than_a_session_is_saved() {
    static RUNS: AtomicI64 = AtomicI64::new(0);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.db");
    let database = Database::open(&file, Durability::Normal).unwrap();
    let table = |connection: &Connection| connection.execute_batch("create table t (n integer)");
    database.set_up(table).unwrap();
    let sessions = SqliteStore::on(&database).unwrap();
    let shared = Shared::new(&database, |connection: &Connection| {
        RUNS.fetch_add(1, Ordering::Relaxed);
        connection.query_row("select count(*) from t", [], |row| row.get::<_, i64>(0))
    });
    let asked = async || (shared.ask().await.unwrap(), RUNS.load(Ordering::Relaxed));
    assert_eq!(asked().await, (0, 1));
    let mut record = Record {
        id: Id::default(),
        data: HashMap::new(),
        expiry_date: OffsetDateTime::now_utc() + Duration::from_secs(60),
    };
    sessions.create(&mut record).await.unwrap();
    sessions.save(&record).await.unwrap();
    assert_eq!(asked().await, (0, 1), "the sessions' writes");
    insert(&database, 1).await.unwrap();
    assert_eq!(asked().await, (1, 2), "our own write");
    assert_eq!(asked().await, (1, 2), "no write");
    let theirs = Connection::open(&file).unwrap();
    theirs.execute("insert into t values (2)", []).unwrap();
    assert_eq!(asked().await, (2, 3), "another connection's write");
    sessions.delete(&record.id).await.unwrap();
    assert_eq!(asked().await, (2, 4), "a deletion, which may cascade");
}

/// A read that is alone begins a transaction only if it is several statements.
#[tokio::test]
async fn a_query_of_several_statements_sees_one_state_though_another_process_writes_between_them() {
    let (_folder, database, theirs) = beside_another_process();
    let twice = move |connection: &Connection| {
        let count =
            || connection.query_row("select count(*) from t", [], |row| row.get::<_, i64>(0));
        let before = count()?;
        theirs.execute_batch("insert into t values (1)")?;
        Ok((before, count()?))
    };
    assert_eq!(database.read(twice).await, Ok((0, 0)));
    assert_eq!(rows(&database).await, 1);
}

/// Another process commits between two questions. Whoever asks the second one may know of it, and so must not get the
/// answer to the first.
#[tokio::test(flavor = "multi_thread")]
async fn a_shared_answer_is_not_older_than_the_question_when_another_process_writes() {
    let (_folder, database, theirs) = beside_another_process();
    let shared = Shared::new(&database, |connection: &Connection| {
        connection.query_row("select count(*) from t", [], |row| row.get::<_, i64>(0))
    });
    let (gate, in_batch) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let held = hold(&database, &gate).await;
    // One batch: a read that keeps the database as it is now, and the first question.
    let (began, goes_on) = (in_batch.clone(), in_batch.clone());
    let long = move |connection: &Connection| {
        connection.query_row("select count(*) from t", [], |row| row.get::<_, i64>(0))?;
        began.wait();
        began.wait();
        Ok(())
    };
    let (mut long, mut first) = (Box::pin(database.read(long)), Box::pin(shared.ask()));
    assert!(futures_util::poll!(&mut long).is_pending());
    assert!(futures_util::poll!(&mut first).is_pending());
    gate.wait();
    held.await.unwrap().unwrap();
    goes_on.wait();
    theirs.execute_batch("insert into t values (1)").unwrap();
    let mut second = Box::pin(shared.ask());
    assert!(futures_util::poll!(&mut second).is_pending());
    goes_on.wait();
    long.await.unwrap();
    assert_eq!((first.await, second.await), (Ok(0), Ok(1)));
}

#[tokio::test]
async fn a_shared_query_that_panics_or_is_refused_can_be_asked_again() {
    static FAILS: AtomicBool = AtomicBool::new(true);
    let database = in_memory();
    let shared = Shared::new(&database, |_| {
        assert!(!FAILS.swap(false, Ordering::Relaxed), "a bug");
        Ok(1)
    });
    assert!(!shared.ask().await.unwrap_err().is_transient());
    assert_eq!(shared.ask().await, Ok(1));

    let gate = Arc::new(Barrier::new(2));
    let held = hold(&database, &gate).await;
    let mut queued = Vec::new();
    for n in 0..4_096 {
        let mut write = Box::pin(insert(&database, n));
        assert!(futures_util::poll!(&mut write).is_pending());
        queued.push(write);
    }
    assert!(shared.ask().await.unwrap_err().is_transient());
    gate.wait();
    held.await.unwrap().unwrap();
    drop(queued);
    let again = async {
        while shared.ask().await != Ok(1) {
            tokio::task::yield_now().await; // The queue is still being emptied.
        }
    };
    tokio::time::timeout(Duration::from_secs(10), again)
        .await
        .expect("an answer");
}

#[tokio::test]
async fn the_file_is_closed_cleanly_with_the_last_handle() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let connection = Connection::open(&path).unwrap();
    connection
        .pragma_update(None, "journal_mode", "wal")
        .unwrap();
    connection
        .execute_batch("create table t (n integer unique)")
        .unwrap();
    let database = Database::new(connection).unwrap();
    insert(&database, 1).await.unwrap();
    let other = database.clone();
    drop(database);
    insert(&other, 2).await.unwrap();
    drop(other);
    // SQLite moves its log into the file and deletes it when the last connection is closed.
    let files = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files, 1, "the log is still there");
}

/// Work may hold a handle. When it holds the last one, the thread cannot wait for its own end.
#[tokio::test]
async fn work_that_holds_the_last_handle_does_not_wait_for_itself() {
    let database = in_memory();
    let (gate, held) = (Arc::new(Barrier::new(2)), database.clone());
    let (done, is_done) = std::sync::mpsc::channel();
    let waits = {
        let gate = gate.clone();
        move |_: &Connection| {
            gate.wait();
            drop(held);
            done.send(()).unwrap();
            Ok(())
        }
    };
    let mut write = Box::pin(database.write(waits));
    assert!(futures_util::poll!(&mut write).is_pending());
    drop(write);
    drop(database);
    gate.wait();
    let waited = is_done.recv_timeout(Duration::from_secs(10));
    waited.expect("the work is done");
}
