//! The one error type: what went wrong, and the page or sentence a person gets to see.

use std::fmt;

use axum::{
    extract::rejection::{FormRejection, PathRejection, QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{database::Failure, page};

/// Anything that can go wrong, in a handler or at start-up.
///
/// As an answer it becomes a plain page: the cause goes to the log, never to the visitor. Every 503 says with
/// `Retry-After` that two seconds may help (RFC 9110, section 10.2.3).
/// Returned from `main` it prints its sentence, and the process ends with exit status 1.
pub enum Error {
    /// There is no such page, book or author: 404.
    NotFound,
    /// The request cannot be served as it is: its status, and a sentence that says what to do.
    Request(StatusCode, String),
    /// A session could not be read or written: 500.
    Session(tower_sessions::session::Error),
    /// The catalog could not be read: 503 when it may well succeed in a moment, else 500.
    Database(Failure),
    /// A handler panicked; what and where stands in the log: 500.
    Panic,
    /// The program cannot start: a sentence that says what to do.
    Start(String),
}

impl Error {
    /// What axum could not read. Its words end with the cause, behind a colon.
    fn unreadable(status: StatusCode, words: &str) -> Self {
        let cause = words.split_once(": ").map_or(words, |(_, cause)| cause);
        Self::Request(status, format!("Please check what you sent. {cause}."))
    }

    /// The status and the sentence a visitor sees.
    fn answer(&self) -> (StatusCode, &str) {
        use tower_sessions::session::Error::SerdeJson;
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "There is no page at this address."),
            Self::Request(status, sentence) => (*status, sentence),
            Self::Session(SerdeJson(_)) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Your session holds a value of another shape than this page expects. Nothing was \
                 changed. To start afresh, clear this site's cookies in your browser.",
            ),
            Self::Database(cause) if cause.passing => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The library cannot be reached for the moment. Please try again in a few seconds.",
            ),
            _ => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong on our side. Please try again in a moment.",
            ),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, sentence) = self.answer();
        if status.is_server_error() {
            tracing::error!("{self}");
        }
        let mut response = (status, page::error(status, sentence)).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session(cause) => write!(f, "session: {cause}"),
            Self::Database(cause) => write!(f, "catalog: {cause}"),
            Self::Panic => f.write_str("a handler panicked"),
            Self::Start(sentence) => f.write_str(sentence),
            Self::NotFound | Self::Request(..) => f.write_str(self.answer().1),
        }
    }
}

/// The same sentence: Rust prints an error that `main` returns with `Debug`.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

impl From<tower_sessions::session::Error> for Error {
    fn from(cause: tower_sessions::session::Error) -> Self {
        Self::Session(cause)
    }
}

impl From<tower_sessions::session_store::Error> for Error {
    fn from(cause: tower_sessions::session_store::Error) -> Self {
        Self::Session(cause.into())
    }
}

impl From<Failure> for Error {
    fn from(cause: Failure) -> Self {
        Self::Database(cause)
    }
}

impl From<PathRejection> for Error {
    /// `/books/none` is no address of ours: a page that does not exist.
    fn from(_: PathRejection) -> Self {
        Self::NotFound
    }
}

impl From<QueryRejection> for Error {
    fn from(rejection: QueryRejection) -> Self {
        Self::unreadable(rejection.status(), &rejection.body_text())
    }
}

impl From<FormRejection> for Error {
    fn from(rejection: FormRejection) -> Self {
        Self::unreadable(rejection.status(), &rejection.body_text())
    }
}
