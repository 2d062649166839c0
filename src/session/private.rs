//! Pages of one visitor, kept out of shared caches.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};

/// Marks an answer as one visitor's own: for `axum::middleware::map_response`, around the session layer.
///
/// - `Cache-Control: no-store`: no cache keeps it (RFC 9111, section 5.2.2.5).
/// - `Vary: Cookie`: a cache that keeps it all the same gives it to no other visitor (RFC 9110, section 12.5.5).
///
/// Django sets `Vary: Cookie` whenever a view touches the session; tower-sessions sets neither header.
/// Here every page under the session layer has both, touched or not.
pub async fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.append(header::VARY, HeaderValue::from_static("Cookie"));
    response
}
