//! The stored sessions, changed from outside: as time would change them, or as an earlier program had left them.
//!
//! The clock that tower-sessions reads cannot be moved. But two hours from now, a session that ends in an hour will have
//! ended an hour ago. So instead of moving the clock forward, this moves every moment in the table back. Whatever is
//! stored afterwards needs no correction, since it is stored by the real clock.

use rusqlite::Connection;

/// The table of `SqliteStore`.
const SESSION: &str = "session";

/// Another program's database need not have our tables.
fn has_table(connection: &Connection, name: &str) -> rusqlite::Result<bool> {
    connection
        .prepare("select 1 from sqlite_schema where type = 'table' and name = ?")?
        .exists([name])
}

/// Makes every stored session this many seconds older, and what step 13 keeps beside them; returns how many there are, or `None` if there is no table.
pub(crate) fn age(connection: &Connection, seconds: u32) -> rusqlite::Result<Option<usize>> {
    if !has_table(connection, SESSION)? {
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
    connection.execute(
        "update session set data = json_set(data, '$.confirmed', (data ->> '$.confirmed') - :seconds)
         where data -> '$.confirmed' is not null",
        &[(":seconds", &seconds)],
    )?;
    if has_table(connection, "remembered")? {
        connection.execute(
            "update remembered set created = created - :seconds, rotated = rotated - :seconds",
            &[(":seconds", &seconds)],
        )?;
    }
    Ok(Some(aged))
}

/// Replaces every stored session's data with `json`; returns how many there are, or `None` if there is no table.
pub(crate) fn replace(connection: &Connection, json: &str) -> rusqlite::Result<Option<usize>> {
    if !has_table(connection, SESSION)? {
        return Ok(None);
    }
    let replaced = connection.execute("update session set data = :data", &[(":data", json)])?;
    Ok(Some(replaced))
}
