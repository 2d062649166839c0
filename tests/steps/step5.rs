//! Step 5. Observe: the same count after a restart, from a row that anybody can read.

use journey::{Browser, InProcess};
use locallibrary::Library;
use lossless_sessions::SqliteStore;
use rusqlite::Connection;
use tower_sessions::cookie::time::Duration;

use crate::{
    ask::visits,
    file_site::count,
    support::{pin_all_journeys, step, walk},
};

#[tokio::test]
async fn every_page_is_as_pinned() {
    pin_all_journeys(5).await;
}

#[tokio::test]
async fn a_restarted_server_goes_on_counting() {
    assert_eq!(visits(&walk(5, "server restarted").await.last().page), 2);
}

#[tokio::test]
async fn a_file_keeps_the_session_when_every_handle_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let mut ann = Browser::new("Ann's");
    for expected in 0..3 {
        let library = Library::open_file(&path).unwrap();
        let sessions = (step(5).sessions)(&library).unwrap();
        let app = (step(5).app)(library, sessions);
        let mut site = InProcess::of(app);
        let seen = ann.get(&mut site, "/").await.unwrap().remove(0);
        assert_eq!(visits(&seen.page), expected);
    }
}

#[tokio::test]
async fn the_row_is_readable_and_does_not_hold_the_id() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let library = Library::open_file(&path).unwrap();
    let app = (step(5).app)(library.clone(), (step(5).sessions)(&library).unwrap());
    let mut ann = Browser::new("Ann's");
    ann.get(&mut InProcess::of(app), "/").await.unwrap();
    let id = ann.cookie("step5").unwrap();

    let row: (String, String, String) = Connection::open(&path)
        .unwrap()
        .query_row(
            "select hex(key), data, datetime(expires, 'unixepoch') from session",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .unwrap();
    assert_eq!(row.1, r#"{"num_visits":1}"#);
    assert!(row.0.len() == 64 && row.2.len() == 19, "{row:?}");
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(
            !bytes
                .windows(id.len())
                .any(|window| window == id.as_bytes()),
            "the id is on the disk"
        );
    }
}

#[tokio::test]
async fn expired_rows_are_swept_in_the_background() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let library = Library::open_file(&path).unwrap();
    let store = SqliteStore::on(library.database()).unwrap();
    let connection = Connection::open(&path).unwrap();
    connection
        .execute(
            "insert into session (key, data, expires, created, saved, version, writer)
             values (x'00', '{}', 1, unixepoch(), unixepoch(), 0, 0)",
            [],
        )
        .unwrap();
    store.sweep_every(Duration::milliseconds(5));
    for _ in 0..2_000 {
        if count(&connection) == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the row is still there after twenty seconds");
}
