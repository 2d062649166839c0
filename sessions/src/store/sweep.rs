//! Clears expired sessions. Django: `clearsessions`.
//!
//! A sweep reads the whole table, a few rows at a time. With an index by expiry it would find the expired rows at once.
//! But the expiry moves with each visit, so each visit would have to move an entry of the index, and that cost the home
//! page a tenth of its speed. A sweep that reads for a few seconds once an hour is hardly noticed.

use std::time::Instant;

use tower_sessions::{cookie::time::Duration, session_store::Result};

/// After each batch a sweep rests four times as long as the batch took, so that visitors hardly notice it.
const REST: u32 = 4;

/// How long a sweep that failed waits before it goes on.
const AFTER_FAILURE: Duration = Duration::seconds(10);

/// A store whose table can be swept.
pub(crate) trait Sweepable: Send + Sync {
    /// Deletes what has expired among the next rows from the key `first` on.
    fn batch(&self, first: Vec<u8>) -> impl Future<Output = Result<Batch>> + Send;
}

/// What one batch did.
pub(crate) struct Batch {
    /// How many rows were deleted.
    pub cleared: usize,
    /// The key that the next batch begins with; `None` after the last row.
    pub next: Option<Vec<u8>>,
}

/// One pass over the whole table.
pub(crate) struct Sweep {
    /// The key that the next batch begins with; `None` when all rows are done.
    next: Option<Vec<u8>>,
    /// How many rows were deleted.
    pub cleared: usize,
}

impl Sweep {
    pub fn begin() -> Self {
        Self {
            next: Some(Vec::new()),
            cleared: 0,
        }
    }

    /// Sweeps from where it stopped to the last key.
    pub async fn go_on(&mut self, store: &impl Sweepable) -> Result<()> {
        while let Some(first) = self.next.clone() {
            let began = Instant::now();
            let batch = store.batch(first).await?;
            self.cleared += batch.cleared;
            self.next = batch.next;
            if self.next.is_some() {
                tokio::time::sleep(began.elapsed() * REST).await;
            }
        }
        Ok(())
    }
}

/// Deletes every expired row; returns how many.
pub(crate) async fn clear(store: &impl Sweepable) -> Result<usize> {
    let mut sweep = Sweep::begin();
    sweep.go_on(store).await?;
    Ok(sweep.cleared)
}

/// Sweeps in the background, at once and then every `period`, until `store` returns `None` because it is no longer used.
///
/// If a sweep fails, the failure is logged, and a little later the sweep goes on where it stopped.
pub(crate) fn every<S: Sweepable>(
    period: Duration,
    store: impl Fn() -> Option<S> + Send + 'static,
) {
    // With a period of zero or less, the sweep would never rest.
    let period = period.max(Duration::SECOND);
    let pause = AFTER_FAILURE.min(period).unsigned_abs();
    tokio::spawn(async move {
        let mut sweep = Sweep::begin();
        while let Some(in_use) = store() {
            let outcome = sweep.go_on(&in_use).await;
            // While the sweep waits it holds no handle, so that the store can be closed.
            drop(in_use);
            if let Err(cause) = outcome {
                tracing::warn!("expired sessions stay for now: {cause}");
                tokio::time::sleep(pause).await;
            } else {
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
