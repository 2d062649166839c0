//! The connection's thread. It takes everything that is waiting in the queue, reads, writes and commits, and answers a
//! write only after that.

use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, config::DbConfig};

use super::{Error, checkpoint::Checkpoints, presence::Presence};

/// How much work may wait. A queue without a limit would only turn an overload into a crash.
pub(super) const LONGEST_QUEUE: usize = 4096;

/// How much work is taken at once, so that nobody waits long for the others.
const LARGEST_BATCH: usize = 256;

/// How long a write waits for another process to let go of the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);

/// How long until a write that did not get the lock is tried again, unless other work comes first.
const RETRY: Duration = Duration::from_millis(5);

/// The connection that work is done on, or why it cannot be.
pub(super) type Access<'a> = Result<&'a Connection, Error>;

/// Work that only reads. It is done and answered in one go.
pub(super) struct Read {
    pub work: Box<dyn FnOnce(Access) + Send>,
    /// Whether all that it sees has to be of one moment, although it may be several statements.
    pub of_one_moment: bool,
}

/// Work that writes. It keeps back its result until it is known whether the transaction was committed.
pub(super) type Write = Box<dyn FnOnce(Access) -> Answer + Send>;

/// Tells one caller the outcome.
pub(super) type Answer = Box<dyn FnOnce(Result<(), Error>) + Send>;

/// What is queued; for a write, with the moment when it was queued.
pub(super) enum Work {
    Read(Read),
    /// A read for all who ask for it until it leaves the queue. The call settles who they are.
    Shared(Box<dyn FnOnce() -> Read + Send>),
    Write(Write, Instant),
}

/// What the thread owns.
pub(super) struct Thread {
    connection: Connection,
    /// Writes that have yet to get the lock, and when each was queued.
    waiting: Vec<(Write, Instant)>,
    /// Whether the files are still where they were.
    presence: Presence,
    checkpoints: Option<Checkpoints>,
}

impl Thread {
    pub fn new(connection: Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            presence: Presence::of(&connection),
            checkpoints: Checkpoints::beside(&connection)?,
            connection,
            waiting: Vec::new(),
        })
    }

    /// The thread's whole life: wait for work, take all there is, read, write; at the end, close the file.
    pub fn run(mut self, queue: &Receiver<Work>) {
        self.serve(queue);
        self.close();
    }

    fn serve(&mut self, queue: &Receiver<Work>) {
        loop {
            let first = if self.waiting.is_empty() {
                queue.recv().map_err(RecvTimeoutError::from)
            } else {
                queue.recv_timeout(RETRY)
            };
            if matches!(first, Err(RecvTimeoutError::Disconnected)) {
                return; // The last handle is gone, so nobody waits for an answer.
            }
            // The whole batch is taken before the transaction begins. Work that is queued later may rely on a change that
            // this transaction cannot see, because it has begun earlier.
            let mut reads = Vec::new();
            for work in first
                .into_iter()
                .chain(queue.try_iter().take(LARGEST_BATCH))
            {
                match work {
                    Work::Read(read) => reads.push(read),
                    Work::Shared(read) => reads.push(read()),
                    Work::Write(write, _) if self.waiting.len() >= LONGEST_QUEUE => {
                        refuse(write, &Error::queue_full());
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
        let (locked, failure) = match self.presence.check() {
            Err(gone) => (false, gone),
            Ok(()) => {
                let Err(cause) = self.execute("begin immediate") else {
                    return true;
                };
                let locked = cause.sqlite_error_code() == Some(ErrorCode::DatabaseBusy);
                (locked, Error::from(cause))
            }
        };
        let hopeless = self
            .waiting
            .extract_if(.., |(_, queued)| !locked || queued.elapsed() > BUSY_TIMEOUT);
        hopeless.for_each(|(write, _)| refuse(write, &failure));
        false
    }

    /// Answers reads, in the transaction that was begun for the writes or in one of their own. A lone statement needs none,
    /// and many share the cost of one.
    fn read(&mut self, reads: Vec<Read>, writing: bool) {
        let begins = !writing && (reads.len() > 1 || reads.iter().any(|read| read.of_one_moment));
        let mut ready = match writing || reads.is_empty() {
            true => Ok(()),
            false => self.presence.check(),
        };
        if begins {
            ready = ready.and_then(|()| Ok(self.execute("begin")?));
        }
        for read in reads {
            let access = ready.clone().map(|()| &self.connection);
            let _ = catch_unwind(AssertUnwindSafe(|| (read.work)(access)));
        }
        if begins && ready.is_ok() {
            let _ = self.execute("commit");
        }
    }

    /// Makes the waiting writes, commits, and only then answers.
    fn write(&mut self) {
        let mut answers = Vec::new();
        let mut writes = mem::take(&mut self.waiting).into_iter();
        for (write, _) in writes.by_ref() {
            answers.extend(attempt(write, Ok(&self.connection)));
            if self.is_rolled_back() {
                break;
            }
        }
        self.waiting = writes.collect(); // Usually none. After a rollback these get a transaction of their own.
        // What was committed to files that are no longer there is lost, so nobody is told that it is stored.
        let committed = self.commit().and_then(|()| self.presence.check());
        for answer in answers {
            answer(committed.clone());
        }
        if let Some(checkpoints) = &self.checkpoints {
            checkpoints.committed();
        }
    }

    fn commit(&self) -> Result<(), Error> {
        if self.is_rolled_back() {
            return Err(Error::rolled_back());
        }
        let committed = self.execute("commit");
        if committed.is_err() {
            let _ = self.execute("rollback");
        }
        Ok(committed?)
    }

    /// Whether SQLite has undone the whole transaction by itself, as it does when the disk is full or memory runs out.
    /// Any further write would then be committed on its own, although the rest of its batch has failed
    /// (<https://www.sqlite.org/lang_transaction.html>, section 3).
    fn is_rolled_back(&self) -> bool {
        self.connection.is_autocommit()
    }

    /// Closes the file, in the course of which SQLite moves the log into it and deletes the log.
    fn close(mut self) {
        if let Some(checkpoints) = self.checkpoints.take() {
            checkpoints.end();
        }
        if self.presence.check().is_err() {
            // SQLite would delete the log by its name, and by now that may be the log of another database.
            let left_alone = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
            let _ = self.connection.set_db_config(left_alone, true);
        }
        if let Err((_, cause)) = self.connection.close() {
            tracing::error!("the database was not closed cleanly: {cause}");
        }
    }

    fn execute(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([]).map(drop)
    }
}

/// Runs work so that a panic fails that work only, and the thread lives on.
fn attempt(write: Write, access: Access) -> Option<Answer> {
    catch_unwind(AssertUnwindSafe(|| write(access))).ok()
}

fn refuse(write: Write, cause: &Error) {
    if let Some(answer) = attempt(write, Err(cause.clone())) {
        answer(Ok(()));
    }
}
