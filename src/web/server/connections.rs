//! From a listener to answered requests, within limits.
//!
//! `axum::serve` does the same without limits. Its connections have no timer, so a client that sends one byte of a
//! request and then waits keeps its connection for ever, and some hundreds of such clients use up all connections.

use std::{pin::pin, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo, http::Request, serve::Listener};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::Semaphore, time};
use tower::ServiceExt;

/// How long a client may take to send the head of its next request before the connection is closed.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest head, in bytes: first line, cookies and all. A longer one is answered with 431.
const LARGEST_HEAD: usize = 16 * 1024;

/// How many connections are served at once; more wait until one is closed. Each connection counts as an open file, and
/// many systems allow a process 1024 of those.
const MOST_CONNECTIONS: usize = 1000;

/// How long requests under way may take to finish once the server was told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until `stop` is ready, then lets requests under way finish. Each request carries its client's address as axum's
/// [`ConnectInfo`].
pub async fn run(listener: TcpListener, app: Router, stop: impl Future<Output = ()>) {
    run_at_most(MOST_CONNECTIONS, listener, app, stop).await;
}

/// The same with fewer connections at once. A listener that strangers can reach thus leaves some to the program's others.
pub async fn run_at_most(
    connections: usize,
    mut listener: TcpListener,
    app: Router,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_header_size(LARGEST_HEAD);
    let open = GracefulShutdown::new();
    let permits = Arc::new(Semaphore::new(connections));
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let permit = permits.clone().acquire_owned().await;
            // axum's `accept`, not tokio's: it goes on after an error.
            (permit, Listener::accept(&mut listener).await)
        };
        let (permit, (stream, address)) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        let app = app.clone().map_request(move |mut request: Request<_>| {
            request.extensions_mut().insert(ConnectInfo(address));
            request
        });
        let app = TowerToHyperService::new(app);
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), app));
        tokio::spawn(async move {
            let _ = connection.await; // An error means that the client has gone, so nobody waits for an answer.
            drop(permit);
        });
    }
    drop(listener);
    if time::timeout(GRACE, open.shutdown()).await.is_err() {
        tracing::warn!(
            "stopped with requests under way after {} s",
            GRACE.as_secs()
        );
    }
}
