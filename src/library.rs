//! The catalog: books, authors and copies in one SQLite file.
//!
//! This file opens the database; `library/queries.rs` asks it. The connection lives on a thread of its own
//! (`database.rs`), so a query never blocks the threads that serve requests.

mod queries;

use std::{
    env,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::{Connection, TransactionBehavior, params};
use serde::Deserialize;

use crate::{
    Error,
    database::{Access, Database},
    session,
};
pub use queries::{Author, AuthorLine, Book, BookLine, Counts, Listing};

/// The file in the current folder that a step opens when `LOCALLIBRARY_DB` does not name another.
const FILE: &str = "locallibrary.db";

/// Stands in the file's header, so that we know our own file: "LLib" in ASCII.
const APPLICATION_ID: i32 = 0x4C4C_6962;

/// The schema's version, kept in the file; 0 is an empty file.
const VERSION: i32 = 1;

/// How a SQLite file begins, and where its header keeps the application id
/// (<https://www.sqlite.org/fileformat2.html#the_database_header>).
const MAGIC: &[u8] = b"SQLite format 3\0";
const APPLICATION_ID_AT: usize = 68;
const HEADER: u64 = 100;

/// A handle to the catalog; clones share one connection, and cost next to nothing.
#[derive(Clone)]
pub struct Library(Arc<Inner>);

struct Inner {
    database: Database,
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
        let path = path.into();
        // Start-up is the one moment when nobody waits for an answer: plain blocking calls do.
        check_ours(&path)?;
        let connection = Connection::open(&path)
            .and_then(prepare)
            .map_err(|cause| Error::Start(format!("{} cannot be used: {cause}", path.display())))?;
        Ok(Self::new(Database::new(connection, Access::Read), Some(path)))
    }

    /// A catalog of the same books that goes away with its last handle.
    ///
    /// # Errors
    /// [`Error::Start`] when there is no memory for it.
    pub async fn in_memory() -> Result<Self, Error> {
        // It is its one connection, so it is made ready for sessions too.
        let connection = Connection::open_in_memory()
            .and_then(prepare)
            .and_then(|connection| connection.execute_batch(session::SCHEMA).map(|()| connection))
            .map_err(|cause| Error::Start(format!("no database in memory: {cause}")))?;
        Ok(Self::new(Database::new(connection, Access::Write), None))
    }

    fn new(database: Database, path: Option<PathBuf>) -> Self {
        Self(Arc::new(Inner { database, path }))
    }

    /// The catalog's own connection.
    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    /// The file, unless the catalog is in memory.
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// Runs `query` on the connection's own thread.
    async fn ask<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        Ok(self.0.database.run(query).await?)
    }
}

/// Refuses a file that is not ours by its first bytes alone: SQLite itself may write to what it opens.
fn check_ours(path: &Path) -> Result<(), Error> {
    let mut header = Vec::new();
    match File::open(path).and_then(|file| file.take(HEADER).read_to_end(&mut header)) {
        Ok(0) => return Ok(()), // An empty file is as good as none.
        Ok(_) => {}
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(cause) => {
            return Err(Error::Start(format!("{} cannot be read: {cause}", path.display())));
        }
    }
    let application = header.get(APPLICATION_ID_AT..APPLICATION_ID_AT + 4);
    if header.starts_with(MAGIC) && application == Some(&APPLICATION_ID.to_be_bytes()) {
        return Ok(());
    }
    Err(Error::Start(format!(
        "{0} is not a LocalLibrary database and was left untouched; move it away, or name another file: \
         LOCALLIBRARY_DB=other.db cargo run --bin step1",
        path.display()
    )))
}

/// Makes and fills the tables of a new database, and sets up the connection.
fn prepare(mut connection: Connection) -> rusqlite::Result<Connection> {
    if version(&connection)? == 0 {
        // Two programs may start at once: the second waits here, then finds the work done.
        let new = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if version(&new)? == 0 {
            new.execute_batch(include_str!("library/schema.sql"))?;
            fill(&new)?;
            new.pragma_update(None, "application_id", APPLICATION_ID)?;
            new.pragma_update(None, "user_version", VERSION)?;
        }
        new.commit()?;
    }
    // Write-ahead logging: whoever reads does not wait for whoever writes, nor the other way round.
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

fn version(connection: &Connection) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// One author of `library/catalog.json`.
#[derive(Deserialize)]
struct AuthorEntry {
    given_name: String,
    family_name: String,
    born: Option<i32>,
    died: Option<i32>,
    books: Vec<BookEntry>,
}

#[derive(Deserialize)]
struct BookEntry {
    title: String,
    year: i32,
    language: String,
    summary: String,
    /// One status per copy.
    copies: Vec<String>,
}

fn fill(new: &rusqlite::Transaction) -> rusqlite::Result<()> {
    let authors: Vec<AuthorEntry> = serde_json::from_str(include_str!("library/catalog.json"))
        .expect("catalog.json is compiled in, and every test reads it");
    for author in authors {
        new.execute(
            "insert into author (given_name, family_name, born, died) values (?, ?, ?, ?)",
            params![author.given_name, author.family_name, author.born, author.died],
        )?;
        let author_id = new.last_insert_rowid();
        for book in author.books {
            new.execute(
                "insert into book (author_id, title, year, language, summary) values (?, ?, ?, ?, ?)",
                params![author_id, book.title, book.year, book.language, book.summary],
            )?;
            let book_id = new.last_insert_rowid();
            for status in book.copies {
                new.execute(
                    "insert into copy (book_id, status) values (?, ?)",
                    params![book_id, status],
                )?;
            }
        }
    }
    Ok(())
}
