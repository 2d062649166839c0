//! Database files that another program made, and files that are damaged. Observe: each is told in a sentence that says
//! what to do, and none is a puzzle on every page.

use std::{fs, ops::Range, path::Path};

use journey::{Browser, OverHttp};
use locallibrary::{Library, people::Client};
use lossless_sessions::{SqliteStore, sqlite as database};
use rusqlite::Connection;

use crate::{
    ask::{ask, visits},
    binary::command,
    file_site::site_on,
    process::{Running, start},
};

#[test]
fn a_file_of_a_newer_program_is_refused_with_what_to_do_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    drop(Library::open_file(&path).unwrap());
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    let Err(database::Error::Unusable(sentence)) = Library::open_file(&path) else {
        panic!("it was opened");
    };
    for words in [
        path.to_str().unwrap(),
        "version 99",
        "LOCALLIBRARY_DB=other.db",
    ] {
        assert!(sentence.contains(words), "{sentence}");
    }
    let version: i64 = newer
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 99);
}

/// A file with one session, made by the real thing; returns the cookie.
async fn visited(path: &Path) -> String {
    ask(&site_on(path).unwrap(), "/", "").await.1
}

fn refusal(path: &Path) -> String {
    let library = Library::open_file(path).unwrap();
    match SqliteStore::on(library.database()) {
        Err(database::Error::Unusable(sentence)) => sentence,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_session_table_of_a_newer_or_unknown_program_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let cookie = visited(&path).await;
    let file = Connection::open(&path).unwrap();
    file.execute_batch("update session_schema set version = 99")
        .unwrap();
    let sentence = refusal(&path);
    assert!(
        sentence.contains("version 99") && sentence.contains("drop table session"),
        "{sentence}"
    );
    file.execute_batch("drop table session_schema; alter table session drop column writer")
        .unwrap();
    let sentence = refusal(&path);
    assert!(sentence.contains("no known version"), "{sentence}");
    assert!(sentence.contains(path.to_str().unwrap()), "{sentence}");
    // What the sentence says helps.
    file.execute_batch("drop table session").unwrap();
    let (status, new, page) = ask(&site_on(&path).unwrap(), "/", &cookie).await;
    assert_eq!((status.as_u16(), visits(&page)), (200, 0));
    assert_ne!(new, cookie);
}

#[tokio::test]
async fn a_file_from_before_people_could_sign_in_gains_their_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    drop(Library::open_file(&path).unwrap());
    let file = Connection::open(&path).unwrap();
    file.execute_batch(
        "drop table basket; drop table remembered; drop table loan; drop table person; drop table failed_sign_in;
         drop table secret; pragma user_version = 1",
    )
    .unwrap();
    let library = Library::open_file(&path).unwrap();
    let ann = library
        .authenticate("ann", "ann reads austen", &Client::default())
        .await
        .unwrap()
        .unwrap();
    assert!(!library.loans(ann.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_session_table_of_an_older_program_is_brought_up_to_date_and_its_sessions_go_on() {
    let to_the_first = "drop index session_by_person; alter table session drop column person;
                        alter table session drop column saved;";
    let olds = [
        "update session_schema set version = 1;",
        "drop table session_schema;", // before there were versions
    ];
    for old in olds
        .map(|old| format!("{to_the_first} {old}"))
        .into_iter()
        .chain([olds[1].into()])
    {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        let cookie = visited(&path).await;
        let file = Connection::open(&path).unwrap();
        file.execute_batch(&old).unwrap();
        for visit in [1, 2] {
            let (status, _, page) = ask(&site_on(&path).unwrap(), "/", &cookie).await;
            assert_eq!((status.as_u16(), visits(&page)), (200, visit), "{old}");
        }
        let stored = "select session_schema.version, person is null and saved > 0 from session_schema join session";
        let stored = file.query_row(stored, [], |row| <(i64, bool)>::try_from(row));
        assert_eq!(stored.unwrap(), (2, true), "{old}");
    }
}

/// Overwrites the first page of a table, as a failing disk would.
fn damage(path: &Path, table: &str) {
    let file = Connection::open(path).unwrap();
    file.execute_batch("pragma wal_checkpoint(truncate)")
        .unwrap();
    let page_size: u32 = file
        .pragma_query_value(None, "page_size", |row| row.get(0))
        .unwrap();
    let page = "select rootpage from sqlite_schema where name = ?";
    let page: u32 = file.query_row(page, [table], |row| row.get(0)).unwrap();
    drop(file);
    let (from, to) = ((page - 1) * page_size, page * page_size);
    overwrite(path, from as usize..to as usize);
}

fn overwrite(path: &Path, place: Range<usize>) {
    let mut bytes = fs::read(path).unwrap();
    bytes[place].fill(0xff);
    fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_damaged_page_of_the_file_is_no_reason_to_try_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let cookie = visited(&path).await;
    damage(&path, "session");
    damage(&path, "author");
    let app = site_on(&path).unwrap();
    for page in ["/", "/authors"] {
        let (status, _, page) = ask(&app, page, &cookie).await;
        assert_eq!(status, 500);
        assert!(
            page.contains("is damaged, and trying again will not help"),
            "{page}"
        );
    }
    // The log says what does help.
    let cause = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    let words = database::Error::from(rusqlite::Error::SqliteFailure(cause, None)).to_string();
    assert!(
        words.contains("-shm, and put a backup in the file's place"),
        "{words}"
    );
}

/// Damage to the file's beginning is found at start-up. `at` is behind what tells our files from others.
#[test]
fn a_program_that_starts_on_a_damaged_file_says_what_to_do() {
    for (at, what) in [
        (16, "the size of its pages"),
        (100, "the list of its tables"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.db");
        drop(Library::open_file(&path).unwrap());
        overwrite(&path, at..at + 2);
        let started = command(5, &folder).output().unwrap();
        let words = String::from_utf8(started.stderr).unwrap();
        assert_eq!(started.status.code(), Some(1), "{what}: {words}");
        assert!(
            words.contains("library.db") && words.contains("damaged"),
            "{what}: {words}"
        );
        assert!(
            words.contains("-shm, and put a backup in the file's place"),
            "{what}: {words}"
        );
    }
}

/// A step that is run from another folder, such as `src`, finds the sessions of before. Where the file's name depends on
/// the current folder, it makes a second file there.
#[test]
fn a_step_that_is_run_anywhere_uses_the_projects_file() {
    let elsewhere = tempfile::tempdir().unwrap();
    let mut command = command(1, &elsewhere);
    command
        .env_remove("LOCALLIBRARY_DB")
        .current_dir(elsewhere.path());
    let running = start(command);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    assert!(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("locallibrary.db")
            .exists()
    );
    drop(running);
}

/// Which count a new browser, or one that was there before, finds on the home page; `Err` is any status but 200.
async fn visit(browser: &mut Browser, running: &Running) -> Result<u64, u16> {
    let mut site = OverHttp::new(&running.address);
    let seen = browser.get(&mut site, "/").await.unwrap().remove(0);
    match seen.status.as_u16() {
        200 => Ok(visits(&seen.page)),
        other => Err(other),
    }
}

/// Files that belong to the database, by the ends of their names.
fn beside(folder: &Path) -> Vec<&'static str> {
    let ends = ["", "-wal", "-shm"].into_iter();
    ends.filter(|end| folder.join(format!("library.db{end}")).exists())
        .collect()
}

/// F21: a backup is put back as the message about a damaged file says. Where a stopped program leaves its log behind, SQLite
/// takes that for the backup's, and mixes the two.
#[cfg(unix)]
#[tokio::test]
async fn a_stopped_program_leaves_one_file_and_a_backup_can_be_put_in_its_place() {
    const VISITORS: usize = 50;
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("backup.db");
    let mut visitors: Vec<_> = (0..VISITORS).map(|_| Browser::new("a")).collect();

    let mut running = start(command(5, &folder));
    for visitor in &mut visitors {
        assert_eq!(visit(visitor, &running).await, Ok(0));
    }
    running.terminate();
    assert!(running.process.wait().unwrap().success());
    assert_eq!(beside(folder.path()), [""], "a log was left behind");
    fs::copy(folder.path().join("library.db"), &backup).unwrap();

    let mut running = start(command(5, &folder));
    for _ in 0..VISITORS {
        visit(&mut Browser::new("a new one"), &running)
            .await
            .unwrap();
    }
    running.process.kill().unwrap(); // As after a crash: the log stays.
    running.process.wait().unwrap();
    assert_eq!(beside(folder.path()), ["", "-wal", "-shm"]);

    for end in ["", "-wal", "-shm"] {
        fs::remove_file(folder.path().join(format!("library.db{end}"))).unwrap();
    }
    fs::copy(&backup, folder.path().join("library.db")).unwrap();
    let running = start(command(5, &folder));
    for visitor in &mut visitors {
        assert_eq!(visit(visitor, &running).await, Ok(1));
    }
}

/// F26: while the program runs, somebody deletes its file or its log, or puts another file in the place. On Unix the program
/// could go on with the files that it has open, and everything that it stores would be gone with its end.
#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_deleted_or_replaced_is_noticed_and_nothing_is_answered_as_stored() {
    for (what, end, replaced) in [
        ("the file is deleted", "", false),
        ("the file is replaced", "", true),
        ("the log is deleted", "-wal", false),
        ("the log is replaced", "-wal", true),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("library.db{end}"));
        let moved = folder.path().join("moved");
        let mut ann = Browser::new("Ann's");
        let running = start(command(5, &folder));
        assert_eq!(visit(&mut ann, &running).await, Ok(0), "{what}");
        fs::rename(&path, &moved).unwrap();
        if replaced {
            fs::copy(&moved, &path).unwrap();
        }
        for _ in 0..3 {
            assert_eq!(visit(&mut ann, &running).await, Err(503), "{what}");
        }
        let log = running.log();
        assert_eq!(
            log.matches("deleted, moved or replaced").count(),
            1,
            "{what}: {log}"
        );
        // Once the same file is there again, all is well.
        fs::rename(&moved, &path).unwrap();
        assert_eq!(visit(&mut ann, &running).await, Ok(1), "{what}");
    }
}

/// What SQLite itself would do with it when the program ends: delete the log of the database that is there now.
#[cfg(unix)]
#[tokio::test]
async fn a_program_whose_file_was_replaced_leaves_the_new_one_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let mut running = start(command(5, &folder));
    let mut ann = Browser::new("Ann's");
    visit(&mut ann, &running).await.unwrap();
    for end in ["", "-wal", "-shm"] {
        let path = folder.path().join(format!("library.db{end}"));
        fs::rename(&path, folder.path().join(format!("old.db{end}"))).unwrap();
    }
    let other = start(command(5, &folder));
    assert_eq!(visit(&mut ann, &other).await, Ok(0));
    running.terminate();
    running.process.wait().unwrap();
    assert_eq!(beside(folder.path()), ["", "-wal", "-shm"]);
    assert_eq!(visit(&mut ann, &other).await, Ok(1));
    drop(other);
    let file = Connection::open(&path).unwrap();
    assert_eq!(crate::file_site::count(&file), 1);
}

