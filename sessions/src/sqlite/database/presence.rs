//! Whether the file and its log are still where they were.
//!
//! On Unix, a file that was deleted or moved away stays usable for a program that has it open. SQLite would go on writing
//! to it, every page would be answered, and all of it would be gone with the end of the program. So the files are looked
//! at before anybody is answered, which takes a microsecond or two. Windows lets nobody delete or replace a file that
//! SQLite has open.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::Error;

/// The files of a connection.
pub(super) struct Presence {
    files: Vec<Watched>,
    /// Whether a file was missing when they were last looked at, because that is logged once.
    missing: bool,
}

/// A file, and which one it was when it was first seen.
struct Watched {
    path: PathBuf,
    first_seen: Option<Identity>,
}

impl Presence {
    pub fn of(connection: &Connection) -> Self {
        // SQLite opens the log when it first reads.
        let _ = connection.pragma_query_value(None, "schema_version", |row| row.get::<_, i64>(0));
        let path = connection.path().filter(|path| !path.is_empty()); // A database in memory has none.
        let paths = path.map(|path| [path.into(), format!("{path}-wal").into()]);
        let files = paths.into_iter().flatten().map(Watched::new).collect();
        Self {
            files,
            missing: false,
        }
    }

    /// Fails while the file or its log is deleted, moved away or replaced.
    pub fn check(&mut self) -> Result<(), Error> {
        let missing = self.files.iter_mut().find_map(Watched::missing);
        let was_missing = std::mem::replace(&mut self.missing, missing.is_some());
        let Some(path) = missing else { return Ok(()) };
        if !was_missing {
            tracing::error!(
                "{} was deleted, moved or replaced while this program has it open, so nothing is stored; stop the \
                 program, put the file in order, and start the program again",
                path.display()
            );
        }
        Err(Error::Transient("its file is gone".into()))
    }
}

impl Watched {
    fn new(path: PathBuf) -> Self {
        Self {
            first_seen: identity(&path),
            path,
        }
    }

    /// The path, if the file that was first seen there is there no more.
    fn missing(&mut self) -> Option<&Path> {
        let seen = identity(&self.path);
        self.first_seen = self.first_seen.or(seen);
        (self.first_seen != seen).then_some(&self.path)
    }
}

/// The device and the number of a file on it.
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let file = path.metadata().ok()?;
    Some((file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Path) -> Option<Identity> {
    None
}
