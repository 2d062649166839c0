//! Clears expired rows of the site's database.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, named_params};
use tower_sessions::{cookie::time::Duration, session_store::Result};

use super::SqliteStore;
use crate::store::sweep::{self, Batch, Sweepable};

/// How many rows one transaction looks at; few, so that no request waits long behind it.
const ROWS: u32 = 200;

impl SqliteStore {
    /// Deletes every expired row, a batch at a time; returns how many.
    ///
    /// # Errors
    /// When the file cannot be written. What was deleted before stays deleted.
    pub async fn clear_expired(&self) -> Result<usize> {
        sweep::clear(self).await
    }

    /// Clears expired rows in the background, at once and then every `period`, as long as the store is in use.
    ///
    /// If a sweep fails, the failure is logged, and a little later the sweep goes on where it stopped.
    pub fn sweep_every(&self, period: Duration) {
        let (database, limits) = (Arc::downgrade(&self.database), self.limits);
        sweep::every(period, move || {
            let database = database.upgrade()?;
            Some(Self { database, limits })
        });
    }
}

impl Sweepable for SqliteStore {
    async fn batch(&self, first: Vec<u8>) -> Result<Batch> {
        let limits = self.now();
        self.write(move |connection| batch(connection, &first, limits))
            .await
    }
}

/// Deletes what has expired among the rows from the key `first` on.
fn batch(
    connection: &Connection,
    first: &[u8],
    (now, oldest): (i64, i64),
) -> rusqlite::Result<Batch> {
    let next: Option<Vec<u8>> = connection
        .prepare_cached(
            "select key from session where key >= :first order by key limit 1 offset :rows",
        )?
        .query_row(named_params! { ":first": first, ":rows": ROWS }, |row| {
            row.get(0)
        })
        .optional()?;
    let end = next.clone().unwrap_or_else(|| vec![0xff; 33]); // After every key, since keys have 32 bytes.
    let cleared = connection
        .prepare_cached(
            "delete from session
             where key >= :first and key < :end and (expires <= :now or created <= :oldest)",
        )?
        .execute(named_params! { ":first": first, ":end": end, ":now": now, ":oldest": oldest })?;
    Ok(Batch { cleared, next })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sqlite::Database, store::sweep::Sweep};

    #[tokio::test]
    async fn a_sweep_that_failed_goes_on_where_it_stopped() {
        let store = SqliteStore::on(&Database::in_memory().unwrap()).unwrap();
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
        assert!(sweep.go_on(&store).await.is_err());
        assert_eq!(sweep.cleared, 600);
        execute(
            "drop trigger refuse;
             insert into session values (cast(printf('%032d', 1) as blob), '{}', 0, 0, 0, 0, 0)",
        )
        .await;
        sweep.go_on(&store).await.unwrap();
        assert_eq!(
            sweep.cleared, 1000,
            "it did not begin again with the first key"
        );
        assert_eq!(store.clear_expired().await.unwrap(), 1);
    }
}
