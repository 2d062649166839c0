//! What every page with a session needs and tower-sessions leaves out.

mod cookies;
mod fault;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use cookies::leave_out_doubtful;
pub use fault::Fault;

/// Goes around the session layer, with `axum::middleware::from_fn`.
///
/// - `Cache-Control: no-store`: no cache keeps one visitor's page (RFC 9111, section 5.2.2.5).
/// - `Vary: Cookie`: a cache that keeps it all the same gives it to no other visitor (RFC 9110, section
///   12.5.5). Django sets it whenever a view touches the session; here every page under the layer has both.
/// - A session that could not be stored becomes a page that says what to do, instead of a bare 500.
/// - The cookie that removes the session's carries the same attributes as the one it removes.
/// - Of a request's cookies only those count whose name is written plainly and comes once.
pub async fn protect_session(
    State(_cookie): State<&'static str>,
    mut request: Request,
    next: Next,
) -> Response {
    leave_out_doubtful(request.headers_mut());
    let (mut response, fault) = Fault::watch(next.run(request)).await;
    if let Some(fault) = fault.filter(|_| response.status().is_server_error()) {
        response = fault.into_response();
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.append(header::VARY, HeaderValue::from_static("Cookie"));
    complete_removal_cookies(headers);
    response
}

/// tower-sessions 0.15 removes its cookie with name and path alone. A browser ignores that for a cookie whose
/// name begins with `__Host-` or `__Secure-`: it takes only Secure ones of that name (RFC 6265bis, 4.1.3).
fn complete_removal_cookies(headers: &mut HeaderMap) {
    let header::Entry::Occupied(mut cookies) = headers.entry(header::SET_COOKIE) else {
        return;
    };
    for cookie in cookies.iter_mut() {
        let Some(text) = cookie
            .to_str()
            .ok()
            .filter(|text| text.contains("; Max-Age=0"))
        else {
            continue;
        };
        if text.contains("HttpOnly") {
            continue;
        }
        let secure = if text.starts_with("__") {
            "; Secure"
        } else {
            ""
        };
        if let Ok(complete) =
            HeaderValue::from_str(&format!("{text}; HttpOnly; SameSite=Lax{secure}"))
        {
            *cookie = complete;
        }
    }
}
