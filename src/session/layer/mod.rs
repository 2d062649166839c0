//! What every page with a session needs and tower-sessions leaves out.
//!
//! ```text
//! cookies  which of a request's cookies are believed, and how the session's own is removed
//! retry    a request whose save came too late is run again
//! fault    why a session could not be read or stored, and the page that says so
//! ```

mod cookies;
mod fault;
mod retry;

use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

pub use fault::Fault;

/// Goes around the session layer, with `axum::middleware::from_fn_with_state`. The state is the name of the
/// session's cookie.
///
/// - Of a request's cookies only those count whose name is written plainly and comes once.
/// - When another request of the same session was stored first, this one is run again, and then finds what the other
///   one has left. Nobody is refused, and nothing is lost. It ends with a 503 if it does not come through within two
///   seconds.
/// - A session that could not be read or stored becomes a page that says what to do, instead of a bare 500.
/// - `Cache-Control: no-store`: no cache keeps one visitor's page (RFC 9111, section 5.2.2.5).
/// - `Vary: Cookie`: a cache that keeps it all the same gives it to no other visitor (RFC 9110, section
///   12.5.5). Django sets it whenever a view touches the session; here every page under the layer has both.
/// - The cookie that removes the session's is one that browsers accept.
///
/// **A handler may run twice for one request.** What it does to the session counts once: the first run's changes
/// were refused. What it does elsewhere happens twice: a mail is sent twice, a row is inserted twice. Such work
/// belongs behind a save that succeeded: `session.save().await?`, then the mail. The body of a request is kept for
/// the second run, up to the site's limit for bodies (axum's `DefaultBodyLimit`); a longer one is answered with 413.
///
/// An answer of 503, by a timeout or by a store that was slow to confirm, does not say that nothing was stored.
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
