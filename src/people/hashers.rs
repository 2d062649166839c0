//! The threads that compute hashes, a few at a time, each in memory of its own.
//!
//! tokio's `spawn_blocking` with a semaphore would not do. Whoever waits for a hash can leave at any time, by closing the
//! connection, and would then give back the permit while the hash goes on. And each of its threads would leave behind
//! the memory that one hash needed: after a hundred sign-ins, these were hundreds of megabytes.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use argon2::Block;
use axum::http::StatusCode;
use tokio::sync::oneshot;

use crate::Error;

/// How many hashes are computed at once. More would only need more memory.
const AT_ONCE: usize = 2;

/// How many may wait. The last of them waits for about a second, and a queue without a limit would only grow.
const LONGEST_QUEUE: usize = 64;

/// The memory of one hash.
pub(super) type Memory = Vec<Block>;

type Work = Box<dyn FnOnce(&mut Memory) + Send>;

/// A few threads and the queue in front of them.
pub(super) struct Hashers(SyncSender<Work>);

impl Hashers {
    pub fn start() -> Self {
        let (sender, queue) = sync_channel(LONGEST_QUEUE);
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..AT_ONCE {
            let queue = queue.clone();
            thread::spawn(move || serve(&queue));
        }
        Self(sender)
    }

    /// Queues `work`, and waits for its result. It is done even if nobody waits any more.
    ///
    /// # Errors
    /// 503 when too many others are waiting.
    pub async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, result) = oneshot::channel();
        let work = Box::new(move |memory: &mut Memory| _ = sender.send(work(memory)));
        self.0.try_send(work).map_err(|_| busy())?;
        result.await.map_err(|_| Error::Panic)
    }
}

/// A thread's whole life. It holds the queue only while it waits for work.
fn serve(queue: &Mutex<Receiver<Work>>) {
    let mut memory = Memory::new();
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = next else {
            return;
        };
        // If the work panics, its sender is gone, and whoever waits for it is told.
        let _ = catch_unwind(AssertUnwindSafe(|| work(&mut memory)));
    }
}

fn busy() -> Error {
    Error::Request(
        StatusCode::SERVICE_UNAVAILABLE,
        "Too many people are signing in at this moment. Please try again in a few seconds.".into(),
    )
}

#[cfg(test)]
mod tests {
    use std::sync::{
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc::channel,
    };

    use axum::{http::header, response::IntoResponse};
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn work_goes_on_in_its_turn_when_nobody_waits_and_more_than_the_queue_holds_is_refused() {
        static RUNNING: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let hashers = Hashers::start();
        let (release, held) = channel::<()>();
        let held = Arc::new(Mutex::new(held));
        let (done, all_done) = channel();
        let mut refused = 0;
        for _ in 0..AT_ONCE + LONGEST_QUEUE + 10 {
            let (held, done) = (held.clone(), done.clone());
            let work = move |_: &mut Memory| {
                MOST.fetch_max(RUNNING.fetch_add(1, SeqCst) + 1, SeqCst);
                let _ = held.lock().unwrap().recv();
                RUNNING.fetch_sub(1, SeqCst);
                done.send(()).unwrap();
            };
            // Whoever asked leaves at once, unless the answer is there.
            if let Some(Err(busy)) = hashers.compute(work).now_or_never() {
                refused += 1;
                let answer = busy.into_response();
                assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
                assert!(answer.headers().contains_key(header::RETRY_AFTER));
            }
        }
        // The threads may not have taken their first work when the queue was full.
        assert!((10..=10 + AT_ONCE).contains(&refused), "{refused}");
        drop(release);
        drop(done);
        let worked = all_done.iter().count();
        assert_eq!(worked, AT_ONCE + LONGEST_QUEUE + 10 - refused);
        assert!(MOST.load(SeqCst) <= AT_ONCE);
    }

    #[tokio::test]
    async fn a_panic_fails_its_own_work_alone() {
        let hashers = Hashers::start();
        for _ in 0..3 * AT_ONCE {
            assert!(
                hashers
                    .compute::<()>(|_| panic!("on purpose"))
                    .await
                    .is_err()
            );
        }
        assert_eq!(hashers.compute(|_| 7).await.unwrap(), 7);
    }
}
