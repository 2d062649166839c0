//! The site's file: how it is told from other files, made, and brought up to date.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use rusqlite::Connection;

use super::seed;
use lossless_sessions::sqlite::{Database, Durability, Error};

/// The version of the tables, which is kept in the file: first the catalog; from version 2 on, the people who borrow from
/// it; from version 3 on, what their signing in needs as well; from version 4 on, what survives it.
const VERSION: i32 = 4;

/// A mark in the file's header, by which we know our own file: "LLib" in ASCII.
const APPLICATION_ID: i32 = 0x4C4C_6962;

/// How a SQLite file begins, and where its header keeps the number of changes to its tables, and the application id
/// (<https://www.sqlite.org/fileformat2.html#the_database_header>).
const MAGIC: &[u8] = b"SQLite format 3\0";
const SCHEMA_COOKIE_AT: usize = 40;
const APPLICATION_ID_AT: usize = 68;
const HEADER: u64 = 100;

/// What helps when a file cannot be used.
const ANOTHER_FILE: &str = "name another file: LOCALLIBRARY_DB=other.db cargo run --bin step1";

/// Opens the file, and makes its tables or brings them up to date.
pub(super) fn open(path: &Path, durability: Durability) -> Result<Database, Error> {
    check_ours(path)?;
    let database = Database::open(path, durability)?;
    set_up(&database)
        .map_err(|cause| Error::Unusable(format!("{} cannot be used: {cause}", path.display())))?;
    Ok(database)
}

pub(super) fn in_memory() -> Result<Database, Error> {
    let database = Database::in_memory()?;
    set_up(&database)?;
    Ok(database)
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
    let number_at = |at| header.get(at..at + 4).unwrap_or_default();
    let is_ours = number_at(APPLICATION_ID_AT) == APPLICATION_ID.to_be_bytes();
    // Another program may be making the file at this moment, and has yet to make its tables.
    let has_no_table = number_at(SCHEMA_COOKIE_AT) == [0; 4];
    if header.starts_with(MAGIC) && (is_ours || has_no_table) {
        return Ok(());
    }
    Err(Error::Unusable(format!(
        "{} is not a LocalLibrary database and was left untouched; move it away, or {ANOTHER_FILE}",
        path.display()
    )))
}

/// Brings the tables up to date. Two programs may start at once; then the second waits, and finds the work done.
fn set_up(database: &Database) -> Result<(), Error> {
    let refused = database.set_up(|connection| {
        let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get(0));
        let (application, version): (i32, i32) = (number("application_id")?, number("user_version")?);
        let tables: u32 =
            connection.query_row("select count(*) from sqlite_schema", [], |row| row.get(0))?;
        if application != APPLICATION_ID && tables > 0 {
            return Ok(Some("it is not a LocalLibrary database; ".to_string()));
        }
        if version > VERSION {
            return Ok(Some(format!(
                "its tables have version {version}, and this program knows them up to version {VERSION}; use the \
                 program that made it, or "
            )));
        }
        if version < VERSION {
            bring_up_to_date(connection, version)?;
            connection.pragma_update(None, "application_id", APPLICATION_ID)?;
            connection.pragma_update(None, "user_version", VERSION)?;
        }
        Ok(None)
    })?;
    refused.map_or(Ok(()), |reason| {
        Err(Error::Unusable(format!("{reason}{ANOTHER_FILE}")))
    })
}

/// Version 0 is a new file.
fn bring_up_to_date(connection: &Connection, from: i32) -> rusqlite::Result<()> {
    if from == 0 {
        seed::fill(connection)?;
    }
    if from < 2 {
        connection.execute_batch(include_str!("people.sql"))?;
    }
    if from < 3 {
        connection.execute_batch(include_str!("signing_in.sql"))?;
    }
    connection.execute_batch(include_str!("keeping.sql"))
}
