//! A site behind the proxy: requests are passed on to it within limits, and it leaves the round while it does not answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::{
    body::Body,
    extract::Request,
    http::{
        Method, StatusCode, Uri,
        uri::{Authority, InvalidUriParts, PathAndQuery, Scheme},
    },
    response::{IntoResponse, Response},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::time::{sleep, timeout};
use tower_http::timeout::TimeoutBody;

use super::{forwarded::forwarded, round_robin::Unreachable};
use crate::{Error, server::remove_hop_by_hop};

/// How long a connection may take: this machine makes one at once, unless the process hangs.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// How long the head of an answer may take. The site gives itself 10 s, and after them says what was wrong.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(11);

/// How long each further part of an answer may take. After that the answer is cut off, as its status has been sent.
const PART_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait before a site that has left the round is asked again, and how long that may take.
const PROBE: Duration = Duration::from_secs(1);

pub(super) struct Upstream {
    address: Authority,
    /// Keeps connections open from one request to the next.
    client: Client<HttpConnector, Body>,
    in_round: AtomicBool,
}

impl Upstream {
    /// The site at an address like `127.0.0.1:41231`.
    pub fn new(address: Authority) -> Arc<Self> {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        Arc::new(Self {
            address,
            client: Client::builder(TokioExecutor::new()).build(connector),
            in_round: AtomicBool::new(true),
        })
    }

    /// Sends a request to the site, and its answer back; or [`Unreachable`] where another site may be asked.
    ///
    /// The site sees the `Host` that the browser asked for, and in `Forwarded` who the client was. What the client has
    /// written there by itself is not passed on, because the site believes what it reads there.
    pub async fn answer(self: &Arc<Self>, mut request: Request) -> Response {
        if !self.in_round.load(Relaxed) {
            return unreachable();
        }
        let Ok(address) = self.at(request.uri().clone()) else {
            return StatusCode::BAD_REQUEST.into_response();
        };
        *request.uri_mut() = address;
        remove_hop_by_hop(request.headers_mut());
        forwarded(&mut request);
        let mut may_be_done_again = request.method().is_idempotent();
        let status = match timeout(ANSWER_TIMEOUT, self.client.request(request)).await {
            Ok(Ok(mut answer)) => {
                remove_hop_by_hop(answer.headers_mut());
                return answer.map(|body| Body::new(TimeoutBody::new(PART_TIMEOUT, body)));
            }
            Ok(Err(cause)) => {
                if cause.is_connect() {
                    self.leave_round();
                    may_be_done_again = true; // Nothing was sent.
                }
                StatusCode::BAD_GATEWAY
            }
            Err(_) => {
                self.leave_round();
                StatusCode::GATEWAY_TIMEOUT
            }
        };
        // What was sent may have been done. Only where doing it again is allowed, another site is asked (RFC 9110, section
        // 9.2.2).
        if may_be_done_again {
            return unreachable();
        }
        let sentence = "The library did not answer. What you sent may have been done all the same, \
                        so please check before you try again.";
        Error::Request(status, sentence.into()).into_response()
    }

    /// The same path here. The `*` of `OPTIONS *` is no path, so the parts are not put together as text.
    fn at(&self, asked: Uri) -> Result<Uri, InvalidUriParts> {
        let mut parts = asked.into_parts();
        parts.scheme = Some(Scheme::HTTP);
        parts.authority = Some(self.address.clone());
        Uri::from_parts(parts)
    }

    /// Takes the site out of the round until it answers again.
    fn leave_round(self: &Arc<Self>) {
        if !self.in_round.swap(false, Relaxed) {
            return; // Somebody else has noticed, too.
        }
        let site = self.clone();
        tokio::spawn(async move {
            while !site.answers().await {
                sleep(PROBE).await;
            }
            site.in_round.store(true, Relaxed);
        });
    }

    /// Whether the site answers at all; `OPTIONS *` asks that and nothing else (RFC 9110, section 9.3.7).
    async fn answers(&self) -> bool {
        let Ok(address) = self.at(Uri::from(PathAndQuery::from_static("*"))) else {
            return false;
        };
        let mut probe = Request::new(Body::empty());
        *probe.method_mut() = Method::OPTIONS;
        *probe.uri_mut() = address;
        matches!(timeout(PROBE, self.client.request(probe)).await, Ok(Ok(_)))
    }
}

/// The answer of a site that cannot be reached.
pub(super) fn unreachable() -> Response {
    let mut answer = StatusCode::BAD_GATEWAY.into_response();
    answer.extensions_mut().insert(Unreachable);
    answer
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use axum::{Router, body::to_bytes, http::HeaderMap, routing::get};
    use futures_util::{StreamExt, stream};

    use super::*;
    use crate::server;

    /// A site at an address of its own.
    async fn upstream(site: Router) -> Arc<Upstream> {
        let listener = server::bind(0).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(server::run(listener, site, pending()));
        Upstream::new(address.parse().unwrap())
    }

    #[tokio::test]
    async fn headers_of_a_connection_are_passed_on_in_neither_direction() {
        let site = Router::new().fallback(async |headers: HeaderMap| {
            assert!(!headers.contains_key("x-secret"));
            [
                ("connection", "x-inner"),
                ("x-inner", "1"),
                ("x-outer", "2"),
            ]
        });
        let request = Request::get("/")
            .header("connection", "x-secret")
            .header("x-secret", "1");
        let request = request.body(Body::empty()).unwrap();
        let answer = upstream(site).await.answer(request).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(!answer.headers().contains_key("x-inner"));
        assert!(answer.headers().contains_key("x-outer"));
    }

    #[tokio::test]
    async fn an_answer_that_stops_half_way_is_cut_off() {
        let halves = async || {
            let first = stream::iter([Ok::<_, Error>("half of ")]);
            Body::from_stream(first.chain(stream::pending()))
        };
        let site = upstream(Router::new().route("/", get(halves))).await;
        let answer = site.answer(Request::new(Body::empty())).await;
        let whole = timeout(PART_TIMEOUT * 2, to_bytes(answer.into_body(), 100)).await;
        assert!(whole.expect("its end within the limit").is_err());
    }
}
