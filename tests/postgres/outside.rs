//! Somebody takes the sessions home, to PostgreSQL. Observe: nothing of SQLite is built.

use std::process::Command;

use crate::{
    cluster,
    outside_program::{build, restore_twenty_tabs},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_application_built_from_nothing_answers_and_counts_twenty_tabs() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let mut program = Command::new(build("postgres", "postgres"));
    program.env("DATABASE_URL", cluster.database().await);
    let (tabs, next) = restore_twenty_tabs(program).await;
    for answer in tabs {
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert!(next.ends_with("visit 22."), "{next}");
}
