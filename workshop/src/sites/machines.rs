//! A step whose site is several processes behind a proxy: they are this program, started again, and start when somebody
//! first comes.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{from_fn, map_response},
    response::{IntoResponse, Response},
};
use journey::Step;
use locallibrary::{
    Error, Library,
    machines::{self, Place},
    serve,
};
use tokio::sync::OnceCell;
use tower::ServiceExt;

use crate::observe::carried;

/// In this header a process says which one it is.
const PROCESS: &str = "answered-by";

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
    let process = answer.headers_mut().remove(PROCESS);
    let process = process.and_then(|process| serde_json::from_slice(process.as_bytes()).ok());
    if let Some(process) = process {
        let calls = carried::take(answer.headers_mut());
        answer.extensions_mut().insert(AnsweredBy(process));
        answer.extensions_mut().insert(calls);
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
    let app = app.layer(from_fn(carried::carry));
    serve(app.layer(map_response(sign))).await
}

/// Says which process has answered.
async fn sign(mut answer: Response) -> Response {
    let process = std::process::id().into();
    answer.headers_mut().insert(PROCESS, process);
    answer
}
