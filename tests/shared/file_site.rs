//! A site whose rows a test can look at: step 3's pages, which read, write and clear a session, on the site's database.

use std::path::Path;

use axum::Router;
use locallibrary::{Error, Library};
use lossless_sessions::{Recorder, SqliteStore};
use rusqlite::Connection;

use crate::steps::STEPS;

/// A site on a file of its own.
pub struct FileSite {
    folder: tempfile::TempDir,
    pub app: Router,
    pub store: SqliteStore,
}

pub async fn file_site() -> FileSite {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open_file(folder.path().join("library.db")).unwrap();
    let app = site_in(&library).unwrap();
    FileSite {
        folder,
        app,
        store: SqliteStore::on(library.database()).unwrap(),
    }
}

/// A site on this file.
pub fn site_on(path: &Path) -> Result<Router, Error> {
    site_in(&Library::open_file(path)?)
}

fn site_in(library: &Library) -> Result<Router, Error> {
    let sessions = Recorder::new(SqliteStore::on(library.database())?);
    Ok((STEPS[2].app)(library.clone(), sessions))
}

impl FileSite {
    pub fn connection(&self) -> Connection {
        Connection::open(self.folder.path().join("library.db")).unwrap()
    }

    pub fn rows(&self) -> i64 {
        count(&self.connection())
    }
}

/// How many sessions are stored.
pub fn count(connection: &Connection) -> i64 {
    connection
        .query_row("select count(*) from session", [], |row| row.get(0))
        .unwrap()
}
