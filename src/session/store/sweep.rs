//! Clearing expired sessions. Django: `clearsessions`.
//!
//! A sweep reads the whole table, a few rows at a time. An index by expiry would show it the expired rows at once;
//! but since the expiry moves with each visit, each visit would have to move an entry of the index, and that cost
//! the home page a tenth of its speed. A sweep that reads for some seconds once an hour costs nobody anything.

use std::{sync::Arc, time::Instant};

use rusqlite::{Connection, OptionalExtension, params};
use tower_sessions::{cookie::time::Duration, session_store::Result};

use super::SqliteStore;

/// How many rows one transaction looks at, so that nobody waits long behind it.
const ROWS: u32 = 200;

/// After each batch a sweep rests four times as long as the batch took, so that visitors hardly notice it.
const REST: u32 = 4;

impl SqliteStore {
    /// Deletes every expired row, a batch at a time; returns how many.
    ///
    /// # Errors
    /// When the file cannot be written. What was deleted before stays deleted.
    pub async fn clear_expired(&self) -> Result<usize> {
        let limits = self.now();
        let (mut cleared, mut next) = (0, Some(Vec::new()));
        while let Some(first) = next {
            let began = Instant::now();
            let swept;
            (swept, next) = self
                .write(move |connection| sweep(connection, first, limits))
                .await?;
            cleared += swept;
            tokio::time::sleep(began.elapsed() * REST).await;
        }
        Ok(cleared)
    }

    /// Clears expired rows in the background, at once and then every `period`, as long as the store is in use.
    ///
    /// A sweep that fails is logged, and the next one tries again.
    pub fn sweep_every(&self, period: Duration) {
        let database = Arc::downgrade(&self.database);
        let (absolute_limit, clock) = (self.absolute_limit, self.clock);
        tokio::spawn(async move {
            // A period of nothing, or less, would never rest.
            let mut ticks = tokio::time::interval(period.max(Duration::SECOND).unsigned_abs());
            loop {
                ticks.tick().await;
                let Some(database) = database.upgrade() else {
                    break;
                };
                if let Err(cause) = (Self {
                    database,
                    absolute_limit,
                    clock,
                })
                .clear_expired()
                .await
                {
                    tracing::warn!("expired sessions stay for now: {cause}");
                }
            }
        });
    }
}

/// Deletes what has expired among the rows from the key `first` on. Returns how many those were, and the key to
/// go on with.
fn sweep(
    connection: &Connection,
    first: Vec<u8>,
    (now, oldest): (i64, i64),
) -> rusqlite::Result<(usize, Option<Vec<u8>>)> {
    let next: Option<Vec<u8>> = connection
        .prepare_cached("select key from session where key >= ? order by key limit 1 offset ?")?
        .query_row(params![first, ROWS], |row| row.get(0))
        .optional()?;
    let end = next.clone().unwrap_or_else(|| vec![0xff; 33]); // Behind every key: they have 32 bytes.
    let swept = connection
        .prepare_cached(
            "delete from session where key >= ? and key < ? and (expires <= ? or created <= ?)",
        )?
        .execute(params![first, end, now, oldest])?;
    Ok((swept, next))
}
