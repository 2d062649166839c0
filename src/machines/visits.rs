//! One browser at two sites.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderValue, Request, header},
};
use tower::ServiceExt;

use crate::cookie::sent_back;

/// The longest page, in bytes; each is a number.
const LONGEST_PAGE: usize = 1024;

/// What the pages say when one browser visits two sites in turn, eight times in all. The pages are numbers.
pub async fn in_turn(one: &Router, other: &Router) -> Vec<u64> {
    visits([one, other, one, other, one, other, one, other]).await
}

/// The same when a sticky proxy keeps the browser at one site, until that site is stopped after half of the visits.
pub async fn sticky(one: &Router, other: &Router) -> Vec<u64> {
    visits([one, one, one, one, other, other, other, other]).await
}

/// The browser brings along the cookie that it was given last.
async fn visits(sites: [&Router; 8]) -> Vec<u64> {
    let mut cookie = HeaderValue::from_static("");
    let mut numbers = Vec::new();
    for site in sites {
        let mut request = Request::new(Body::empty());
        request.headers_mut().insert(header::COOKIE, cookie.clone());
        let answer = site.clone().oneshot(request).await;
        let answer = answer.unwrap_or_else(|never| match never {});
        if let Some(given) = answer.headers().get(header::SET_COOKIE) {
            cookie = sent_back(given).unwrap_or(cookie);
        }
        let page = to_bytes(answer.into_body(), LONGEST_PAGE).await;
        let page = String::from_utf8(page.unwrap_or_default().into()).unwrap_or_default();
        numbers.push(page.parse().unwrap_or_default());
    }
    numbers
}
