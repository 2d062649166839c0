//! What every page with a session needs and tower-sessions leaves out.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{cookies, retry};

/// Protects the pages of a site that have sessions. Put it around the session layer with
/// `axum::middleware::from_fn_with_state`; the state is the name of the session's cookie.
///
/// - It ignores a cookie whose name is encoded or comes twice.
/// - When a save was refused because another request of the same session was stored first, it runs the request again.
///   The handler then finds what the other request has stored, so no change is lost and no visitor is refused. A request
///   that does not come through within two seconds is answered with 503.
/// - When the session could not be read or stored, the visitor gets a page that says what to do, instead of a bare 500.
/// - `Cache-Control: no-store` tells every cache not to store the page (RFC 9111, section 5.2.2.5).
/// - `Vary: Cookie` tells a cache that keeps it all the same to give it to no other visitor (RFC 9110, section
///   12.5.5). Django sets it whenever a view touches the session; here every page under the layer has both headers.
/// - It completes the `Set-Cookie` that removes the session's cookie, so that browsers obey it.
///
/// **A handler may run twice for one request.** Its changes to the session count once, because those of the first run
/// were refused. But whatever else it does happens twice: it sends two mails, or inserts two rows. Give such work a key,
/// so that the second run finds it done. Calling
/// `session.save()` before it is not enough: the session layer saves again at the end, and if another request was stored
/// in between, that save is refused and the handler runs again.
///
/// The body of a request is kept for the second run, up to the site's limit for bodies (axum's `DefaultBodyLimit`); a
/// longer body is answered with 413. A 503, after a timeout or from a slow store, does not mean that nothing was stored.
pub async fn protect_session(
    State(cookie): State<&'static str>,
    mut request: Request,
    next: Next,
) -> Response {
    cookies::leave_out_doubtful(request.headers_mut());
    let answered = retry::run(cookie, request, next).await;
    let mut response = answered.unwrap_or_else(IntoResponse::into_response);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.append(header::VARY, HeaderValue::from_static("Cookie"));
    cookies::complete_removal(cookie, headers);
    response
}
