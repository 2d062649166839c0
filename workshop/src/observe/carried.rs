//! What a program in another process says of its session store: a header of each answer carries the calls.
//!
//! The package `workshop/observed` writes the same header, and uses nothing of the workshop.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use lossless_sessions::{StoreCall, record_calls};

const STORE_CALLS: HeaderName = HeaderName::from_static("store-calls");

/// Answers a request, and puts the calls of the session store into the answer.
pub async fn carry(request: Request, next: Next) -> Response {
    let (mut answer, calls) = record_calls(next.run(request)).await;
    let calls = serde_json::to_vec(&calls).unwrap_or_default();
    if let Ok(calls) = HeaderValue::from_bytes(&calls) {
        answer.headers_mut().insert(STORE_CALLS, calls);
    }
    answer
}

/// Takes the calls out of an answer; there are none where nobody carried any.
pub fn take(answer: &mut HeaderMap) -> Vec<StoreCall> {
    let calls = answer.remove(STORE_CALLS);
    let calls = calls.and_then(|calls| serde_json::from_slice(calls.as_bytes()).ok());
    calls.unwrap_or_default()
}
