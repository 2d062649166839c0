//! The site's one SQLite connection, on a thread of its own.
//!
//! SQLite's calls block, and a thread that serves requests must not. So the connection has a thread, and
//! requests queue their work there. When the thread comes to its queue it takes all that waits: it answers the
//! reads, then makes the writes in one transaction, and answers those after its commit. A lone visitor notices
//! nothing; with many at once, one commit serves them all. Databases call this group commit.
//!
//! Why one connection and not several? A connection keeps the pages that it has read, and drops them all once
//! another one has written. Together, reader and writer never read a page twice.
//!
//! Another process may hold SQLite's one write lock. Writes then wait for it, for two seconds at most, and reads
//! are answered meanwhile.

mod checkpoint;
mod shared;

use std::{
    fmt, mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode};
use tokio::sync::oneshot;

pub use shared::Shared;

/// How much work may wait. A queue without an end would only turn an overload into a crash.
const LONGEST_QUEUE: usize = 4096;

/// How much work is taken at once, so that nobody waits long for the others.
const LARGEST_BATCH: usize = 256;

/// How long a write waits for another process to let go of the file.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long until a write that did not get the lock tries again, unless other work comes first.
const RETRY: Duration = Duration::from_millis(5);

/// Why work was not done. Cloneable, since one failed commit fails everyone who shares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Whether it may well succeed in a moment: the file is locked, gone or full, or too much is queued.
    pub passing: bool,
    message: String,
}

impl Failure {
    fn queue_full() -> Self {
        Self { passing: true, message: "the database's queue is full".into() }
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

/// The connection that work is done on, or why it cannot be.
type Access<'a> = Result<&'a Connection, Failure>;

/// Work that only reads: it is done and answered in one go.
type Read = Box<dyn FnOnce(Access) + Send>;

/// Work that writes: it keeps its result to itself until it is known whether the transaction was committed.
type Write = Box<dyn FnOnce(Access) -> Answer + Send>;

/// Tells one caller the outcome.
type Answer = Box<dyn FnOnce(Result<(), Failure>) + Send>;

enum Work {
    Read(Read),
    Write(Write, Instant),
}

/// A handle to the thread; clones share it. The thread ends, and closes its connection, with the last one.
#[derive(Clone, Debug)]
pub struct Database(SyncSender<Work>);

impl Database {
    /// Gives `connection` a thread of its own.
    ///
    /// # Errors
    /// When SQLite refuses the setting that it needs.
    pub fn new(connection: Connection) -> rusqlite::Result<Self> {
        // SQLite must not wait for the lock by itself: reads would wait with it.
        connection.busy_timeout(Duration::ZERO)?;
        let checkpoints = checkpoint::beside(&connection)?;
        let (sender, queue) = sync_channel(LONGEST_QUEUE);
        thread::spawn(move || {
            Thread { connection, waiting: Vec::new(), checkpoints }.serve(&queue);
        });
        Ok(Self(sender))
    }

    /// Queues `query`, which only reads, and waits for its result.
    ///
    /// It sees what was committed when it ran, whatever the number of its statements.
    ///
    /// # Errors
    /// [`Failure`] when the query failed, or too much is queued.
    pub async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let (sender, outcome) = oneshot::channel();
        let read: Read = Box::new(move |connection| {
            // Nobody waits any more when the visitor has gone away.
            let _ = sender.send(connection.and_then(|connection| Ok(query(connection)?)));
        });
        self.queue(Work::Read(read))?;
        outcome_of(outcome).await
    }

    /// Queues `change`, and waits until its transaction is committed.
    ///
    /// A change that fails leaves no trace and harms no other, as long as it is one SQL statement: SQLite undoes
    /// a statement as a whole.
    ///
    /// # Errors
    /// [`Failure`] when the change or the commit failed, or too much is queued. Then nothing was stored.
    pub async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let (sender, outcome) = oneshot::channel();
        let write: Write = Box::new(move |connection| {
            let result = connection.and_then(|connection| Ok(change(connection)?));
            Box::new(move |committed| {
                let _ = sender.send(committed.and(result));
            })
        });
        self.queue(Work::Write(write, Instant::now()))?;
        outcome_of(outcome).await
    }

