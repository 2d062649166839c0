//! Step 5. Observe: the same count after a restart, from a row that anybody can read.

use std::process::Command;

use locallibrary::{
    Library,
    journey::{Browser, Site},
    session::SiteStore,
};
use rusqlite::Connection;

use crate::{
    file_site::count,
    step3::visits,
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
        let library = Library::open_file(&path).await.unwrap();
        let sessions = (step(5).sessions)(&library).unwrap();
        let app = (step(5).app)(library, sessions);
        let mut site = Site::in_process(move || app.clone());
        let seen = ann.get(&mut site, "/").await.unwrap().remove(0);
        assert_eq!(visits(&seen.page), expected);
    }
}

#[tokio::test]
async fn the_row_is_readable_and_does_not_hold_the_id() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let library = Library::open_file(&path).await.unwrap();
    let app = (step(5).app)(library.clone(), (step(5).sessions)(&library).unwrap());
    let mut ann = Browser::new("Ann's");
    ann.get(&mut Site::in_process(move || app.clone()), "/").await.unwrap();
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
            !bytes.windows(id.len()).any(|window| window == id.as_bytes()),
            "the id is on the disk"
        );
    }
}

#[tokio::test]
async fn the_command_clearsessions_deletes_expired_rows_and_says_how_many() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let _library = Library::open_file(&path).await.unwrap();
    let insert = "insert into session values (randomblob(32), '{}', ?, unixepoch(), 0, 0)";
    let connection = Connection::open(&path).unwrap();
    for expires in [1, 2, 4_000_000_000_i64] {
        connection.execute(insert, [expires]).unwrap();
    }
    for (expected, left) in
        [("2 expired sessions deleted\n", 1), ("0 expired sessions deleted\n", 1)]
    {
        let output = Command::new(env!("CARGO_BIN_EXE_workshop"))
            .arg("clearsessions")
            .env("LOCALLIBRARY_DB", &path)
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
        assert!(output.status.success());
        assert_eq!(count(&connection), left);
    }
}

#[tokio::test]
async fn expired_rows_are_swept_in_the_background() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let library = Library::open_file(&path).await.unwrap();
    let store = SiteStore::new(&library);
    let connection = Connection::open(&path).unwrap();
    connection
        .execute("insert into session values (x'00', '{}', 1, unixepoch(), 0, 0)", [])
        .unwrap();
    store.sweep_every(std::time::Duration::from_millis(5));
    for _ in 0..200 {
        if count(&connection) == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the row is still there after two seconds");
}
