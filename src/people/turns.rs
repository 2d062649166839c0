//! One at a time for each name: whoever comes while another is at it waits for the end.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

/// The turns of this process that somebody has, or waits for.
static TURNS: LazyLock<Mutex<HashMap<String, Arc<Turn<()>>>>> = LazyLock::new(Mutex::default);

/// Waits for the turn of this name. It is over when the guard is dropped.
///
/// Whoever stops waiting leaves nothing behind. Take several turns in the same order everywhere, or two who have one
/// each may wait for each other for ever.
pub(super) async fn turn(name: &str) -> OwnedMutexGuard<()> {
    let turn = {
        let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|_, turn| Arc::strong_count(turn) > 1); // Nobody else has it or waits for it.
        turns.entry(name.into()).or_default().clone()
    };
    turn.lock_owned().await
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn who_comes_second_waits_and_other_names_do_not() {
        let first = turn("ann").await;
        let mut second = Box::pin(turn("ann"));
        assert!((&mut second).now_or_never().is_none());
        assert!(turn("ben").now_or_never().is_some());
        drop(first);
        drop(second.await);
        drop(turn("cleo").await);
        let left = TURNS.lock().unwrap();
        assert!(
            !left.contains_key("ann"),
            "a turn that is over takes no room"
        );
    }
}
