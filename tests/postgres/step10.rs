//! Step 10 as a person runs it: two processes behind the proxy, and their sessions in PostgreSQL.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    cluster::{self, Cluster},
    process::{Running, start},
    visitor::Visitor,
};

/// The program, with this server and a catalog of its own.
async fn program(cluster: &Cluster) -> (Running, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_step10"));
    command.env("DATABASE_URL", cluster.database().await);
    command.env("LOCALLIBRARY_DB", folder.path().join("library.db"));
    command.env("PORT", "0");
    (start(command), folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_answer_in_turn_and_the_count_never_jumps() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let (running, _folder) = program(cluster).await;
    Visitor::of(&running.address).two_in_turn(19).await;
}

/// Twenty times 64 visits of one browser at once, at both processes.
#[tokio::test(flavor = "multi_thread")]
async fn all_of_1280_visits_at_once_are_answered_and_counted() {
    let _turn = cluster::turn().await;
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let (running, _folder) = program(cluster).await;
    let mut ann = Visitor::of(&running.address);
    assert_eq!(ann.visit().await.0, 0);
    for _ in 0..20 {
        let tabs: Vec<_> = (0..64)
            .map(|_| {
                let mut tab = ann.another_tab();
                tokio::spawn(async move { tab.get("/").await.status() })
            })
            .collect();
        for tab in tabs {
            assert_eq!(tab.await.unwrap(), 200);
        }
    }
    assert_eq!(ann.visit().await.0, 1 + 1280);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_server_is_stopped_both_refuse_calmly_and_then_go_on_by_themselves() {
    let _turn = cluster::turn().await;
    let Some(cluster) = Cluster::start_new() else {
        return;
    };
    let (running, _folder) = program(&cluster).await;
    let mut ann = Visitor::of(&running.address);
    let processes = ann.two_in_turn(3).await;
    cluster.stop();
    for _ in 0..4 {
        ann.is_refused_calmly().await;
    }
    cluster.start();
    let back = Instant::now();
    while ann.get("/").await.status() != 200 {
        assert!(back.elapsed() < Duration::from_secs(2));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut again = ann.two_in_turn(8).await;
    again.sort_unstable();
    let mut before = processes;
    before.sort_unstable();
    assert_eq!(again, before, "no process was started anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_starts_before_its_server_is_well_as_soon_as_that_is() {
    let _turn = cluster::turn().await;
    let Some(cluster) = Cluster::start_new() else {
        return;
    };
    let address = cluster.database().await;
    cluster.stop();
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_step10"));
    command.env("DATABASE_URL", address).env("PORT", "0");
    command.env("LOCALLIBRARY_DB", folder.path().join("library.db"));
    let running = start(command);
    let mut ann = Visitor::of(&running.address);
    ann.is_refused_calmly().await;
    cluster.start();
    ann.two_in_turn(5).await;
}

#[test]
fn without_an_address_one_sentence_says_how_to_have_a_server() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_step10"));
    let folder = tempfile::tempdir().unwrap();
    command.env("LOCALLIBRARY_DB", folder.path().join("library.db"));
    let ended = command.env_remove("DATABASE_URL").output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    for part in ["DATABASE_URL", "docker run", "package postgresql"] {
        assert!(said.contains(part), "{said}");
    }
}
