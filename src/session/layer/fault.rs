//! Why a session could not be read or stored, and how the page comes to know.
//!
//! A store's error is a line of text by the time it has passed through tower-sessions, and a failed save at the
//! end of a request becomes a bare 500. So a store also leaves its [`Fault`] with the request, where the
//! [`protect_session`](super::protect_session) layer finds it and answers with a page.

use std::{cell::Cell, fmt};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use tower_sessions::session_store;

use crate::{Error, database};

/// What a store refused or could not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The session was deleted or ran out while the request was under way; storing it would revive it.
    Gone,
    /// Another request stored the session since this one loaded it; storing it would undo that.
    Changed,
    /// The store is locked, full or gone for the moment.
    Unavailable,
    /// Something is wrong with the store.
    Broken,
}

tokio::task_local! {
    static FAULT: Cell<Option<Fault>>;
}

impl Fault {
    /// Runs `request`, and tells the last fault that a store met meanwhile.
    pub(super) async fn watch<T>(request: impl Future<Output = T>) -> (T, Option<Self>) {
        FAULT
            .scope(Cell::new(None), async {
                (request.await, FAULT.with(Cell::get))
            })
            .await
    }

    /// What the database could not do, reported.
    pub(in crate::session) fn from_database(cause: database::Error) -> session_store::Error {
        let fault = if cause.is_transient() {
            Self::Unavailable
        } else {
            Self::Broken
        };
        fault.report(cause)
    }

    /// Leaves the fault with the request that this task serves, and makes the store's error of it.
    pub(in crate::session) fn report(self, cause: impl fmt::Display) -> session_store::Error {
        let _ = FAULT.try_with(|fault| fault.set(Some(self)));
        session_store::Error::Backend(format!("{self}: {cause}"))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gone => "the session has ended",
            Self::Changed => "the session was changed elsewhere",
            Self::Unavailable => "the session store is unavailable",
            Self::Broken => "the session store is broken",
        })
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let (status, sentence) = match self {
            // Django answers 400 here; 409 says more: the request was right, the state has moved on.
            Self::Gone => (
                StatusCode::CONFLICT,
                "Your session ended while this page was made, perhaps in another tab. Please reload.",
            ),
            Self::Changed => (
                StatusCode::CONFLICT,
                "Another tab of yours changed the session at the same moment. Please reload.",
            ),
            Self::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Your session cannot be reached for the moment. Please try again in a few seconds.",
            ),
            Self::Broken => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong on our side. Please try again in a moment.",
            ),
        };
        Error::Request(status, sentence.into()).into_response()
    }
}
