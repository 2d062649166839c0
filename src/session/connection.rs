//! The connection that sessions are stored through: its settings, and what each of them buys.

use std::{path::Path, time::Duration};

use rusqlite::Connection;

use crate::Error;

/// The table, made when it is not there.
pub(crate) const SCHEMA: &str = include_str!("schema.sql");

/// How long a writer waits for another process to let go of the file.
const PATIENCE: Duration = Duration::from_secs(2);

/// How much of the table SQLite keeps in memory, in KiB; negative, as its pragma wants it. With the default of
/// 2 MiB a table of a million rows is read from the file again and again.
const CACHE: i32 = -64 * 1024;

/// How many pages of 4 KiB the write-ahead log gathers before SQLite moves them into the file, which costs a sync.
/// In a large table each save touches a page of its own, and the default of 1,000 would mean many syncs a second.
const LONGEST_LOG: u32 = 10_000;

/// What survives the loss of power (`pragma synchronous`); both survive the end of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// All but the last moments: SQLite syncs the file when it moves its log into it. Never a damaged file.
    Normal,
    /// Every save that was answered: SQLite syncs at each commit, which group commit shares among many.
    Full,
}

/// Opens the site's database for sessions, and makes their table.
pub(super) fn connect(path: &Path, durability: Durability) -> Result<Connection, Error> {
    let open = || {
        let connection = Connection::open(path)?;
        connection.busy_timeout(PATIENCE)?;
        let synchronous = match durability {
            Durability::Normal => "normal",
            Durability::Full => "full",
        };
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.pragma_update(None, "cache_size", CACHE)?;
        connection.pragma_update(None, "wal_autocheckpoint", LONGEST_LOG)?;
        connection.execute_batch(SCHEMA)?;
        Ok(connection)
    };
    open().map_err(|cause: rusqlite::Error| {
        Error::Start(format!("{} cannot be used: {cause}", path.display()))
    })
}
