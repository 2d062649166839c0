//! What can go wrong with the database.

use rusqlite::ErrorCode;

/// Why work was not done. It can be cloned, because when a commit fails, all the work that shares it has failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The file is locked, full or out of reach, or too much is queued. The same work may well succeed in a moment.
    #[error("the database cannot do this now: {0}")]
    Transient(String),
    /// The work itself is wrong, or the file is, so trying again does not help.
    #[error("the database failed: {0}")]
    Permanent(String),
    /// The file is damaged. The text says what to do.
    #[error(
        "the database file is damaged ({0}); stop the program, delete the file and those beside it that end in -wal and \
         -shm, and put a backup in the file's place; without a backup, the next start makes a new file, and every \
         visitor is new"
    )]
    Damaged(String),
    /// The file cannot be used at all. The text is a whole sentence that says what to do.
    #[error("{0}")]
    Unusable(String),
}

impl Error {
    /// Whether the same work may well succeed in a moment.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Transient(_))
    }

    pub(super) fn queue_full() -> Self {
        Self::Transient("too much work is queued".into())
    }

    pub(super) fn rolled_back() -> Self {
        Self::Transient("SQLite undid all writes of this moment together".into())
    }

    pub(super) fn panicked() -> Self {
        Self::Permanent("the work panicked".into())
    }
}

impl From<rusqlite::Error> for Error {
    fn from(cause: rusqlite::Error) -> Self {
        match cause.sqlite_error_code() {
            Some(
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::OutOfMemory,
            ) => Self::Transient(cause.to_string()),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged(cause.to_string())
            }
            _ => Self::Permanent(cause.to_string()),
        }
    }
}
