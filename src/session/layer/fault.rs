//! Why a session could not be read or stored, and how the visitor gets to know.
//!
//! A store's error is a line of text by the time it has passed through tower-sessions, and a failed save at the
//! end of a request becomes a bare 500. So a store also leaves its [`Fault`] with the request, where the
//! [`protect_session`](super::protect_session) layer finds it and answers with a page.

use std::{cell::Cell, fmt};

use axum::{
    body::HttpBody,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use tower_sessions::session_store;

use crate::{Error, database, web::StoreFailure};

/// What a store refused or could not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The session was deleted or ran out while the request was under way; storing it would revive it.
    Gone,
    /// Another request has stored the session since this one loaded it, and storing it now would undo that. The request
    /// is [run again](super::protect_session), and ends with this fault only if it never comes through.
    Changed,
    /// The store is locked, full or out of reach for the moment.
    Unavailable,
    /// The store's file is damaged, and somebody has to put a backup in its place.
    Damaged,
    /// Something is wrong with the store.
    Broken,
}

tokio::task_local! {
    static FAULT: Cell<Option<Fault>>;
}

impl Fault {
    /// Runs `request`. If a fault of the store made its answer fail, this fails with the last such fault.
    ///
    /// A handler may also deal with a fault by itself. Then its answer stands, whatever its status.
    pub(super) async fn of_answer(
        request: impl Future<Output = Response>,
    ) -> Result<Response, Self> {
        let watched = async { (request.await, FAULT.with(Cell::get)) };
        let (response, fault) = FAULT.scope(Cell::new(None), watched).await;
        let words = store_failure(&response);
        match (words, fault) {
            (Some(_), Some(fault)) => Err(fault),
            (Some(words), None) => {
                // Somebody else's store, which knows nothing of faults.
                tracing::error!("the session store failed: {words}");
                Ok(response)
            }
            (None, _) => Ok(response),
        }
    }

    /// Reports what the database could not do.
    pub(in crate::session) fn from_database(cause: database::Error) -> session_store::Error {
        let fault = match cause {
            database::Error::Transient(_) => Self::Unavailable,
            database::Error::Damaged(_) => Self::Damaged,
            _ => Self::Broken,
        };
        fault.report(cause)
    }

    /// Leaves the fault with the request that this task serves, and turns it into the store's error.
    ///
    /// When a visitor's own tabs get in each other's way, nothing is wrong with the site. So that is logged for debugging
    /// only, and not as an error.
    pub(in crate::session) fn report(self, cause: impl fmt::Display) -> session_store::Error {
        let _ = FAULT.try_with(|fault| fault.set(Some(self)));
        match self {
            Self::Gone | Self::Changed => tracing::debug!("{self}: {cause}"),
            Self::Unavailable | Self::Damaged | Self::Broken => tracing::error!("{self}: {cause}"),
        }
        session_store::Error::Backend(format!("{self}: {cause}"))
    }
}

/// What is known about why the answer failed, if the session store made it fail.
fn store_failure(response: &Response) -> Option<&str> {
    if let Some(StoreFailure(words)) = response.extensions().get() {
        return Some(words);
    }
    // This is how tower-sessions answers when its save at the end of a request fails.
    let is_bare = response.status() == StatusCode::INTERNAL_SERVER_ERROR
        && response.body().is_end_stream()
        && !response.headers().contains_key(header::CONTENT_TYPE);
    is_bare.then_some("its words are in the log lines of tower_sessions")
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gone => "the session has ended",
            Self::Changed => "the session was changed elsewhere",
            Self::Unavailable => "the session store is unavailable",
            Self::Damaged => "the session store is damaged",
            Self::Broken => "the session store is broken",
        })
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let (status, sentence) = match self {
            // Django answers 400 here. 409 is more precise: the request was right, but the session has ended since.
            Self::Gone => (
                StatusCode::CONFLICT,
                "Your session ended while this page was made, perhaps in another tab. Please reload.",
            ),
            Self::Changed => (
                StatusCode::SERVICE_UNAVAILABLE,
                "You sent many requests at once, and this one had to wait too long. Please try again in a few seconds.",
            ),
            Self::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Your session cannot be reached for the moment. Please try again in a few seconds.",
            ),
            Self::Damaged => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "The file with the sessions is damaged, and trying again will not help. The people who run this site \
                 will find in its log what to do.",
            ),
            Self::Broken => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong on our side. Please try again in a moment.",
            ),
        };
        Error::Request(status, sentence.into()).into_response()
    }
}
