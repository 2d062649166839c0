//! The stored sessions, changed from outside: as time would change them, or as an earlier program had left them.
//!
//! Nobody can move the clock that tower-sessions reads. But a session that ends in an hour, seen two hours later, is
//! one that ended an hour ago; so instead of the clock going ahead, every moment in the table goes back. Whatever is
//! stored afterwards is right by itself, since it is stored by the real clock.

use rusqlite::Connection;

/// The table of `SqliteStore`; another program's database need not have it.
fn has_sessions(connection: &Connection) -> rusqlite::Result<bool> {
    connection
        .prepare("select 1 from sqlite_schema where type = 'table' and name = 'session'")?
        .exists([])
}

/// Makes every stored session so many seconds older; returns how many there are, or `None` without their table.
pub(crate) fn age(connection: &Connection, seconds: u32) -> rusqlite::Result<Option<usize>> {
    if !has_sessions(connection)? {
        return Ok(None);
    }
    let aged = connection.execute(
        "update session set
             expires = expires - :seconds,
             created = created - :seconds,
             data = case when data -> '$._session_expiry.at' is null then data
                 else json_set(data, '$._session_expiry.at', (data ->> '$._session_expiry.at') - :seconds) end",
        &[(":seconds", &seconds)],
    )?;
    Ok(Some(aged))
}

/// Puts `json` in place of every stored session's data; returns how many there are, or `None` without their table.
pub(crate) fn replace(connection: &Connection, json: &str) -> rusqlite::Result<Option<usize>> {
    if !has_sessions(connection)? {
        return Ok(None);
    }
    let replaced = connection.execute("update session set data = :data", &[(":data", json)])?;
    Ok(Some(replaced))
}
