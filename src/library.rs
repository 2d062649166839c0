//! The site's database: books, authors and copies, and from step 5 on the sessions, in one SQLite file.
//!
//! `library/file.rs` makes and opens the file; `library/queries.rs` asks for the catalog's pages. The connection
//! lives on a thread of its own (`database.rs`), so a query never blocks the threads that serve requests.

mod file;
mod queries;

use std::{
    env,
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::Connection;

use crate::{
    Error,
    database::{Database, Shared},
};
pub use file::Durability;
pub use queries::{Author, AuthorLine, Book, BookLine, Counts, Listing};

/// The file in the current folder that a step opens when `LOCALLIBRARY_DB` does not name another.
const FILE: &str = "locallibrary.db";

/// A handle to the database; clones share one connection, and cost next to nothing.
#[derive(Clone)]
pub struct Library(Arc<Inner>);

struct Inner {
    database: Database,
    counts: Shared<Counts>,
    path: Option<PathBuf>,
}

impl Library {
    /// Opens the file that `LOCALLIBRARY_DB` names, or `locallibrary.db`; makes and fills it when it is new.
    ///
    /// # Errors
    /// [`Error::Start`], naming the file, when it is not ours or cannot be read. It is then left untouched.
    pub async fn open() -> Result<Self, Error> {
        Self::open_file(env::var_os("LOCALLIBRARY_DB").unwrap_or(FILE.into())).await
    }

    /// Opens this file.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub async fn open_file(path: impl Into<PathBuf>) -> Result<Self, Error> {
        Self::open_with(path, Durability::Normal).await
    }

    /// Opens this file, with a choice of what survives the loss of power.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub async fn open_with(
        path: impl Into<PathBuf>,
        durability: Durability,
    ) -> Result<Self, Error> {
        let path = path.into();
        // Start-up is the one moment when nobody waits for an answer: plain blocking calls do.
        let database = file::open(&path, durability)?;
        Ok(Self::new(database, Some(path)))
    }

    /// A database of the same books, and no sessions, that goes away with its last handle.
    ///
    /// # Errors
    /// [`Error::Start`] when there is no memory for it.
    pub async fn in_memory() -> Result<Self, Error> {
        Ok(Self::new(file::in_memory()?, None))
    }

    fn new(database: Database, path: Option<PathBuf>) -> Self {
        Self(Arc::new(Inner { database, counts: Shared::new(queries::counts), path }))
    }

    /// Its connection, for the sessions.
    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    /// The file, unless it is in memory.
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// Runs `query` on the connection's own thread.
    async fn ask<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        Ok(self.0.database.read(query).await?)
    }
}
