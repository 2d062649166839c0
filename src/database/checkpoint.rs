//! Moves what the write-ahead log has gathered into the file, beside the work.
//!
//! By itself, SQLite does this within a commit as soon as the log is long. That commit waits for the disk, and on
//! a busy site everybody waits with it, several times a second.

use std::{
    sync::mpsc::{SyncSender, sync_channel},
    thread,
    time::Duration,
};

use rusqlite::Connection;

/// How long changes gather in the log before they are moved.
const PERIOD: Duration = Duration::from_millis(100);

/// How many pages the log may hold. On a site that never rests, moving never catches up by itself; beyond this
/// length it holds up the writers for a moment to do so.
const LONGEST_LOG: i64 = 40_000;

/// Starts the thread. It wakes when it is told of a commit, and ends when nobody can tell it any more.
///
/// For a database in memory, which has no log, there is nothing to do, and so no thread.
pub(super) fn beside(connection: &Connection) -> rusqlite::Result<Option<SyncSender<()>>> {
    let Some(path) = connection.path().filter(|path| !path.is_empty()) else {
        return Ok(None);
    };
    let own = Connection::open(path)?;
    own.busy_timeout(Duration::from_secs(1))?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    let (sender, commits) = sync_channel(1);
    thread::spawn(move || {
        while let Ok(()) = commits.recv() {
            thread::sleep(PERIOD);
            if let Err(cause) = checkpoint(&own) {
                tracing::warn!("the write-ahead log stays as long as it is for now: {cause}");
            }
        }
    });
    Ok(Some(sender))
}

/// <https://www.sqlite.org/pragma.html#pragma_wal_checkpoint>
fn checkpoint(connection: &Connection) -> rusqlite::Result<()> {
    // Passive: nobody waits.
    let pages: i64 =
        connection.query_row("pragma wal_checkpoint(passive)", [], |row| row.get(1))?;
    if pages > LONGEST_LOG {
        // What has come since is little. While it is moved, writers wait, and then begin the log anew.
        connection.query_row("pragma wal_checkpoint(restart)", [], |_| Ok(()))?;
    }
    Ok(())
}
