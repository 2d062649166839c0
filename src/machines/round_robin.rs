//! Each request goes to the next site.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use tokio::time::timeout;
use tower::ServiceExt;

use crate::Error;

/// The largest request that is passed on, in bytes; no form of this site comes near it.
const LARGEST_REQUEST: usize = 64 * 1024;

/// How long a client may take to send the whole of it.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Says that a site did not answer, and that another one may be asked; an extension of an answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unreachable;

#[derive(Clone)]
struct Sites {
    all: Arc<[Router]>,
    next: Arc<AtomicUsize>,
}

/// Answers each request by the next of these sites, whoever sends it. A site that cannot be reached is passed over.
pub fn round_robin(sites: impl Into<Arc<[Router]>>) -> Router {
    let sites = Sites {
        all: sites.into(),
        next: Arc::default(),
    };
    Router::new().fallback(pass_on).with_state(sites)
}

async fn pass_on(State(sites): State<Sites>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    // The body is kept, because a second site may be asked.
    let body = match timeout(BODY_TIMEOUT, to_bytes(body, LARGEST_REQUEST)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    let first = sites.next.fetch_add(1, Ordering::Relaxed);
    for number in 0..sites.all.len() {
        let site = &sites.all[first.wrapping_add(number) % sites.all.len()];
        let request = Request::from_parts(head.clone(), Body::from(body.clone()));
        let answer = site.clone().oneshot(request).await;
        let answer = answer.unwrap_or_else(|never| match never {});
        if answer.extensions().get::<Unreachable>().is_none() {
            return answer;
        }
    }
    Error::Request(
        StatusCode::SERVICE_UNAVAILABLE,
        "The library cannot be reached for the moment. Please try again in a few seconds.".into(),
    )
    .into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Bytes, routing::post};

    use super::*;

    async fn ask(site: &Router) -> (StatusCode, Bytes) {
        let request = Request::post("/").body(Body::from("beetle")).unwrap();
        let answer = site.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        (status, to_bytes(answer.into_body(), 1000).await.unwrap())
    }

    fn site(name: &'static str) -> Router {
        Router::new().route(
            "/",
            post(async move |form: String| format!("{name} {form}")),
        )
    }

    fn unreachable() -> Router {
        Router::new().fallback(async || {
            let mut answer = StatusCode::BAD_GATEWAY.into_response();
            answer.extensions_mut().insert(Unreachable);
            answer
        })
    }

    #[tokio::test]
    async fn requests_go_to_each_site_in_turn_and_past_one_that_is_unreachable() {
        let sites = round_robin([site("a"), unreachable(), site("b")]);
        for expected in ["a beetle", "b beetle", "b beetle", "a beetle"] {
            assert_eq!(ask(&sites).await, (StatusCode::OK, expected.into()));
        }
    }

    #[tokio::test]
    async fn where_no_site_is_reachable_a_sentence_says_so() {
        let (status, words) = ask(&round_robin([unreachable(), unreachable()])).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(words.ends_with(b"in a few seconds."));
    }
}
