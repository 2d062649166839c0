//! The one error type of a program: what went wrong, and the sentence a person gets to see.

use std::{borrow::Cow, fmt};

use axum::{
    extract::rejection::{BytesRejection, FormRejection, PathRejection, QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use lossless_sessions::sqlite as database;
use tower_sessions::{session, session_store};

/// Anything that can go wrong, in a handler or at start-up.
///
/// As an answer it is a status and one sentence; the cause goes to the log and never to the visitor. The response carries
/// the sentence as a [`Sentence`], and a layer around the pages turns it into a page, as [`site`](crate::site()) does.
/// Every 503 has a `Retry-After` of two seconds (RFC 9110, section 10.2.3).
///
/// When `main` returns it, it is printed, and the process ends with exit status 1.
#[derive(thiserror::Error)]
pub enum Error {
    /// There is no such page, book or author: 404.
    #[error("there is no page at this address")]
    NotFound,
    /// The request cannot be served as it is: its status, and a sentence that says what to do.
    #[error("{1}")]
    Request(StatusCode, String),
    /// A session could not be read or written: 500.
    #[error("session: {0}")]
    Session(#[from] session::Error),
    /// The database could not be read or written: 503 if the same work may well succeed in a moment, else 500.
    #[error("{0}")]
    Database(#[from] database::Error),
    /// A handler panicked: 500. The log says where and why. What it had stored by then stays stored.
    #[error("a handler panicked")]
    Panic,
    /// The program cannot do what it was asked to do: a sentence that says why, and what helps.
    #[error("{0}")]
    Failed(String),
}

/// What a visitor reads about an error; an extension of its answer.
#[derive(Clone, Debug)]
pub struct Sentence(pub Cow<'static, str>);

/// Marks an answer that failed because the session store did, and holds the store's words; an extension of the answer.
///
/// [`Protect`](lossless_sessions::Protect) replaces it when the store has recorded why, since it runs some
/// requests again. What arrives at [`site`](crate::site()) comes from a store that records nothing, and is logged there.
#[derive(Clone, Debug)]
pub(crate) struct StoreFailure(pub String);

impl Error {
    /// A request that axum could not read. The cause comes last in its words, after a colon.
    fn unreadable(status: StatusCode, words: &str) -> Self {
        let cause = words.split_once(": ").map_or(words, |(_, cause)| cause);
        Self::Request(status, format!("Please check what you sent. {cause}."))
    }

    /// The status and the sentence a visitor sees.
    fn answer(self) -> (StatusCode, Cow<'static, str>) {
        let (status, sentence) = match self {
            Self::Request(status, sentence) => return (status, sentence.into()),
            Self::NotFound => (StatusCode::NOT_FOUND, "There is no page at this address."),
            Self::Session(session::Error::SerdeJson(_)) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Your session holds a value of another shape than this page expects. Nothing was \
                 changed. To start afresh, clear this site's cookies in your browser.",
            ),
            Self::Database(cause) if cause.is_transient() => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The library cannot be reached for the moment. Please try again in a few seconds.",
            ),
            Self::Database(database::Error::Damaged(_)) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "The library's file is damaged, and trying again will not help. The people who run this site will find \
                 in its log what to do.",
            ),
            _ => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong on our side. Please try again in a moment.",
            ),
        };
        (status, sentence.into())
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let words = self.to_string();
        let by_store = matches!(self, Self::Session(session::Error::Store(_)));
        let (status, sentence) = self.answer();
        let mut response = (status, sentence.clone()).into_response();
        if by_store {
            response.extensions_mut().insert(StoreFailure(words));
        } else if status.is_server_error() {
            tracing::error!("{words}");
        }
        response.extensions_mut().insert(Sentence(sentence));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let seconds = HeaderValue::from_static("2");
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

/// The same words as `Display`, because Rust prints an error that `main` returns with `Debug`.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<session_store::Error> for Error {
    fn from(cause: session_store::Error) -> Self {
        Self::Session(cause.into())
    }
}

#[cfg(feature = "postgres")]
impl From<lossless_sessions::postgres::Error> for Error {
    fn from(cause: lossless_sessions::postgres::Error) -> Self {
        Self::Failed(cause.to_string())
    }
}

impl From<PathRejection> for Error {
    /// An address such as `/books/none` names no page of ours, so it is not found.
    fn from(_: PathRejection) -> Self {
        Self::NotFound
    }
}

impl From<QueryRejection> for Error {
    fn from(rejection: QueryRejection) -> Self {
        Self::unreadable(rejection.status(), &rejection.body_text())
    }
}

impl From<BytesRejection> for Error {
    fn from(rejection: BytesRejection) -> Self {
        Self::unreadable(rejection.status(), &rejection.body_text())
    }
}

impl From<FormRejection> for Error {
    fn from(rejection: FormRejection) -> Self {
        Self::unreadable(rejection.status(), &rejection.body_text())
    }
}
