//! The tables: made when they are missing, brought up to date when they are old, refused when a newer program has changed
//! them.

use deadpool_postgres::HookError;
use tokio_postgres::{Client, Error};

/// What turns the first shape of the tables into the second, and so on. Every change to `schema.sql` needs an entry here.
/// Two programs that start at once both make a move, so it does nothing where it has been made.
const MOVES: [&str; 1] = [
    "alter table session add column if not exists saved timestamptz not null default now(),
                         add column if not exists person bigint;
     create index if not exists session_by_person on session (person) where person is not null;",
];

/// The shape of the tables in `schema.sql`.
const VERSION: i32 = 1 + MOVES.len() as i32;

/// What each new connection does first.
pub(super) async fn set_up(client: &Client) -> Result<(), HookError> {
    match found_or_made(client).await.map_err(HookError::Backend)? {
        VERSION => Ok(()),
        old @ 1..VERSION => {
            let moves = MOVES[old as usize - 1..].concat();
            let moves = format!("{moves} update session_schema set version = {VERSION}");
            client
                .batch_execute(&moves)
                .await
                .map_err(HookError::Backend)
        }
        other => Err(HookError::message(format!(
            "the session tables have the shape {other}, which this program does not know, and were left untouched; run \
             the program that made them, or name another database in DATABASE_URL"
        ))),
    }
}

/// Which version the tables have.
async fn found_or_made(client: &Client) -> Result<i32, Error> {
    if let Some(version) = found(client).await? {
        return Ok(version);
    }
    let tables = include_str!("schema.sql");
    // Statements that are sent together are one transaction.
    let make = format!("{tables} insert into session_schema values ({VERSION})");
    match client.batch_execute(&make).await {
        Ok(()) => Ok(VERSION),
        // Another program has made them at the same moment. If it has not, the first error tells why we cannot.
        Err(cause) => found(client).await?.ok_or(cause),
    }
}

async fn found(client: &Client) -> Result<Option<i32>, Error> {
    let is_there = "select to_regclass('session_schema') is not null";
    if !client.query_one(is_there, &[]).await?.get::<_, bool>(0) {
        return Ok(None);
    }
    let version = "select version from session_schema";
    let row = client.query_one(version, &[]).await?;
    Ok(Some(row.get(0)))
}
