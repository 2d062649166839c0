//! The catalog: books, authors and their copies.
//!
//! `file.rs` tells the site's files from others, and brings their tables up to date; `seed.rs` fills a new one; `queries.rs`
//! reads what the pages show.

mod file;
mod queries;
mod seed;

use std::{env, path::PathBuf, sync::Arc};

use rusqlite::Connection;

use crate::log;
use lossless_sessions::sqlite::{Database, Durability, Error, Shared};
pub(crate) use queries::{AUTHOR_NAME, book_line};
pub use queries::{Author, AuthorLine, Book, BookLine, Counts, Listing};

/// The site's file, in the project's folder, so that a step finds the same sessions wherever it is started from.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/locallibrary.db");

/// A handle to the catalog; clones share one connection, and cost next to nothing.
#[derive(Clone)]
pub struct Library(Arc<Inner>);

struct Inner {
    database: Database,
    counts: Shared<Counts>,
}

impl Library {
    /// Opens the file that `LOCALLIBRARY_DB` names, or else `locallibrary.db` in the project's folder. A new file is
    /// made and filled.
    ///
    /// Opening blocks, so do it at start-up, when nobody is waiting for an answer yet. It also sets up the program's log,
    /// in case opening fails.
    ///
    /// # Errors
    /// [`Error::Unusable`], naming the file, when it is not ours or cannot be read. It is then left untouched.
    pub fn open() -> Result<Self, Error> {
        log::to_stderr();
        Self::open_file(Self::file()?)
    }

    /// The file that [`Library::open`] opens.
    ///
    /// # Errors
    /// [`Error::Unusable`] when `LOCALLIBRARY_DB` is set and empty.
    pub fn file() -> Result<PathBuf, Error> {
        let file = PathBuf::from(env::var_os("LOCALLIBRARY_DB").unwrap_or(FILE.into()));
        if file.as_os_str().is_empty() {
            return Err(Error::Unusable(
                "LOCALLIBRARY_DB is set and empty; give it the name of a file, like LOCALLIBRARY_DB=other.db, or unset it"
                    .into(),
            ));
        }
        Ok(file)
    }

    /// Opens this file.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub fn open_file(path: impl Into<PathBuf>) -> Result<Self, Error> {
        Self::open_with(path, Durability::Normal)
    }

    /// Opens this file, with a choice of what survives the loss of power.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub fn open_with(path: impl Into<PathBuf>, durability: Durability) -> Result<Self, Error> {
        Ok(Self::new(file::open(&path.into(), durability)?))
    }

    /// A catalog of the same books, in a database in memory that goes away with its last handle.
    ///
    /// # Errors
    /// [`Error::Unusable`] when there is not enough memory for it.
    pub fn in_memory() -> Result<Self, Error> {
        Ok(Self::new(file::in_memory()?))
    }

    fn new(database: Database) -> Self {
        Self(Arc::new(Inner {
            counts: Shared::new(&database, queries::counts),
            database,
        }))
    }

    /// The database that the catalog is in. The sessions may be kept in it as well.
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// Runs `query` on the connection's own thread.
    async fn ask<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        self.0.database.read(query).await
    }
}
