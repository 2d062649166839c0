//! One browser at several sites.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderValue, Request, header},
};
use tower::ServiceExt;

/// The longest page, in bytes; each is a number.
const LONGEST_PAGE: usize = 1024;

/// What the pages say when one browser visits these sites in this order, and brings along the cookie that it was given
/// last. The pages are numbers.
pub async fn visits(sites: &[&Router]) -> Vec<u64> {
    let mut cookie = HeaderValue::from_static("");
    let mut numbers = Vec::new();
    for site in sites {
        let mut request = Request::new(Body::empty());
        request.headers_mut().insert(header::COOKIE, cookie.clone());
        let answer = (*site).clone().oneshot(request).await;
        let answer = answer.unwrap_or_else(|never| match never {});
        if let Some(given) = answer.headers().get(header::SET_COOKIE) {
            // A browser sends the name and the value alone, and none of the attributes.
            let pair = given.as_bytes().split(|byte| *byte == b';').next();
            cookie = pair
                .and_then(|pair| HeaderValue::from_bytes(pair).ok())
                .unwrap_or(cookie);
        }
        let page = to_bytes(answer.into_body(), LONGEST_PAGE).await;
        let page = String::from_utf8(page.unwrap_or_default().into()).unwrap_or_default();
        numbers.push(page.parse().unwrap_or_default());
    }
    numbers
}
