//! The session table: made when it is missing, brought up to date when it is old, refused when it is unknown.
//!
//! It has a version of its own. The file's `user_version` belongs to the catalog, which knows nothing of sessions.

use rusqlite::Connection;

/// What brings the table up to date from each version, from 0 on, which is none at all.
const SCRIPTS: [&str; 2] = [
    include_str!("schema.sql"),
    include_str!("schema-1-to-2.sql"),
];

/// The version that this program knows.
const VERSION: usize = SCRIPTS.len();

/// Makes the table, or brings it up to date. Says why not, and what to do, when this program does not know the table.
pub(super) fn set_up(connection: &Connection) -> rusqlite::Result<Result<(), String>> {
    let Some(version) = version(connection)? else {
        return Ok(Err(refusal(connection, "its shape is of no known version")));
    };
    if version > VERSION {
        let reason =
            format!("it has version {version}, and this program knows it up to version {VERSION}");
        return Ok(Err(refusal(connection, &reason)));
    }
    if let Some(script) = SCRIPTS.get(version) {
        connection.execute_batch(script)?;
    }
    connection.execute_batch(&format!(
        "create table if not exists session_schema (version integer not null) strict;
         delete from session_schema;
         insert into session_schema values ({VERSION});"
    ))?;
    Ok(Ok(()))
}

/// The version of the table; 0 when there is none, `None` when it is unknown.
fn version(connection: &Connection) -> rusqlite::Result<Option<usize>> {
    if !connection.table_exists(None, "session")? {
        return Ok(Some(0));
    }
    if connection.table_exists(None, "session_schema")? {
        let version = "select version from session_schema";
        let version: u32 = connection.query_row(version, [], |row| row.get(0))?;
        return Ok(Some(version as usize));
    }
    // The first programs wrote no version.
    let columns = "select key, data, expires, created, version, writer from session";
    Ok(connection.prepare(columns).is_ok().then_some(1))
}

fn refusal(connection: &Connection, reason: &str) -> String {
    let file = connection.path().unwrap_or_default();
    format!(
        "the table \"session\" of {file} cannot be used: {reason}; use the program that made it, or delete the table, \
         after which every visitor is new: sqlite3 {file} 'drop table session; drop table session_schema'"
    )
}
