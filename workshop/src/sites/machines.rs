//! A step whose site is several processes behind a proxy: they are this program, started again, and start when somebody
//! first comes.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::HeaderValue,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use journey::Step;
use locallibrary::{
    Error, Library,
    machines::{self, Place},
    serve,
};
use lossless_sessions::{StoreCall, record_calls};
use tokio::sync::OnceCell;
use tower::ServiceExt;

/// In these headers a process says which one it is, and what its session store was asked.
const PROCESS: &str = "answered-by";
const STORE_CALLS: &str = "store-calls";

/// The number of the process that has answered; an extension of the answer.
#[derive(Clone, Copy)]
pub struct AnsweredBy(pub u32);

/// The places of a step's processes.
#[derive(Clone)]
pub struct Machines {
    places: Vec<Place>,
    /// Set once somebody has come.
    begun: Arc<OnceCell<()>>,
}

impl Machines {
    /// So many places, without a process yet.
    pub(super) fn new(count: usize) -> Self {
        Self {
            places: (0..count).map(|_| Place::default()).collect(),
            begun: Arc::default(),
        }
    }

    /// The numbers of the processes that run.
    pub fn processes(&self) -> Vec<u32> {
        self.places.iter().filter_map(Place::process).collect()
    }

    /// Starts a process at each place that has none.
    pub(super) async fn start(&self) -> Result<(), Error> {
        let places = self.places.clone();
        let starting = move || places.iter().try_for_each(Place::start);
        let started = tokio::task::spawn_blocking(starting).await;
        started.map_err(|cause| Error::Failed(cause.to_string()))?
    }

    /// Kills the first process that runs; returns its number.
    pub(super) fn kill(&self) -> Option<u32> {
        self.places.iter().find_map(Place::kill)
    }

    /// The site: a proxy in front of the processes.
    pub(super) fn site(&self) -> Router {
        let sites: Vec<_> = self.places.iter().map(Place::site).collect();
        let proxy = machines::round_robin(sites);
        Router::new()
            .fallback(pass_on)
            .with_state((self.clone(), proxy))
    }
}

/// Passes a request on. The first one starts the processes; those that are killed later stay away.
async fn pass_on(
    State((machines, proxy)): State<(Machines, Router)>,
    request: Request,
) -> Response {
    if let Err(cause) = machines.begun.get_or_try_init(|| machines.start()).await {
        return cause.into_response();
    }
    let answer = proxy.oneshot(request).await;
    let mut answer = answer.unwrap_or_else(|never| match never {});
    let header = |name: &str| answer.headers().get(name).map(HeaderValue::as_bytes);
    let process = header(PROCESS).and_then(|it| serde_json::from_slice(it).ok());
    let calls = header(STORE_CALLS).and_then(|it| serde_json::from_slice(it).ok());
    answer.headers_mut().remove(PROCESS);
    answer.headers_mut().remove(STORE_CALLS);
    if let Some(process) = process {
        answer.extensions_mut().insert(AnsweredBy(process));
        answer
            .extensions_mut()
            .insert::<Vec<StoreCall>>(calls.unwrap_or_default());
    }
    answer
}

/// In a process that was started to stand behind the proxy: serves the step.
///
/// # Errors
/// When the step's session engine does not open, or no port is free.
pub async fn serve_behind_proxy(step: &'static Step) -> Result<(), Error> {
    let library = Library::open()?;
    let sessions = (step.sessions)(&library)?;
    let app = (step.app)(library, sessions);
    serve(app.layer(from_fn(tell))).await
}

/// Answers a request, and says who did and what the session store was asked.
async fn tell(request: Request, next: Next) -> Response {
    let (mut answer, calls) = record_calls(next.run(request)).await;
    let calls = serde_json::to_vec(&calls).unwrap_or_default();
    if let Ok(calls) = HeaderValue::from_bytes(&calls) {
        answer.headers_mut().insert(STORE_CALLS, calls);
    }
    answer
        .headers_mut()
        .insert(PROCESS, std::process::id().into());
    answer
}
