//! The session table. It is made if it is missing, brought up to date if it is old, and refused if it is unknown.
//!
//! It has a version of its own, because the file's `user_version` belongs to the application.

use rusqlite::Connection;

/// The table as it is now.
const TABLE: &str = include_str!("schema.sql");

/// What turns the first version into the second, and so on. Every change to `schema.sql` needs an entry here.
const MOVES: [&str; 1] = [
    "alter table session add column saved integer not null default 0;
     alter table session add column person integer
         as (case when json_valid(data) then data ->> '$._person' end) virtual;
     create index session_by_person on session (person) where person is not null;",
];

/// The version of `schema.sql`.
const VERSION: usize = 1 + MOVES.len();

/// Makes the table, or brings it up to date. Says why not, and what to do, when this program does not know the table.
pub(super) fn set_up(connection: &Connection) -> rusqlite::Result<Result<(), String>> {
    match version(connection)? {
        Some(0) => connection.execute_batch(TABLE)?,
        Some(VERSION) => {}
        Some(old) if old < VERSION => connection.execute_batch(&MOVES[old - 1..].concat())?,
        Some(newer) => {
            let reason = format!(
                "it has version {newer}, and this program knows it up to version {VERSION}"
            );
            return Ok(Err(refusal(connection, &reason)));
        }
        None => {
            return Ok(Err(refusal(
                connection,
                "its columns are of no known version",
            )));
        }
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
    // The first programs did not write down a version.
    let second = "select key, data, expires, created, saved, version, writer, person from session";
    let first = "select key, data, expires, created, version, writer from session";
    let is_it = |columns| connection.prepare(columns).is_ok();
    Ok(match (is_it(second), is_it(first)) {
        (true, _) => Some(2),
        (false, true) => Some(1),
        (false, false) => None,
    })
}

fn refusal(connection: &Connection, reason: &str) -> String {
    let file = connection.path().unwrap_or_default();
    format!(
        "the table \"session\" of {file} cannot be used: {reason}; use the program that made it, or delete the table, \
         after which every visitor is new: sqlite3 {file} 'drop table session; drop table session_schema'"
    )
}
