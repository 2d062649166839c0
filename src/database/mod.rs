//! The site's SQLite file, and its one connection on a thread of its own.
//!
//! SQLite's calls block, and a thread that serves requests must not. So the connection has a thread, and
//! requests queue their work there. When the thread comes to its queue it takes all that waits: it answers the
//! reads, then makes the writes in one transaction, and answers those after its commit. A lone visitor notices
//! nothing; with many at once, one commit serves them all. Databases call this group commit.
//!
//! There is one connection and not several, because a connection keeps the pages that it has read, and drops them
//! all once another one has written. A reader and a writer that share one never read a page twice.
//!
//! Another process may hold SQLite's one write lock. Writes then wait for it, for two seconds at most, and reads
//! are answered meanwhile.
//!
//! ```text
//! file        tells our file from other people's, makes it, opens it
//! thread      the connection's thread: reads, group commit, answers
//! checkpoint  moves the write-ahead log into the file
//! shared      one answer for all who ask the same at the same time
//! ```

mod checkpoint;
mod error;
mod file;
mod shared;
mod thread;

use std::{
    path::Path,
    sync::mpsc::{SyncSender, sync_channel},
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

pub use error::Error;
pub use file::{Durability, Tables};
pub use shared::Shared;
use thread::{LONGEST_QUEUE, Read, Thread, Work, Write};

/// A handle to the connection's thread; clones share it. The thread ends, and closes the connection, with the last.
#[derive(Clone, Debug)]
pub struct Database(SyncSender<Work>);

impl Database {
    /// Opens the file at `path`, which has these `tables`, now or as soon as it is open.
    ///
    /// # Errors
    /// [`Error::Unusable`], naming the file, when it is not ours or cannot be read. It is then left untouched.
    pub fn open(path: &Path, durability: Durability, tables: Tables) -> Result<Self, Error> {
        file::open(path, durability, tables)
    }

    /// A database in memory with these `tables`, that goes away with its last handle.
    ///
    /// # Errors
    /// [`Error::Unusable`] when there is no memory for it.
    pub fn in_memory(tables: Tables) -> Result<Self, Error> {
        file::in_memory(tables)
    }

    /// Gives `connection` a thread of its own.
    ///
    /// # Errors
    /// When SQLite refuses the setting that it needs.
    pub fn new(connection: Connection) -> rusqlite::Result<Self> {
        // SQLite must not wait for the lock by itself: reads would wait with it.
        connection.busy_timeout(Duration::ZERO)?;
        let checkpoints = checkpoint::beside(&connection)?;
        let (sender, queue) = sync_channel(LONGEST_QUEUE);
        std::thread::spawn(move || Thread::new(connection, checkpoints).serve(&queue));
        Ok(Self(sender))
    }

    /// Queues `query`, which only reads, and waits for its result.
    ///
    /// It sees what was committed when it ran, whatever the number of its statements.
    ///
    /// # Errors
    /// [`Error`] when the query failed, or too much is queued.
    pub async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
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
    /// Who stops waiting, as a request does that is given up, does not know: the change may be stored all the same.
    ///
    /// # Errors
    /// [`Error`] when the change or the commit failed, or too much is queued. Then nothing was stored.
    pub async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, outcome) = oneshot::channel();
        self.queue_write(change, move |result| _ = sender.send(result))?;
        outcome_of(outcome).await
    }

    /// Does `work` among the writes, and blocks until it is committed: for start-up, when nobody waits for an
    /// answer yet.
    ///
    /// # Errors
    /// As [`Database::write`].
    pub fn set_up<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, outcome) = sync_channel(1);
        self.queue_write(work, move |result| _ = sender.send(result))?;
        outcome.recv().unwrap_or_else(|_| Err(Error::panicked()))
    }

    /// Queues `change`; `answer` is called with its result once that is known.
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
        self.0.try_send(work).map_err(|_| Error::queue_full())
    }
}

/// Waits for an answer. Work that panicked gives none.
async fn outcome_of<T>(answer: oneshot::Receiver<Result<T, Error>>) -> Result<T, Error> {
    answer.await.unwrap_or_else(|_| Err(Error::panicked()))
}
