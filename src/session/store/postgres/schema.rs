//! The tables: made when they are missing, refused when a newer program has changed them.

use tokio_postgres::{Error, Transaction};

/// The shape of the tables in `schema.sql`.
const VERSION: i32 = 1;

/// Any number will do, as long as all of these programs take the same: "LLib" in ASCII.
const LOCK: i64 = 0x4C4C_6962;

/// Makes the tables where there are none; returns their version when it is not ours.
pub(super) async fn set_up(transaction: &Transaction<'_>) -> Result<Option<i32>, Error> {
    // Several programs may start at once: one makes the tables, the others wait and find them.
    transaction
        .query("select pg_advisory_xact_lock($1)", &[&LOCK])
        .await?;
    let made = transaction
        .query_one("select to_regclass('session_schema') is not null", &[])
        .await?;
    if made.get(0) {
        let version = transaction
            .query_one("select version from session_schema", &[])
            .await?;
        return Ok(Some(version.get(0)).filter(|version| *version != VERSION));
    }
    transaction
        .batch_execute(include_str!("schema.sql"))
        .await?;
    transaction
        .execute("insert into session_schema values ($1)", &[&VERSION])
        .await?;
    Ok(None)
}
