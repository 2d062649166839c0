//! The steps, live: each on a port of its own, with every request noted in the timeline.

use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};

use axum::{
    Router,
    body::{HttpBody, to_bytes},
    extract::{Request, State},
    http::{header, request::Parts},
    middleware::{Next, from_fn, from_fn_with_state, map_response},
    response::{IntoResponse, Response},
};
use tokio::net::TcpListener;
use tower::ServiceExt;
use tower_sessions::cookie::time::Duration;

use crate::{
    observe::{
        event::{self, Event, Subject},
        timeline::Timeline,
    },
    shell::{guard, layout},
    sites::{machines::AnsweredBy, visitor::Visitor},
};
use journey::Step;
use locallibrary::{Error, Library};
use lossless_sessions::{Recorder, StoreCall, record_calls};

/// Who asked in the timeline, when `cargo run -- check` did.
const CHECK: &str = "check";

/// A step that runs in the workshop.
pub struct Live {
    /// The step.
    pub step: &'static Step,
    /// Where it listens.
    pub port: u16,
    timeline: Arc<Timeline>,
    server: RwLock<Server>,
}

/// What a restart replaces: the step's site, and the session store that its engine has made for it.
#[derive(Clone)]
struct Server {
    library: Library,
    app: Router,
    sessions: Recorder,
    /// How long has been waited since the workshop began.
    waited: Duration,
}

impl Live {
    /// A step that will be served by this listener.
    ///
    /// # Errors
    /// When the step's session engine does not open.
    pub fn new(
        step: &'static Step,
        listener: &TcpListener,
        library: &Library,
        timeline: &Arc<Timeline>,
    ) -> Result<Self, Error> {
        Ok(Self {
            step,
            port: listener.local_addr().map_or(0, |address| address.port()),
            timeline: timeline.clone(),
            server: RwLock::new(start(step, library.clone(), Duration::ZERO)?),
        })
    }

    /// Stops the step and starts it again, as Ctrl-C and `cargo run` do: a store in memory forgets, the database
    /// does not.
    ///
    /// # Errors
    /// When the step's session engine does not open.
    pub fn restart(&self) -> Result<(), Error> {
        let before = self.server();
        *self.write() = start(self.step, before.library, before.waited)?;
        Ok(())
    }

    /// Starts the step with a library and a store in which nobody has been before.
    ///
    /// # Errors
    /// As [`Live::restart`].
    pub fn begin_anew(&self) -> Result<(), Error> {
        *self.write() = start(self.step, Library::in_memory()?, Duration::ZERO)?;
        Ok(())
    }

    /// Lets so much time pass for every session of the step.
    pub fn wait(&self, time: Duration) {
        let mut server = self.write();
        server.sessions.wait(time);
        server.waited += time;
    }

    /// The step's session store, as the last restart has left it.
    pub fn sessions(&self) -> Recorder {
        self.server().sessions
    }

    /// The step's site, observed. It goes on after a restart.
    pub fn site(self: &Arc<Self>) -> Router {
        self.observed(Router::new().fallback(answer_now).with_state(self.clone()))
    }

    /// A site of the step's that runs elsewhere, observed.
    pub fn observed(&self, site: Router) -> Router {
        observed(site, &self.timeline, Subject::Step(self.step.number))
    }

    /// The step's site for whoever opens its port.
    pub fn public(self: &Arc<Self>) -> Router {
        self.site().layer(from_fn(guard::only_from_here))
    }

    fn server(&self) -> Server {
        let server = self.server.read();
        server.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self) -> RwLockWriteGuard<'_, Server> {
        self.server.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn start(step: &'static Step, library: Library, waited: Duration) -> Result<Server, Error> {
    let sessions = (step.sessions)(&library)?;
    sessions.wait(waited);
    let app = (step.app)(library.clone(), sessions.clone());
    Ok(Server {
        library,
        app,
        sessions,
        waited,
    })
}

async fn answer_now(State(live): State<Arc<Live>>, request: Request) -> Response {
    let answer = live.server().app.oneshot(request).await;
    answer.unwrap_or_else(|never| match never {})
}

/// Binds `port`, or a free one where that is taken.
///
/// # Errors
/// [`Error::Failed`] when the system has no port left.
pub async fn bind(port: u16) -> Result<TcpListener, Error> {
    let listener = match TcpListener::bind(("127.0.0.1", port)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind(("127.0.0.1", 0)).await,
    };
    listener.map_err(|cause| Error::Failed(format!("there is no port to listen on: {cause}")))
}

/// A site whose requests are told to the timeline, and whose pages the workshop may frame.
pub fn observed(site: Router, timeline: &Arc<Timeline>, subject: Subject) -> Router {
    site.layer(from_fn_with_state((timeline.clone(), subject), observe))
        .layer(map_response(guard::may_be_framed))
}

/// Answers a request, and tells the timeline what the session store was asked meanwhile.
async fn observe(
    State((timeline, subject)): State<(Arc<Timeline>, Subject)>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let kept = parts.clone();
    let (mut answer, calls) = record_calls(next.run(Request::from_parts(parts, body))).await;
    // The learner's program has a store in another process, and its answer says what that was asked.
    let recorded = answer.extensions_mut().remove::<Vec<StoreCall>>();
    let calls = recorded.unwrap_or(calls);
    let mut event = Event::new(subject, &kept, &calls, answer.status(), answer.headers());
    event.visitor = visitor_of(&kept);
    event.process = answer
        .extensions()
        .get()
        .map(|AnsweredBy(process)| *process);
    let (mut answer, page) = read_page(answer).await;
    answer.extensions_mut().insert(calls);
    timeline.add(match page {
        Some(page) => {
            let ids = event::cookie_values(&kept.headers, answer.headers());
            event.with_page(&page, &ids)
        }
        None => event,
    });
    answer
}

/// Who asks: a visitor of the workshop, or its check. Anybody else has no name.
fn visitor_of(request: &Parts) -> Option<&'static str> {
    let visitor = request.extensions.get::<Arc<Visitor>>();
    let agent = request.headers.get(header::USER_AGENT);
    let is_check = agent.is_some_and(|agent| agent == journey::AGENT);
    visitor
        .map(|visitor| visitor.name)
        .or(is_check.then_some(CHECK))
}

/// An answer, and its page when it has one that is short enough to keep.
async fn read_page(answer: Response) -> (Response, Option<String>) {
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let length = answer.body().size_hint().upper();
    if !is_page || length.is_none_or(|length| length > event::LONGEST_PAGE as u64) {
        return (answer, None);
    }
    let (head, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, event::LONGEST_PAGE).await else {
        return (layout::broken().into_response(), None);
    };
    let page = String::from_utf8_lossy(&bytes).into_owned();
    (Response::from_parts(head, bytes.into()), Some(page))
}
