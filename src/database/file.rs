//! The file: how it is told from other files, made, filled and opened.

use std::{
    fmt,
    fs::File,
    io::{self, Read},
    path::{self, Path},
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, MAIN_DB, TransactionBehavior};

use super::{Database, Error};

/// The tables that a file has.
#[derive(Clone, Copy)]
pub struct Tables {
    /// Their version, which is kept in the file.
    pub version: i32,
    /// Makes and fills them, or brings them up to date from an older version; version 0 is a new file.
    pub bring_up_to_date: fn(&Connection, from: i32) -> rusqlite::Result<()>,
}

/// A mark in the file's header, by which we know our own file: "LLib" in ASCII.
const APPLICATION_ID: i32 = 0x4C4C_6962;

/// How a SQLite file begins, and where its header keeps the application id
/// (<https://www.sqlite.org/fileformat2.html#the_database_header>).
const MAGIC: &[u8] = b"SQLite format 3\0";
const APPLICATION_ID_AT: usize = 68;
const HEADER: u64 = 100;

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

/// Opens the file, and makes its tables or brings them up to date.
pub(super) fn open(path: &Path, durability: Durability, tables: Tables) -> Result<Database, Error> {
    let unusable = |cause: &dyn fmt::Display| {
        Error::Unusable(format!("{} cannot be used: {cause}", path.display()))
    };
    // SQLite reads a name such as `file:sessions.db?mode=ro` or `:memory:` in a way of its own, but never a whole path.
    let path = &path::absolute(path).map_err(|cause| unusable(&cause))?;
    check_ours(path)?;
    Connection::open(path)
        .map_err(Error::from)
        .and_then(|connection| prepare(connection, durability, tables))
        .map_err(|cause| unusable(&cause))
}

pub(super) fn in_memory(tables: Tables) -> Result<Database, Error> {
    Connection::open_in_memory()
        .map_err(Error::from)
        .and_then(|connection| prepare(connection, Durability::Normal, tables))
        .map_err(|cause| Error::Unusable(format!("no database can be made in memory: {cause}")))
}

/// Refuses a file that is not ours by its first bytes alone, because SQLite itself may write to a file that it opens.
fn check_ours(path: &Path) -> Result<(), Error> {
    let mut header = Vec::new();
    match File::open(path).and_then(|file| file.take(HEADER).read_to_end(&mut header)) {
        Ok(0) => return Ok(()), // An empty file is as good as none.
        Ok(_) => {}
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(cause) => {
            return Err(Error::Unusable(format!(
                "{} cannot be read: {cause}",
                path.display()
            )));
        }
    }
    let application = header.get(APPLICATION_ID_AT..APPLICATION_ID_AT + 4);
    if header.starts_with(MAGIC) && application == Some(&APPLICATION_ID.to_be_bytes()) {
        return Ok(());
    }
    Err(Error::Unusable(format!(
        "{0} is not a LocalLibrary database and was left untouched; move it away, or name another file: \
         LOCALLIBRARY_DB=other.db cargo run --bin step1",
        path.display()
    )))
}

/// Brings the tables up to date, and sets up the connection.
fn prepare(
    mut connection: Connection,
    durability: Durability,
    tables: Tables,
) -> Result<Database, Error> {
    if connection.is_readonly(MAIN_DB)? {
        return Err(Error::Unusable(
            "this program may read it but not write to it; let it write to the file and to its folder".into(),
        ));
    }
    // Two programs may start at once. Then the second waits, and finds the work done.
    connection.busy_timeout(OPEN_TIMEOUT)?;
    connection.pragma_update(None, "page_size", PAGE_SIZE)?; // It has an effect on a new file only.
    let known = tables.version;
    if version(&connection)? < known {
        bring_up_to_date(&mut connection, tables)?;
    }
    let version = version(&connection)?;
    if version > known {
        return Err(Error::Unusable(format!(
            "its tables have version {version}, and this program knows them up to version {known}; use the program \
             that made it, or name another file: LOCALLIBRARY_DB=other.db cargo run --bin step1"
        )));
    }
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

fn bring_up_to_date(connection: &mut Connection, tables: Tables) -> rusqlite::Result<()> {
    let file = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = version(&file)?;
    if from < tables.version {
        (tables.bring_up_to_date)(&file, from)?;
        file.pragma_update(None, "application_id", APPLICATION_ID)?;
        file.pragma_update(None, "user_version", tables.version)?;
    }
    file.commit()
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

fn version(connection: &Connection) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
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
        let tables = Tables {
            version: 0,
            bring_up_to_date: |_, _| Ok(()),
        };
        let connection =
            Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let Err(Error::Unusable(sentence)) = prepare(connection, Durability::Normal, tables) else {
            panic!("it was prepared");
        };
        assert!(sentence.contains("not write to it"), "{sentence}");
    }
}
