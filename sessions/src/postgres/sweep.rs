//! Clearing expired rows of PostgreSQL. Several processes may do so at once: none waits for what another one has
//! locked.

use std::sync::Arc;

use tower_sessions::{cookie::time::Duration, session_store::Result};

use super::{Moment, PostgresStore};
use crate::store::sweep::{self, Batch, Sweepable};

/// Deletes what has expired among the thousand rows behind the key $1; tells how many those were, and the last key.
const BATCH: &str = "\
    with next as (select key from session where key > $1 order by key limit 1000),
    last as (select key from next order by key desc limit 1),
    expired as (
        select key from session
        where key > $1 and key <= (table last) and (expires <= $2 or created <= $3)
        for update skip locked
    ),
    deleted as (delete from session using expired where session.key = expired.key returning 1)
    select (select count(*) from deleted), (table last)";

impl PostgresStore {
    /// Deletes every expired row, a batch at a time; returns how many.
    ///
    /// # Errors
    /// When the server cannot be reached. What was deleted before stays deleted.
    pub async fn clear_expired(&self) -> Result<usize> {
        sweep::clear(self).await
    }

    /// Clears expired rows in the background, at once and then every `period`, as long as the store is in use.
    ///
    /// A sweep that fails is logged, and goes on a little later where it stopped.
    pub fn sweep_every(&self, period: Duration) {
        let (connections, limits) = (self.connections.clone(), self.limits);
        let saves = Arc::downgrade(&self.saves);
        sweep::every(period, move || {
            Some(Self {
                connections: connections.clone(),
                saves: saves.upgrade()?,
                limits,
            })
        });
    }
}

impl Sweepable for PostgresStore {
    async fn batch(&self, first: Vec<u8>) -> Result<Batch> {
        let Moment { now, oldest } = self.limits.moment();
        let row = self
            .connections
            .query(BATCH, &[&first, &now, &oldest])
            .await?;
        let (cleared, next) = row.map_or((0, None), |row| (row.get::<_, i64>(0), row.get(1)));
        let cleared = cleared.try_into().unwrap_or_default();
        Ok(Batch { cleared, next })
    }
}
