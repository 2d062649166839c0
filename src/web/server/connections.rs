//! From a listener to answered requests, within limits.
//!
//! `axum::serve` does the same without limits. Its connections have no timer, so a client that sends one byte of a
//! request and then waits keeps its connection for ever, as does one that asks and never reads. Some hundreds of such
//! clients use up all connections.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request, response::Response};
use futures_util::{StreamExt, stream};
use hyper::{
    body::{Body as _, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use socket2::SockRef;
use tokio::{
    net::{TcpListener, TcpStream},
    time,
};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

use super::{
    pipeline::Pipeline,
    places::{Places, Seat},
};

/// How long a client may take to send the head of its next request before the connection is closed.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a client may read nothing of an answer that waits for it before the connection is closed.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// How much of its answers may wait for a client that does not read them, in bytes: here, and once more in the system. The
/// system would keep some megabytes, and all that time is spent on answers that nobody reads.
const LARGEST_BUFFER: usize = 64 * 1024;

/// The longest head, in bytes: first line, cookies and all. A longer one is answered with 431.
const LARGEST_HEAD: usize = 16 * 1024;

/// How many connections are open at once. Each counts as an open file, and many systems allow a process 1024 of those.
const MOST_CONNECTIONS: usize = 1000;

/// How long it takes until a connection that gives way has surely given its file back.
const MOMENT: Duration = Duration::from_millis(10);

/// How long requests under way may take to finish once the server was told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until `stop` is ready, then lets requests under way finish. Each request carries its client's address as axum's
/// [`ConnectInfo`].
pub async fn run(listener: TcpListener, app: Router, stop: impl Future<Output = ()>) {
    run_within(Places::new(MOST_CONNECTIONS), listener, app, stop).await;
}

/// The same with connections that several servers of a program share. A listener that strangers can reach has its own, and
/// thus leaves some to the others.
pub async fn run_within(
    places: Places,
    listener: TcpListener,
    app: Router,
    stop: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_header_size(LARGEST_HEAD)
        .max_buf_size(LARGEST_BUFFER);
    let open = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let (stream, address) = accept(&listener, &places).await;
            (stream, address, places.take(address.ip()).await)
        };
        let (stream, address, (seat, gives_way)) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        let client = Arc::new(Client {
            address,
            seat,
            pipeline: Pipeline::default(),
        });
        let (app, asking) = (app.clone(), client.clone());
        let service = service_fn(move |request| answer(app.clone(), asking.clone(), request));
        let _ = SockRef::from(&stream).set_send_buffer_size(LARGEST_BUFFER);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(WRITE_TIMEOUT));
        let stream = TokioIo::new(Box::pin(stream));
        let connection = open.watch(http.serve_connection(stream, service));
        tokio::spawn(async move {
            tokio::select! {
                _ = client.pipeline.run(connection) => {} // An error means that the client has gone, so nobody waits for an answer.
                _ = gives_way => {}
            }
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

/// The next client. Where the process may open no more files, a connection gives way to it.
async fn accept(listener: &TcpListener, places: &Places) -> (TcpStream, SocketAddr) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // That client has gone again.
            Err(cause)
                if matches!(
                    cause.kind(),
                    ConnectionAborted | ConnectionRefused | ConnectionReset
                ) => {}
            Err(_) => {
                places.make_way();
                time::sleep(MOMENT).await;
            }
        }
    }
}

/// Whoever is at the other end of a connection.
struct Client {
    address: SocketAddr,
    seat: Seat,
    pipeline: Pipeline,
}

/// A body whose seat is told whenever its client is waited for. One without content, as most have, is left as it is.
fn watched(body: Incoming, client: &Arc<Client>) -> Body {
    let body = Body::new(body);
    if body.is_end_stream() {
        return body;
    }
    let (mut parts, client) = (body.into_data_stream(), client.clone());
    Body::from_stream(stream::poll_fn(move |context| {
        let part = parts.poll_next_unpin(context);
        client.seat.wait(part.is_pending());
        part
    }))
}

/// The site's answer. The request carries the client's address, and the seat is told whether the client is waited for.
async fn answer(
    app: Router,
    client: Arc<Client>,
    mut request: Request<Incoming>,
) -> Result<Response, Infallible> {
    let _turn = client.pipeline.turn().await;
    client.seat.wait(false);
    request.extensions_mut().insert(ConnectInfo(client.address));
    let answer = app
        .oneshot(request.map(|body| watched(body, &client)))
        .await;
    client.seat.wait(true);
    client.pipeline.answered();
    answer
}
