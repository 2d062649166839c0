//! Why a session could not be read or stored, and how the visitor gets to know.

use std::fmt;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// Why a request failed: what a session's store refused or could not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The session was deleted or ran out while the request was under way; storing it would revive it.
    Gone,
    /// Another request has stored the session since this one loaded it, and storing it now would undo that. The request
    /// is [run again](crate::Protect), and ends with this fault only if it never comes through.
    Changed,
    /// The store is locked, full or out of reach for the moment.
    Unavailable,
    /// The store's file is damaged, and somebody has to put a backup in its place.
    Damaged,
    /// Something is wrong with the store.
    Broken,
    /// The request's body cannot be kept for a second run: it is longer than the site allows (413), or it broke off (400).
    /// Nothing was run.
    Unreadable(StatusCode),
}

impl Fault {
    /// The status of the answer.
    pub fn status(self) -> StatusCode {
        match self {
            // Django answers 400 here. 409 is more precise: the request was right, but the session has ended since.
            Self::Gone => StatusCode::CONFLICT,
            Self::Changed | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Damaged | Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unreadable(status) => status,
        }
    }

    /// What the visitor can do about it, in a sentence or two.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Gone => {
                "Your session ended while this page was made, perhaps in another tab. Please reload."
            }
            Self::Changed => {
                "You sent many requests at once, and this one had to wait too long. Please try again in a few seconds."
            }
            Self::Unavailable => {
                "Your session cannot be reached for the moment. Please try again in a few seconds."
            }
            Self::Damaged => {
                "The file with the sessions is damaged, and trying again will not help. The people who run this site \
                 will find in its log what to do."
            }
            Self::Broken => "Something went wrong on our side. Please try again in a moment.",
            Self::Unreadable(StatusCode::PAYLOAD_TOO_LARGE) => {
                "Please check what you sent. It is longer than this site allows."
            }
            Self::Unreadable(_) => "Please check what you sent. It could not be read to its end.",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gone => "the session has ended",
            Self::Changed => "the session was changed elsewhere",
            Self::Unavailable => "the session store is unavailable",
            Self::Damaged => "the session store is damaged",
            Self::Broken => "the session store is broken",
            Self::Unreadable(_) => "the request cannot be read",
        })
    }
}

/// The status and the sentence as plain text. The answer carries the fault as an extension, so that a layer further out
/// can make a page of it. A 503 has a `Retry-After` of two seconds (RFC 9110, section 10.2.3).
impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = (self.status(), self.sentence()).into_response();
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            let soon = HeaderValue::from_static("2");
            response.headers_mut().insert(header::RETRY_AFTER, soon);
        }
        response.extensions_mut().insert(self);
        response
    }
}
