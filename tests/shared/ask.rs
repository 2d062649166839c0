//! The quickest way to ask a site in this process.

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use tower::ServiceExt;

/// Asks without a transcript: gives only the status, the cookie and the page.
pub async fn ask(app: &Router, path: &str, cookie: &str) -> (StatusCode, String, String) {
    let request = Request::get(path)
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .unwrap();
    let answer = app.clone().oneshot(request).await.unwrap();
    let status = answer.status();
    let cookie = answer
        .headers()
        .get(header::SET_COOKIE)
        .map_or("", |value| value.to_str().unwrap());
    let cookie = cookie.split(';').next().unwrap().to_string();
    let page = axum::body::to_bytes(answer.into_body(), 1_000_000)
        .await
        .unwrap();
    (status, cookie, String::from_utf8(page.to_vec()).unwrap())
}

/// The number in "You have visited this page 2 times."
#[track_caller]
pub fn visits(page: &str) -> u64 {
    let (_, rest) = page
        .split_once("You have visited this page ")
        .expect("the page should say “You have visited this page N times.”");
    let (number, _) = rest.split_once(" time").expect("a number of times");
    number.parse().expect("a number")
}
