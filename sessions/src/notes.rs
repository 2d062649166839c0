//! What one run of a request leaves for the layer around it: its session, its cookies, and the fault of its store.
//!
//! A store's error is a line of text by the time it has passed through tower-sessions, and a failed save at the end of a
//! request becomes a bare 500. So the store also leaves its [`Fault`] with the task that runs the request.

use std::{cell::Cell, convert::Infallible, fmt};

use axum::{extract::Request, http::header, response::Response};
use tower::{Service, ServiceExt};
use tower_sessions::{Session, session::Id, session_store};

use crate::{Fault, cookies};

tokio::task_local! {
    static NOTES: Cell<Notes>;
}

/// What is noted during one run.
#[derive(Clone, Copy, Default)]
struct Notes {
    /// The last fault of the store.
    fault: Option<Fault>,
    /// The session that the request's cookie names.
    session: Option<Id>,
    /// How many cookies the handler has set. The session layer adds its own behind them.
    cookies: usize,
}

/// One run: its answer or the fault that made it fail, and the session that its cookie named.
pub(crate) struct Run {
    pub answer: Result<Response, Fault>,
    pub session: Option<Id>,
}

/// Runs a request through the session layer and the pages inside it.
///
/// If a store left a fault and the answer is a 5xx, the fault has made it fail, whoever made the answer: tower-sessions, or
/// an error type of the application. A handler may also deal with a fault by itself, with an answer that is no 5xx.
pub(crate) async fn run<S>(pages: S, request: Request) -> Run
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    let watched = async {
        let Ok(answer) = pages.oneshot(request).await;
        (answer, NOTES.with(Cell::get))
    };
    let (mut answer, notes) = NOTES.scope(Cell::default(), watched).await;
    cookies::complete_removal(answer.headers_mut(), notes.cookies);
    Run {
        answer: match notes.fault {
            Some(fault) if answer.status().is_server_error() => Err(fault),
            _ => Ok(answer),
        },
        session: notes.session,
    }
}

impl Fault {
    /// Leaves the fault with the request that this task serves, where [`Protect`](crate::Protect) finds it, and turns it
    /// into the store's error. A store of your own reports what it refused in this way, too.
    ///
    /// When a visitor's own tabs get in each other's way, nothing is wrong with the site. So that is logged for debugging
    /// only, and not as an error.
    pub fn report(self, cause: impl fmt::Display) -> session_store::Error {
        note(|notes| notes.fault = Some(self));
        match self {
            Self::Gone | Self::Changed => tracing::debug!("{self}: {cause}"),
            _ => tracing::error!("{self}: {cause}"),
        }
        session_store::Error::Backend(format!("{self}: {cause}"))
    }
}

/// Notes what the session layer has made of the request's cookie.
pub(crate) fn request(request: Request) -> Request {
    let session = request.extensions().get::<Session>().and_then(Session::id);
    note(|notes| notes.session = session);
    request
}

/// Notes what the handler has answered.
pub(crate) fn response(response: Response) -> Response {
    let cookies = response
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .count();
    note(|notes| notes.cookies = cookies);
    response
}

fn note(change: impl FnOnce(&mut Notes)) {
    // A store is also used outside of requests. Nobody asks for notes there.
    let _ = NOTES.try_with(|cell| {
        let mut notes = cell.get();
        change(&mut notes);
        cell.set(notes);
    });
}
