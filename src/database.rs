//! One SQLite connection on a thread of its own, which does what has queued up in one transaction.
//!
//! SQLite's calls block, and a thread that serves requests must not. So each connection has a thread, and
//! requests queue their work there. When the thread comes to its queue it takes all that waits, runs it
//! between one `begin` and one `commit`, and only then answers everyone. A lone visitor notices nothing; with
//! many at once, one transaction (for a writer: one commit to disk) serves them all. Databases call this group
//! commit.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use rusqlite::{Connection, ErrorCode};
use tokio::sync::oneshot;

/// How much work may wait. A queue without an end would only turn an overload into a crash.
const LONGEST_QUEUE: usize = 4096;

/// How much work shares one transaction, so that nobody waits long for the others.
const LARGEST_BATCH: usize = 256;

/// How a transaction begins.
#[derive(Clone, Copy, Debug)]
pub enum Access {
    /// For connections that only read: they never wait for a writer.
    Read,
    /// For a connection that writes: it takes SQLite's one write lock at once.
    Write,
}

/// Why work was not done. Cloneable, since one failed commit fails everyone who shares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Whether it may well succeed in a moment: the file is locked, gone or full, or too much is queued.
    pub passing: bool,
    message: String,
}

impl Failure {
    fn passing(message: impl Into<String>) -> Self {
        Self { passing: true, message: message.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl From<rusqlite::Error> for Failure {
    fn from(cause: rusqlite::Error) -> Self {
        let passing = matches!(
            cause.sqlite_error_code(),
            Some(
                ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::DiskFull
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::CannotOpen
                    | ErrorCode::OutOfMemory
            )
        );
        Self { passing, message: cause.to_string() }
    }
}

/// Tells one caller the outcome, once it is known whether the transaction was committed.
type Answer = Box<dyn FnOnce(Result<(), Failure>) + Send>;

/// One piece of work. It keeps its result to itself until the commit.
type Work = Box<dyn FnOnce(Result<&Connection, Failure>) -> Answer + Send>;

/// A handle to the thread; clones share it. The thread ends, and closes its connection, with the last one.
#[derive(Clone, Debug)]
pub struct Database(SyncSender<Work>);

impl Database {
    /// Gives `connection` a thread of its own.
    pub fn new(connection: Connection, access: Access) -> Self {
        let (sender, queue) = sync_channel(LONGEST_QUEUE);
        thread::spawn(move || serve(&connection, access, &queue));
        Self(sender)
    }

    /// Queues `work`, and waits until its transaction is committed.
    ///
    /// Work that fails leaves no trace and harms no other, as long as it is one SQL statement: SQLite undoes
    /// a statement as a whole.
    ///
    /// # Errors
    /// [`Failure`] when the work or the commit failed, or too much is queued. Then nothing was stored.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let (sender, outcome) = oneshot::channel();
        let work: Work = Box::new(move |connection| {
            let result = connection.and_then(|connection| Ok(work(connection)?));
            Box::new(move |committed| {
                // Nobody waits any more when the visitor has gone away.
                let _ = sender.send(committed.and(result));
            })
        });
        self.0.try_send(work).map_err(|_| Failure::passing("the database's queue is full"))?;
        outcome
            .await
            .unwrap_or_else(|_| Err(Failure { passing: false, message: "it panicked".into() }))
    }
}

/// The thread's whole life: wait for work, take all there is, do it in one transaction.
fn serve(connection: &Connection, access: Access, queue: &Receiver<Work>) {
    while let Ok(first) = queue.recv() {
        // All of the batch is taken before `begin`. Work that is queued later may rely on a change that
        // this transaction, having begun before, cannot see.
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(LARGEST_BATCH - 1));
        let begin = match access {
            Access::Read => "begin",
            Access::Write => "begin immediate",
        };
        if let Err(cause) = execute(connection, begin) {
            // Somebody else holds the lock. Whoever queued up behind it has waited long enough too.
            batch.extend(queue.try_iter());
            batch.into_iter().filter_map(|work| attempt(work, Err(cause.clone()))).for_each(
                |answer| {
                    answer(Ok(()));
                },
            );
            continue;
        }
        let answers: Vec<_> =
            batch.into_iter().filter_map(|work| attempt(work, Ok(connection))).collect();
        let committed = execute(connection, "commit");
        if committed.is_err() {
            let _ = execute(connection, "rollback");
        }
        for answer in answers {
            answer(committed.clone());
        }
    }
}

/// A panic fails its own work and no other: the thread lives on.
fn attempt(work: Work, connection: Result<&Connection, Failure>) -> Option<Answer> {
    catch_unwind(AssertUnwindSafe(|| work(connection))).ok()
}

fn execute(connection: &Connection, sql: &str) -> Result<(), Failure> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}