    fn queue(&self, work: Work) -> Result<(), Failure> {
        self.0.try_send(work).map_err(|_| Failure::queue_full())
    }
}

/// Waits for an answer. None comes from work that panicked.
async fn outcome_of<T>(answer: oneshot::Receiver<Result<T, Failure>>) -> Result<T, Failure> {
    answer.await.unwrap_or_else(|_| Err(Failure { passing: false, message: "it panicked".into() }))
}

/// What the thread owns.
struct Thread {
    connection: Connection,
    /// Writes that have yet to get the lock, and when each was queued.
    waiting: Vec<(Write, Instant)>,
    /// Who moves the log into the file, to be told of each commit.
    checkpoints: Option<SyncSender<()>>,
}

impl Thread {
    /// Its whole life: wait for work, take all there is, read, write.
    fn serve(mut self, queue: &Receiver<Work>) {
        loop {
            let first = if self.waiting.is_empty() {
                queue.recv().map_err(RecvTimeoutError::from)
            } else {
                queue.recv_timeout(RETRY)
            };
            if matches!(first, Err(RecvTimeoutError::Disconnected)) {
                return; // Nobody has a handle any more, so nobody waits for an answer.
            }
            // All of the batch is taken before the transaction begins. Work that is queued later may rely on a
            // change that this transaction, having begun before, cannot see.
            let mut reads = Vec::new();
            for work in first.into_iter().chain(queue.try_iter().take(LARGEST_BATCH)) {
                match work {
                    Work::Read(read) => reads.push(read),
                    Work::Write(write, _) if self.waiting.len() >= LONGEST_QUEUE => {
                        refuse(write, &Failure::queue_full());
                    }
                    Work::Write(write, queued) => self.waiting.push((write, queued)),
                }
            }
            let writing = self.lock();
            self.read(reads, writing);
            if writing {
                self.write();
            }
        }
    }

    /// Begins a transaction for the waiting writes, if there are any and nobody else is writing.
    fn lock(&mut self) -> bool {
        if self.waiting.is_empty() {
            return false;
        }
        let Err(cause) = self.execute("begin immediate") else { return true };
        let locked = cause.sqlite_error_code() == Some(ErrorCode::DatabaseBusy);
        let failure = Failure::from(cause);
        let hopeless =
            self.waiting.extract_if(.., |(_, queued)| !locked || queued.elapsed() > PATIENCE);
        hopeless.for_each(|(write, _)| refuse(write, &failure));
        false
    }

    /// Answers reads, in the transaction that was begun for the writes or in one of their own.
    fn read(&self, reads: Vec<Read>, writing: bool) {
        if reads.is_empty() {
            return;
        }
        let begun = if writing { Ok(()) } else { self.execute("begin").map_err(Failure::from) };
        for read in reads {
            let access = begun.clone().map(|()| &self.connection);
            let _ = catch_unwind(AssertUnwindSafe(|| read(access)));
        }
        if !writing && begun.is_ok() {
            let _ = self.execute("commit");
        }
    }

    /// Makes the waiting writes, commits, and only then answers.
    fn write(&mut self) {
        let answers: Vec<_> = mem::take(&mut self.waiting)
            .into_iter()
            .filter_map(|(write, _)| attempt(write, Ok(&self.connection)))
            .collect();
        let committed = self.execute("commit").map_err(Failure::from);
        if committed.is_err() {
            let _ = self.execute("rollback");
        }
        for answer in answers {
            answer(committed.clone());
        }
        if let Some(checkpoints) = &self.checkpoints {
            let _ = checkpoints.try_send(()); // It may have been told already.
        }
    }

    fn execute(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([]).map(drop)
    }
}

/// A panic fails its own work and no other: the thread lives on.
fn attempt(write: Write, access: Access) -> Option<Answer> {
    catch_unwind(AssertUnwindSafe(|| write(access))).ok()
}

fn refuse(write: Write, cause: &Failure) {
    if let Some(answer) = attempt(write, Err(cause.clone())) {
        answer(Ok(()));
    }
}
