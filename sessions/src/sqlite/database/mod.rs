//! A SQLite file, and its one connection on a thread of its own.
//!
//! SQLite's calls block, and a thread that serves requests must not be blocked. So the connection has a thread of its
//! own, and requests queue their work there. Each time, the thread takes everything that is waiting: it answers the
//! reads, then makes the writes in one transaction, and answers those after the commit. A single visitor notices
//! nothing of this. When there are many, one commit serves them all. Databases call this group commit.
//!
//! There is one connection and not several, because a connection keeps the pages that it has read, and drops them all
//! when another connection has written. If reads and writes share one connection, no page has to be read twice.
//!
//! Another process may hold SQLite's only write lock. Then writes wait for it, for at most two seconds, and reads are
//! answered in the meantime.
//!
//! ```text
//! file        opens the file, and sets up its connection
//! thread      the connection's thread: reads, group commit, answers
//! presence    whether the file is still where it was
//! checkpoint  moves the write-ahead log into the file
//! shared      one answer for all requests that ask the same, until the database changes
//! ```

mod checkpoint;
mod error;
mod file;
mod presence;
mod shared;
mod thread;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{SyncSender, sync_channel},
    },
    thread::{JoinHandle, current, spawn},
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

pub use error::Error;
pub use file::Durability;
pub use shared::Shared;
use thread::{Access, LONGEST_QUEUE, Read, Thread, Work, Write};

/// A handle to the connection's thread; clones share it.
///
/// When the last handle is dropped, the thread does what is queued, closes the file, and ends. The drop waits for that,
/// so a program that ends in the usual way leaves one whole file behind, without a write-ahead log beside it.
#[derive(Clone, Debug)]
pub struct Database(Arc<Handle>);

#[derive(Debug)]
struct Handle {
    /// These two are there until the handle is dropped.
    queue: Option<SyncSender<Work>>,
    thread: Option<JoinHandle<()>>,
    /// How many writes were begun that may change what a [`Shared`] query reads. The thread counts them.
    writes: Arc<AtomicU64>,
}

impl Database {
    /// Opens the file at `path`, or makes it. `path` is always the name of a file, never one of SQLite's addresses such as
    /// `file:a.db?mode=ro` or `:memory:`.
    ///
    /// The file is switched to write-ahead logging, and the connection enforces foreign keys.
    ///
    /// # Errors
    /// [`Error::Unusable`], naming the file, when it is no SQLite file, or cannot be read and written.
    pub fn open(path: impl AsRef<Path>, durability: Durability) -> Result<Self, Error> {
        file::open(path.as_ref(), durability)
    }

    /// A database in memory, which goes away with its last handle.
    ///
    /// # Errors
    /// [`Error::Unusable`] when there is not enough memory for it.
    pub fn in_memory() -> Result<Self, Error> {
        file::in_memory()
    }

    /// Gives `connection` a thread of its own.
    ///
    /// # Errors
    /// When SQLite refuses the setting that it needs.
    pub fn new(connection: Connection) -> rusqlite::Result<Self> {
        // SQLite must not wait for the lock by itself, because reads would have to wait as well.
        connection.busy_timeout(Duration::ZERO)?;
        let thread = Thread::new(connection)?;
        let (sender, queue) = sync_channel(LONGEST_QUEUE);
        let thread = spawn(move || thread.run(&queue));
        Ok(Self(Arc::new(Handle {
            queue: Some(sender),
            thread: Some(thread),
            writes: Arc::default(),
        })))
    }

    /// Queues `query`, which only reads, and waits for its result.
    ///
    /// All its statements see one and the same state of the database, as it was last committed.
    ///
    /// # Errors
    /// [`Error`] when the query failed, or too much is queued.
    pub async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        self.queue_read(query, true).await
    }

    /// The same for a query that is one statement, which sees one state of the database in any case.
    pub(super) async fn read_once<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        self.queue_read(query, false).await
    }

    async fn queue_read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        of_one_moment: bool,
    ) -> Result<T, Error> {
        let (sender, outcome) = oneshot::channel();
        let work = Box::new(move |connection: Access| {
            // If the visitor has gone away, nobody is waiting for the answer.
            let _ = sender.send(connection.and_then(|connection| Ok(query(connection)?)));
        });
        self.queue(Work::Read(Read {
            work,
            of_one_moment,
        }))?;
        outcome_of(outcome).await
    }

    /// Queues `change`, and waits until its transaction is committed.
    ///
    /// A change that fails leaves no trace and does not affect the others, as long as it is one SQL statement, because
    /// SQLite undoes a statement as a whole.
    ///
    /// A caller that stops waiting, such as a request that is given up, cannot know whether the change was stored.
    ///
    /// # Errors
    /// [`Error`] when the change or the commit failed, or too much is queued. Then nothing was stored.
    pub async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        self.write_session(self.counted(change)).await
    }

    /// The same for a change to no other row than a session's own. It leaves what [`Shared`] queries remember.
    pub(super) async fn write_session<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, outcome) = oneshot::channel();
        self.queue_write(change, move |result| _ = sender.send(result))?;
        outcome_of(outcome).await
    }

    /// The same change, which is counted when it begins.
    fn counted<T>(
        &self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static {
        let writes = self.0.writes.clone();
        move |connection| {
            writes.fetch_add(1, Ordering::Relaxed);
            change(connection)
        }
    }

    /// Does `work` among the writes, and blocks until it is committed. This is for start-up, when nobody is waiting for
    /// an answer yet. The work may be many statements; if it fails, none of them leaves a trace.
    ///
    /// # Errors
    /// As [`Database::write`].
    pub fn set_up<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, outcome) = sync_channel(1);
        let work = move |connection: &Connection| {
            connection.execute_batch("savepoint set_up")?;
            let done = work(connection);
            if done.is_err() {
                connection.execute_batch("rollback to set_up")?;
            }
            connection.execute_batch("release set_up")?;
            done
        };
        self.queue_write(self.counted(work), move |result| _ = sender.send(result))?;
        outcome.recv().unwrap_or_else(|_| Err(Error::panicked()))
    }

    /// Queues `change`, and calls `answer` with its result once that is known.
    fn queue_write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        answer: impl FnOnce(Result<T, Error>) + Send + 'static,
    ) -> Result<(), Error> {
        let write: Write = Box::new(move |connection| {
            let result = connection.and_then(|connection| Ok(change(connection)?));
            Box::new(move |committed| answer(result.and_then(|value| committed.map(|()| value))))
        });
        self.queue(Work::Write(write, Instant::now()))
    }

    fn queue(&self, work: Work) -> Result<(), Error> {
        let queue = self.0.queue.as_ref().ok_or_else(Error::queue_full)?;
        queue.try_send(work).map_err(|_| Error::queue_full())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        drop(self.queue.take());
        // Work may hold a handle. If it holds the last one, this runs on the thread itself, which cannot wait for its own
        // end.
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != current().id()
        {
            let _ = thread.join();
        }
    }
}

/// Waits for an answer. If the work has panicked, none comes.
async fn outcome_of<T>(answer: oneshot::Receiver<Result<T, Error>>) -> Result<T, Error> {
    answer.await.unwrap_or_else(|_| Err(Error::panicked()))
}
