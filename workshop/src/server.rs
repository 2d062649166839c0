//! The workshop's server: one address to open, and a port per step behind it.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, map_response, map_response_with_state},
    response::IntoResponse,
};
use tokio::{
    net::TcpListener,
    sync::{Mutex, watch},
    task::JoinSet,
};
use tower_http::{CompressionLevel, catch_panic::CatchPanicLayer, compression::CompressionLayer};

use super::{
    Workshop, course::Course, guard, live::Live, mine::Mine, pages, predictions::Predictions,
    progress::ProgressFile, root, timeline::Timeline, view,
};
use journey::Step;
use locallibrary::{Error, Library, server};

/// The workshop listens here, the first step one port up.
const PORT: u16 = 3000;

/// The largest form that is read, in bytes.
const LARGEST_FORM: usize = 16 * 1024;

/// Brotli's levels up to here cost a fraction of a millisecond for a page, the ones above several.
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(6);

/// Serves the workshop and every step until Ctrl-C or SIGTERM.
///
/// # Errors
/// [`Error::Failed`] when the workshop's own port is taken, or progress cannot be read.
pub async fn run(steps: &'static [Step]) -> Result<(), Error> {
    server::log_to_stderr();
    let port = server::port_from_environment(PORT)?;
    let listener = server::bind(port).await.map_err(|reason| {
        // The ports just above may belong to the steps of a workshop that runs already.
        Error::Failed(format!(
            "{reason}; try PORT={} cargo run",
            server::another(port, PORT, 100)
        ))
    })?;
    let library = Library::open()?;
    let timeline = Arc::new(Timeline::new());
    let mut live = Vec::new();
    for step in steps {
        let port = listener_port(&listener).saturating_add(step.number.into());
        live.push(Live::bind(step, port, &library, timeline.clone()).await?);
    }
    let workshop = Arc::new(Workshop {
        course: Course::new(steps),
        timeline: timeline.clone(),
        mine: Mine::new(&root()),
        checking: Mutex::default(),
        predictions: Predictions::new(root().join("predictions.json")),
        progress: ProgressFile::open(root().join("progress.json"))?,
        ports: live
            .iter()
            .map(|live| (live.step, live.port))
            .collect::<BTreeMap<_, _>>(),
        root: root(),
    });

    // The first learner to open a lesson need not wait for its colours. This is no task of the runtime's: that would
    // wait for it before it stops.
    let ahead = workshop.clone();
    std::thread::spawn(move || {
        ahead
            .course
            .lessons()
            .iter()
            .for_each(|lesson| _ = lesson.deck());
    });
    // One signal stops them all: were each to listen for itself, one could begin too late to hear it.
    let stop = server::stop_signal();
    let (running, stopped) = watch::channel(());
    tokio::spawn(async move {
        stop.await;
        timeline.close(); // A stream that never ends would hold the server until its grace is over.
        drop(running);
    });
    let stopped = || {
        let mut stopped = stopped.clone();
        async move {
            let _ = stopped.changed().await;
        }
    };
    server::announce("the workshop", &listener);
    let mut servers = JoinSet::new();
    servers.spawn(server::run(listener, router(workshop), stopped()));
    for Live { listener, app, .. } in live {
        servers.spawn(server::run(listener, app, stopped()));
    }
    servers.join_all().await;
    Ok(())
}

/// The pages behind their guard.
pub fn router(workshop: Arc<Workshop>) -> Router {
    pages::router(workshop.clone())
        .layer((
            CompressionLayer::new().quality(COMPRESSION),
            CatchPanicLayer::custom(|_| view::broken().into_response()),
            DefaultBodyLimit::max(LARGEST_FORM),
        ))
        .layer(map_response_with_state(workshop, view::with_page))
        .layer(from_fn(guard::only_own_pages))
        .layer(from_fn(guard::only_from_here))
        .layer(map_response(guard::with_headers))
}

fn listener_port(listener: &TcpListener) -> u16 {
    listener.local_addr().map_or(PORT, |address| address.port())
}
