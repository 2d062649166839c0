//! Moves the contents of the write-ahead log into the file, in the background.
//!
//! By itself, SQLite does this within a commit as soon as the log is long. That commit has to wait for the disk, and on a
//! busy site everybody waits with it, several times a second.

use std::{
    sync::mpsc::{SyncSender, sync_channel},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rusqlite::{Connection, config::DbConfig};

/// How long changes gather in the log before they are moved.
const PERIOD: Duration = Duration::from_millis(100);

/// How many pages the log may hold. On a site that is always busy, the thread never catches up. When the log is longer
/// than this, the thread holds up the writers for a moment, so that it can.
const LONGEST_LOG: i64 = 40_000;

/// How long the writers are held up at most. A reader in another process, which has to finish first, may take longer.
const HOLD_UP: Duration = Duration::from_millis(50);

/// How long the writers are left alone after they were held up in vain: longer each time, up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The thread, which is told of each commit.
pub(super) struct Checkpoints {
    commits: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Checkpoints {
    /// Starts the thread. A database in memory has no log, so it needs none.
    pub fn beside(connection: &Connection) -> rusqlite::Result<Option<Self>> {
        let Some(path) = connection.path().filter(|path| !path.is_empty()) else {
            return Ok(None);
        };
        let mut checkpoint = Checkpoint::new(Connection::open(path)?, LONGEST_LOG)?;
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        let (sender, receiver) = sync_channel(1);
        let thread = thread::spawn(move || {
            while let Ok(()) = receiver.recv() {
                thread::park_timeout(PERIOD);
                if let Err(cause) = checkpoint.run() {
                    tracing::warn!("the write-ahead log stays as long as it is for now: {cause}");
                }
            }
        });
        Ok(Some(Self {
            commits: sender,
            thread,
        }))
    }

    /// Tells the thread that there is something to move.
    pub fn committed(&self) {
        let _ = self.commits.try_send(()); // It may have been told already.
    }

    /// Ends the thread, and waits until it has closed its connection.
    pub fn end(self) {
        drop(self.commits);
        self.thread.thread().unpark();
        let _ = self.thread.join();
    }
}

/// <https://www.sqlite.org/pragma.html#pragma_wal_checkpoint>
struct Checkpoint {
    connection: Connection,
    longest_log: i64,
    /// When the writers may be held up again, and for how long they are left alone if that is in vain.
    next: Instant,
    pause: Duration,
}

impl Checkpoint {
    fn new(connection: Connection, longest_log: i64) -> rusqlite::Result<Self> {
        connection.busy_timeout(HOLD_UP)?;
        // The other connection is closed last. It moves the log, unless the files are no longer its own.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        Ok(Self {
            connection,
            longest_log,
            next: Instant::now(),
            pause: PERIOD,
        })
    }

    /// Moves what can be moved. Returns whether the writers were held up for it.
    fn run(&mut self) -> rusqlite::Result<bool> {
        let pragma = "pragma wal_checkpoint(passive)"; // Nobody waits.
        let pages: i64 = self.connection.query_row(pragma, [], |row| row.get(1))?;
        if pages <= self.longest_log || Instant::now() < self.next {
            return Ok(false);
        }
        // Little has been added since. Writers wait while it is moved, and then start the log from its beginning. They
        // wait in vain if somebody is still reading an older state of the file.
        let pragma = "pragma wal_checkpoint(restart)";
        let in_vain: bool = self.connection.query_row(pragma, [], |row| row.get(0))?;
        self.pause = if in_vain {
            LONGEST_PAUSE.min(self.pause * 2)
        } else {
            PERIOD
        };
        self.next = Instant::now() + self.pause;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Somebody else is reading for a long time. Until that ends, the log cannot start from its beginning, and trying that
    /// ten times a second would hold up every writer.
    #[test]
    fn writers_are_left_alone_for_longer_each_time_while_somebody_else_reads_for_long() {
        let folder = tempfile::tempdir().unwrap();
        let connection = || Connection::open(folder.path().join("t.db")).unwrap();
        let (writer, reader) = (connection(), connection());
        writer.pragma_update(None, "journal_mode", "wal").unwrap();
        writer.execute_batch("create table t (n integer)").unwrap();
        let mut checkpoint = Checkpoint::new(connection(), 0).unwrap();
        reader
            .execute_batch("begin; select count(*) from t")
            .unwrap();
        writer.execute_batch("insert into t values (1)").unwrap();
        assert!(checkpoint.run().unwrap());
        assert_eq!(checkpoint.pause, PERIOD * 2);
        assert!(!checkpoint.run().unwrap(), "it is not tried again at once");
        for _ in 0..20 {
            checkpoint.next = Instant::now();
            assert!(checkpoint.run().unwrap());
        }
        assert_eq!(checkpoint.pause, LONGEST_PAUSE);
        reader.execute_batch("commit").unwrap();
        checkpoint.next = Instant::now();
        assert!(checkpoint.run().unwrap());
        assert_eq!(checkpoint.pause, PERIOD, "the reader has gone");
    }
}