/// SQLite reads a name like `file:other.db` as an address, and `:memory:` and nothing as a database that is thrown away.
#[test]
fn a_name_is_the_name_of_a_file_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.db");
    let foreign = Connection::open(&other).unwrap();
    foreign
        .execute_batch("create table precious (value text)")
        .unwrap();
    drop(foreign);
    let before = fs::read(&other).unwrap();
    let address = format!("file:{}", other.display());
    for (name, words) in [
        (address.as_str(), "cannot be used"),
        ("", "LOCALLIBRARY_DB is set and empty"),
    ] {
        let started = command(1, &folder)
            .env("LOCALLIBRARY_DB", name)
            .env("PORT", "not a port") // Should it open the file, it ends all the same.
            .current_dir(&folder)
            .output()
            .unwrap();
        let told = String::from_utf8(started.stderr).unwrap();
        assert_eq!(started.status.code(), Some(1), "{name:?}: {told}");
        assert!(
            told.contains(words) && told.contains(name),
            "{name:?}: {told}"
        );
    }
    assert_eq!(fs::read(&other).unwrap(), before);
    let running = start({
        let mut command = command(1, &folder);
        command
            .env("LOCALLIBRARY_DB", ":memory:")
            .current_dir(&folder);
        command
    });
    assert!(folder.path().join(":memory:").exists() || cfg!(windows));
    drop(running);
}
