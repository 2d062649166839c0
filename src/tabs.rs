//! Many requests of one browser at once, as when somebody restores a window with many tabs.

use std::{fmt::Display, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderValue, Request, Response, header},
};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::cookie::sent_back;

/// How many requests are sent at once.
pub const COUNT: usize = 64;

/// The longest page that is read, in bytes; each page is only a number.
const LONGEST_PAGE: usize = 1024;

/// How long the rest of a page takes in this experiment. A real page would ask a database or another server.
const PAUSE: Duration = Duration::from_millis(5);

/// Stands in for the rest of a page, so that the requests overlap.
pub async fn pause() {
    tokio::time::sleep(PAUSE).await;
}

/// How one browser's requests were answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tabs {
    /// How many were answered with a page.
    pub answered: usize,
    /// How many were counted, according to a page opened afterwards.
    pub counted: u64,
}

/// Opens `path` of `app` in [`COUNT`] tabs at once, all with one cookie. The page must consist of the number of earlier
/// visits. Each request has an `Idempotency-Key` of its own (IETF draft-ietf-httpapi-idempotency-key-header).
pub async fn open(app: &Router, path: &'static str) -> Tabs {
    let nothing = HeaderValue::from_static("");
    let first = load(app.clone(), path, nothing, "first").await;
    let cookie = cookie_of(&first);
    let mut tabs = JoinSet::new();
    for tab in 0..COUNT {
        let key = format!("tab {tab}");
        tabs.spawn(load(app.clone(), path, cookie.clone(), key));
    }
    let answered = tabs
        .join_all()
        .await
        .iter()
        .filter(|answer| answer.status().is_success())
        .count();
    let last = load(app.clone(), path, cookie, "last").await;
    let page = to_bytes(last.into_body(), LONGEST_PAGE)
        .await
        .unwrap_or_default();
    let counted: u64 = String::from_utf8_lossy(&page).trim().parse().unwrap_or(0);
    // The first request, which made the session, was counted as well.
    Tabs {
        answered,
        counted: counted.saturating_sub(1),
    }
}

/// The cookie of an answer as the browser sends it back; empty where there is none.
pub fn cookie_of(answer: &Response<Body>) -> HeaderValue {
    let given = answer.headers().get(header::SET_COOKIE);
    let sent = given.and_then(sent_back);
    sent.unwrap_or(HeaderValue::from_static(""))
}

/// Loads one page in one tab.
pub async fn load(
    app: Router,
    path: &str,
    cookie: HeaderValue,
    key: impl Display,
) -> Response<Body> {
    let key = HeaderValue::try_from(format!("\"{key}\"")).expect("visible characters");
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = path.parse().expect("a path of the step's own");
    request.headers_mut().insert(header::COOKIE, cookie);
    request.headers_mut().insert("idempotency-key", key);
    app.oneshot(request)
        .await
        .unwrap_or_else(|never| match never {})
}
