//! Step 10. Observe: whichever process answers, the count goes on, and no process is left behind. On PostgreSQL the same
//! is tested in `tests/postgres/step10.rs`.

use locallibrary::Library;
use lossless_sessions::{Recorder, SqliteStore};
use tower_sessions::{CachingSessionStore, MemoryStore};

use crate::{
    ask::{ask, visits},
    support::{pin_all_journeys, step},
};

#[tokio::test]
async fn every_page_is_as_pinned() {
    pin_all_journeys(10).await;
}

/// What the deck says about a cache for each process: with our store before which it lies, no visit is lost in silence.
#[tokio::test]
async fn what_a_stale_cache_would_store_is_refused() {
    let library = Library::in_memory().unwrap();
    let store = SqliteStore::on(library.database()).unwrap();
    let [one, other] = [(); 2].map(|()| {
        let cached = CachingSessionStore::new(MemoryStore::default(), store.clone());
        (step(10).app)(library.clone(), Recorder::new(cached))
    });
    let (_, cookie, _) = ask(&one, "/", "").await;
    let (_, _, page) = ask(&other, "/", &cookie).await;
    assert_eq!(visits(&page), 1);
    let (status, _, page) = ask(&one, "/", &cookie).await;
    assert_eq!(status, 503, "{page}");
    let whole = (step(10).app)(library, Recorder::new(store));
    let (_, _, page) = ask(&whole, "/", &cookie).await;
    assert_eq!(visits(&page), 2);
}

/// With the feature `postgres` the program wants a server, and these are in tests/postgres.
#[cfg(all(unix, not(feature = "postgres")))]
mod two_processes {
    use std::{process::Command, thread, time::Duration};

    use crate::{binary::command, process::start, visitor::Visitor};

    fn kill(signal: &str, process: u32) -> bool {
        let process = process.to_string();
        let mut kill = Command::new("kill");
        kill.args(["-s", signal, &process]);
        kill.stderr(std::process::Stdio::null());
        kill.status().unwrap().success()
    }

    fn wait_until_gone(process: u32) {
        // Signal 0 only asks whether there is such a process.
        for _ in 0..500 {
            if !kill("0", process) {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("process {process} still runs");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn they_answer_in_turn_and_the_count_never_jumps() {
        let folder = tempfile::tempdir().unwrap();
        let running = start(command(10, &folder));
        let processes = Visitor::of(&running.address).two_in_turn(19).await;
        assert!(!processes.contains(&running.process.id()));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn when_one_ends_the_other_answers_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let running = start(command(10, &folder));
        let mut ann = Visitor::of(&running.address);
        let [one, other] = ann.two_in_turn(3).await;
        assert!(kill("KILL", one));
        // It stays in the list of processes until the proxy ends, but answers no more.
        for count in 4..10 {
            assert_eq!(ann.visit().await, (count, other));
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn nothing_is_left_running_however_the_first_process_ends() {
        for signal in ["INT", "TERM", "KILL"] {
            let folder = tempfile::tempdir().unwrap();
            let mut running = start(command(10, &folder));
            let processes = Visitor::of(&running.address).two_in_turn(1).await;
            assert!(kill(signal, running.process.id()));
            let ended = running.process.wait().unwrap();
            assert_eq!(ended.success(), signal != "KILL", "{signal}");
            processes.into_iter().for_each(wait_until_gone);
        }
    }
}
