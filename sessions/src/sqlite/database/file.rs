//! Opens the file, and sets up its connection.

use std::{
    fmt,
    path::{self, Path},
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, MAIN_DB};

use super::{Database, Error};

/// How long to wait, when opening the file, for another program that is still making it.
const OPEN_TIMEOUT: Duration = Duration::from_secs(5);

/// How much of the file SQLite keeps in memory, in KiB; the pragma expects a negative number for that. With the default
/// of 2 MiB, a table of a million sessions would be read from the file again and again.
const CACHE: i32 = -64 * 1024;

/// Bytes per page, the unit that SQLite writes. A save writes the page of its row, and a session is small. With the
/// default of 4096, four times as much would have to reach the disk.
const PAGE_SIZE: u32 = 1024;

/// What survives a power failure (`pragma synchronous`). The end of the process loses nothing either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// All but the last moments, because SQLite syncs only when it moves its log into the file. The file is never damaged.
    Normal,
    /// Every save that was answered, because SQLite syncs at each commit. With group commit, many saves share one.
    Full,
}

/// Opens the file, and sets up its connection.
pub(super) fn open(path: &Path, durability: Durability) -> Result<Database, Error> {
    let unusable = |cause: &dyn fmt::Display| {
        Error::Unusable(format!("{} cannot be used: {cause}", path.display()))
    };
    // SQLite reads a name such as `file:sessions.db?mode=ro` or `:memory:` in a way of its own, but never a whole path.
    let path = &path::absolute(path).map_err(|cause| unusable(&cause))?;
    Connection::open(path)
        .map_err(Error::from)
        .and_then(|connection| prepare(connection, durability))
        .map_err(|cause| unusable(&cause))
}

pub(super) fn in_memory() -> Result<Database, Error> {
    Connection::open_in_memory()
        .map_err(Error::from)
        .and_then(|connection| prepare(connection, Durability::Normal))
        .map_err(|cause| Error::Unusable(format!("no database can be made in memory: {cause}")))
}

fn prepare(connection: Connection, durability: Durability) -> Result<Database, Error> {
    if connection.is_readonly(MAIN_DB)? {
        return Err(Error::Unusable(
            "this program may read it but not write to it; let it write to the file and to its folder".into(),
        ));
    }
    // Two programs may start at once. Then the second waits.
    connection.busy_timeout(OPEN_TIMEOUT)?;
    connection.pragma_update(None, "page_size", PAGE_SIZE)?; // It has an effect on a new file only.
    log_ahead(&connection)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    let synchronous = match durability {
        Durability::Normal => "normal",
        Durability::Full => "full",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    Ok(Database::new(connection)?)
}

/// Write-ahead logging, with which a reader does not wait for a writer, nor a writer for a reader.
///
/// The setting is stored in the file. If several programs start at once with a new file, one of them sets it, and the
/// others are told that the file is locked, because in this case SQLite does not wait by itself.
fn log_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let began = Instant::now();
    loop {
        let set = connection.pragma_update(None, "journal_mode", "wal");
        let is_locked = set
            .as_ref()
            .is_err_and(|cause| cause.sqlite_error_code() == Some(ErrorCode::DatabaseBusy));
        if !is_locked || began.elapsed() > OPEN_TIMEOUT {
            return set;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::OpenFlags;

    use super::*;

    /// SQLite opens a file that may not be written to without a word. Without a look at that, some later write failed, and
    /// named no file. (The superuser may write to every file, so this asks SQLite for it.)
    #[test]
    fn a_file_that_may_only_be_read_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.db");
        let writable = Connection::open(&path).unwrap();
        writable
            .execute_batch("create table t (n integer)")
            .unwrap();
        let connection =
            Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let Err(Error::Unusable(sentence)) = prepare(connection, Durability::Normal) else {
            panic!("it was prepared");
        };
        assert!(sentence.contains("not write to it"), "{sentence}");
    }
}
