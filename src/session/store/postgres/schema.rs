//! The tables: made when they are missing, refused when a newer program has changed them.

use deadpool_postgres::{ClientWrapper, HookError};
use tokio_postgres::{Error, GenericClient};

/// The shape of the tables in `schema.sql`.
const VERSION: i32 = 1;

/// Any number will do, as long as all of these programs take the same: "LLib" in ASCII.
const LOCK: i64 = 0x4C4C_6962;

/// What each new connection does first.
pub(super) async fn set_up(client: &mut ClientWrapper) -> Result<(), HookError> {
    let version = found_or_made(client).await;
    match version.map_err(HookError::Backend)? {
        VERSION => Ok(()),
        other => Err(HookError::message(format!(
            "the session tables have the shape {other}, which this program does not know, and were left untouched; run \
             the program that made them, or name another database in DATABASE_URL"
        ))),
    }
}

async fn found_or_made(client: &mut ClientWrapper) -> Result<i32, Error> {
    match version(&**client).await? {
        Some(version) => Ok(version),
        None => make(client).await,
    }
}

/// The version of the tables; `None` where there are none.
async fn version(client: &impl GenericClient) -> Result<Option<i32>, Error> {
    let made = client
        .query_one("select to_regclass('session_schema') is not null", &[])
        .await?;
    if !made.get::<_, bool>(0) {
        return Ok(None);
    }
    let row = client.query_one("select version from session_schema", &[]);
    row.await.map(|row| Some(row.get(0)))
}

/// Makes the tables, unless another program makes them first; returns their version.
async fn make(client: &mut ClientWrapper) -> Result<i32, Error> {
    let transaction = client.transaction().await?;
    // Several programs may start at once: one makes the tables, the others wait here and then find them.
    transaction
        .query("select pg_advisory_xact_lock($1)", &[&LOCK])
        .await?;
    if let Some(version) = version(&*transaction).await? {
        return Ok(version);
    }
    transaction
        .batch_execute(include_str!("schema.sql"))
        .await?;
    transaction
        .execute("insert into session_schema values ($1)", &[&VERSION])
        .await?;
    transaction.commit().await?;
    Ok(VERSION)
}
