//! A site of step 5 whose rows a test can look at.

use std::path::Path;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use locallibrary::{Error, Library, session::SqliteStore};
use rusqlite::Connection;
use tower::ServiceExt;

use crate::support::step;

/// A site of step 5 on a file of its own.
pub struct FileSite {
    folder: tempfile::TempDir,
    pub app: Router,
    pub store: SqliteStore,
}

pub async fn file_site() -> FileSite {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open_file(folder.path().join("library.db")).unwrap();
    let app = (step(5).app)(library.clone(), (step(5).sessions)(&library).unwrap());
    FileSite {
        folder,
        app,
        store: SqliteStore::new(library.database()).unwrap(),
    }
}

/// A site of step 5 on this file.
pub fn site_on(path: &Path) -> Result<Router, Error> {
    let library = Library::open_file(path)?;
    Ok((step(5).app)(
        library.clone(),
        (step(5).sessions)(&library)?,
    ))
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

/// The quickest way to ask: no transcript, only the status, the cookie and the page.
pub async fn ask(app: &Router, path: &str, cookie: &str) -> (StatusCode, String, String) {
    let request = Request::get(path)
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .unwrap();
    let answer = app.clone().oneshot(request).await.unwrap();
    let status = answer.status();
    let cookie = answer
        .headers()
        .get(header::SET_COOKIE)
        .map_or("", |value| value.to_str().unwrap());
    let cookie = cookie.split(';').next().unwrap().to_string();
    let page = axum::body::to_bytes(answer.into_body(), 1_000_000)
        .await
        .unwrap();
    (status, cookie, String::from_utf8(page.to_vec()).unwrap())
}
