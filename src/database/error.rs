//! What can go wrong with the database.

use rusqlite::ErrorCode;

/// Why work was not done. It can be cloned, because one failed commit fails everyone who shares it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The file is locked, full or out of reach, or too much is queued. The same work may well succeed in a moment.
    #[error("the database cannot do this now: {0}")]
    Transient(String),
    /// The work itself is wrong, or the file is: trying again does not help.
    #[error("the database failed: {0}")]
    Permanent(String),
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
            _ => Self::Permanent(cause.to_string()),
        }
    }
}
