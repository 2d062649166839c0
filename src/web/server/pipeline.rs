//! Requests that a client sends before it has the answer to the one before: HTTP calls this pipelining.
//!
//! No browser does so. A client that sends hundreds of requests and reads no answer keeps the server busy for nothing, and
//! while a thousand such clients arrive, everybody else would wait for seconds. So only a few of these requests are worked
//! on at once, whoever sent them, and no other request waits for theirs.

use std::{
    future::poll_fn,
    pin::pin,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    task::yield_now,
};

/// How many pipelined requests are worked on at once.
const AT_ONCE: usize = 4;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// Tells which requests of one connection are pipelined.
///
/// Such a request is already there when the answer before it has been written. The connection then goes on with it at once,
/// before it has waited for anything.
#[derive(Default)]
pub(super) struct Pipeline {
    has_just_answered: AtomicBool,
}

impl Pipeline {
    /// Runs the connection, and notes each time it has waited.
    pub async fn run<T>(&self, connection: impl Future<Output = T>) -> T {
        let mut connection = pin!(connection);
        poll_fn(|context| {
            self.has_just_answered.store(false, Relaxed);
            connection.as_mut().poll(context)
        })
        .await
    }

    /// Waits until the connection's next request may be worked on, for as long as the result is held.
    pub async fn turn(&self) -> Option<SemaphorePermit<'static>> {
        if !self.has_just_answered.load(Relaxed) {
            return None;
        }
        let turn = TURNS.acquire().await.ok();
        yield_now().await; // What others have sent meanwhile is looked at first.
        turn
    }

    /// Notes that a request was answered.
    pub fn answered(&self) {
        self.has_just_answered.store(true, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_that_was_sent_before_the_last_answer_waits_for_its_turn() {
        let all_turns = TURNS.acquire_many(AT_ONCE as u32).await;
        let (pipeline, has_turn) = (Pipeline::default(), AtomicBool::new(false));
        let mut connection = pin!(pipeline.run(async {
            drop(pipeline.turn().await);
            pipeline.answered();
            yield_now().await; // The client has read the answer, and asks again.
            drop(pipeline.turn().await);
            pipeline.answered();
            let _pipelined = pipeline.turn().await;
            has_turn.store(true, Relaxed);
        }));
        for _ in 0..10 {
            assert!(futures_util::poll!(&mut connection).is_pending());
        }
        assert!(!has_turn.load(Relaxed));
        drop(all_turns);
        connection.await;
        assert!(has_turn.load(Relaxed));
    }
}
