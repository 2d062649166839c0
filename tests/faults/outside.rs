//! Somebody takes the sessions home. Observe: an application with an error type and a SQLite file of its own needs nothing
//! else of this project.

use std::process::Command;

use rusqlite::Connection;

use crate::outside_program::{build, restore_twenty_tabs};

/// Where the layer knows only our own error type, most of the tabs are answered with 500. Where the store knows only our own
/// file, the second start is refused.
#[tokio::test(flavor = "multi_thread")]
async fn an_application_built_from_nothing_answers_and_counts_twenty_tabs() {
    let program = build("own_errors", "sqlite");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let own = Connection::open(&path).unwrap();
    own.execute_batch(
        "create table note (text text not null); insert into note values ('mine');
         pragma application_id = 7; pragma user_version = 3",
    )
    .unwrap();
    for start in 0..2 {
        let mut command = Command::new(&program);
        command.current_dir(&folder);
        let (tabs, next) = restore_twenty_tabs(command).await;
        for answer in tabs {
            assert!(
                answer.starts_with("HTTP/1.1 200"),
                "start {start}: {answer}"
            );
        }
        assert!(
            next.ends_with("1 notes, visit 22."),
            "start {start}: {next}"
        );
    }
    for (pragma, value) in [("application_id", 7), ("user_version", 3)] {
        let kept: i32 = own
            .pragma_query_value(None, pragma, |row| row.get(0))
            .unwrap();
        assert_eq!(kept, value, "{pragma} is the application's");
    }
}
