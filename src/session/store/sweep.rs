//! Clearing expired sessions. Django: `clearsessions`.
//!
//! A sweep reads the whole table, a few rows at a time. An index by expiry would show it the expired rows at once;
//! but since the expiry moves with each visit, each visit would have to move an entry of the index, and that cost
//! the home page a tenth of its speed. A sweep that reads for some seconds once an hour costs nobody anything.

use std::{sync::Arc, time::Instant};

use rusqlite::{Connection, OptionalExtension, named_params};
use tower_sessions::{cookie::time::Duration, session_store::Result};

use super::SqliteStore;

/// How many rows one transaction looks at, so that nobody waits long behind it.
const ROWS: u32 = 200;

/// After each batch a sweep rests four times as long as the batch took, so that visitors hardly notice it.
const REST: u32 = 4;

/// How long a sweep that failed waits before it goes on.
const AFTER_FAILURE: Duration = Duration::seconds(10);

/// One reading of the whole table.
struct Sweep {
    /// The key that the next batch begins with; `None` when all are done.
    next: Option<Vec<u8>>,
    /// How many rows were deleted.
    cleared: usize,
}

impl Sweep {
    fn begin() -> Self {
        Self {
            next: Some(Vec::new()),
            cleared: 0,
        }
    }
}

impl SqliteStore {
    /// Deletes every expired row, a batch at a time; returns how many.
    ///
    /// # Errors
    /// When the file cannot be written. What was deleted before stays deleted.
    pub async fn clear_expired(&self) -> Result<usize> {
        let mut sweep = Sweep::begin();
        self.go_on(&mut sweep).await?;
        Ok(sweep.cleared)
    }

    /// Clears expired rows in the background, at once and then every `period`, as long as the store is in use.
    ///
    /// A sweep that fails is logged, and goes on a little later where it stopped.
    pub fn sweep_every(&self, period: Duration) {
        // A period of nothing, or less, would never rest.
        let period = period.max(Duration::SECOND);
        let pause = AFTER_FAILURE.min(period).unsigned_abs();
        let database = Arc::downgrade(&self.database);
        let (absolute_limit, clock) = (self.absolute_limit, self.clock);
        // While it waits it holds no handle, so that the store can end.
        let store = move || {
            Some(Self {
                database: database.upgrade()?,
                absolute_limit,
                clock,
            })
        };
        tokio::spawn(async move {
            let mut sweep = Sweep::begin();
            while let Some(store) = store() {
                if let Err(cause) = store.go_on(&mut sweep).await {
                    tracing::warn!("expired sessions stay for now: {cause}");
                    drop(store);
                    tokio::time::sleep(pause).await;
                } else {
                    drop(store);
                    sweep = Sweep::begin();
                    tracing::info!(
                        "a sweep is done; next sweep in {} s",
                        period.whole_seconds()
                    );
                    tokio::time::sleep(period.unsigned_abs()).await;
                }
            }
        });
    }

    /// Sweeps from where `sweep` is to the last key.
    async fn go_on(&self, sweep: &mut Sweep) -> Result<()> {
        while let Some(first) = sweep.next.clone() {
            let began = Instant::now();
            let limits = self.now();
            let (cleared, next) = self
                .write(move |connection| batch(connection, &first, limits))
                .await?;
            sweep.cleared += cleared;
            sweep.next = next;
            if sweep.next.is_some() {
                tokio::time::sleep(began.elapsed() * REST).await;
            }
        }
        Ok(())
    }
}

/// Deletes what has expired among the rows from the key `first` on. Returns how many those were, and the key to
/// go on with.
fn batch(
    connection: &Connection,
    first: &[u8],
    (now, oldest): (i64, i64),
) -> rusqlite::Result<(usize, Option<Vec<u8>>)> {
    let next: Option<Vec<u8>> = connection
        .prepare_cached(
            "select key from session where key >= :first order by key limit 1 offset :rows",
        )?
        .query_row(named_params! { ":first": first, ":rows": ROWS }, |row| {
            row.get(0)
        })
        .optional()?;
    let end = next.clone().unwrap_or_else(|| vec![0xff; 33]); // Behind every key: they have 32 bytes.
    let cleared = connection
        .prepare_cached(
            "delete from session
             where key >= :first and key < :end and (expires <= :now or created <= :oldest)",
        )?
        .execute(named_params! { ":first": first, ":end": end, ":now": now, ":oldest": oldest })?;
    Ok((cleared, next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Library;

    #[tokio::test]
    async fn a_sweep_that_failed_goes_on_where_it_stopped() {
        let library = Library::in_memory().unwrap();
        let store = SqliteStore::new(library.database()).unwrap();
        let execute = async |sql: &'static str| {
            let done = store.write(move |connection| connection.execute_batch(sql));
            done.await.unwrap();
        };
        // A thousand expired rows; the row 700 refuses to go.
        execute(
            "insert into session
             with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
             select cast(printf('%032d', i) as blob), '{}', 0, 0, 0, 0, 0 from n;
             create trigger refuse before delete on session
             when old.key = cast(printf('%032d', 700) as blob)
             begin select raise(abort, 'not this one'); end",
        )
        .await;
        let mut sweep = Sweep::begin();
        assert!(store.go_on(&mut sweep).await.is_err());
        assert_eq!(sweep.cleared, 600);
        execute(
            "drop trigger refuse;
             insert into session values (cast(printf('%032d', 1) as blob), '{}', 0, 0, 0, 0, 0)",
        )
        .await;
        store.go_on(&mut sweep).await.unwrap();
        assert_eq!(
            sweep.cleared, 1000,
            "it did not begin again with the first key"
        );
        assert_eq!(store.clear_expired().await.unwrap(), 1);
    }
}
