//! Who may talk to the workshop: a browser on this machine, on a page of the workshop.
//!
//! Listening on 127.0.0.1 is not enough. A page of any site can make the browser send requests here, and a name
//! that its owner points to 127.0.0.1 turns that page into one of the same origin (DNS rebinding).

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use locallibrary::content_security_policy;

/// What the workshop's pages may load: their own styles, scripts, pictures and data, and a live step in a frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
    frame-src 'self' http://127.0.0.1:* http://localhost:*; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'self'";

/// A page of a step, or of the learner's own program, stands in nobody's frame; here it stands in the workshop's,
/// which is another port of this machine.
pub const FRAMED_POLICY: &str = content_security_policy!("http://127.0.0.1:* http://localhost:*");

/// Lets the workshop show an answer of another port in a frame.
pub async fn may_be_framed(mut answer: Response) -> Response {
    let policy = HeaderValue::from_static(FRAMED_POLICY);
    answer
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    answer
}

/// Refuses a request under another name than this machine's own.
pub async fn only_from_here(request: Request, next: Next) -> Response {
    if asks_for_this_machine(request.headers()) {
        return next.run(request).await;
    }
    refused(
        StatusCode::MISDIRECTED_REQUEST,
        "This server answers at 127.0.0.1 and localhost only.",
    )
}

/// Refuses what a page of another origin sends; a link that somebody follows from there is welcome.
pub async fn only_own_pages(request: Request, next: Next) -> Response {
    if comes_from_elsewhere(request.method(), request.headers()) {
        let sentence = "This was sent from a page of another site, so nothing was done.";
        return refused(StatusCode::FORBIDDEN, sentence);
    }
    next.run(request).await
}

/// For a visitor's port, where the workshop itself adds the cookies: a page of another site must not even lead there.
pub async fn only_from_this_machine(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let site = headers.get("sec-fetch-site");
    let from_afar = site.is_some_and(|site| site == "cross-site");
    if from_afar || comes_from_elsewhere(request.method(), headers) {
        let sentence = "This was sent from a page of another site, so nothing was done.";
        return refused(StatusCode::FORBIDDEN, sentence);
    }
    next.run(request).await
}

/// Browsers say where a request comes from in `Origin` and in the Fetch Metadata headers.
fn comes_from_elsewhere(method: &Method, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let own = format!("http://{}", text("host").unwrap_or_default());
    let foreign_origin = text("origin").is_some_and(|origin| origin != own);
    let foreign_site = !matches!(text("sec-fetch-site"), None | Some("same-origin" | "none"));
    let follows_a_link = method.is_safe() && text("sec-fetch-mode") == Some("navigate");
    foreign_origin || (foreign_site && !follows_a_link)
}

/// The workshop's security headers, as OWASP's HTTP Headers cheat sheet has them.
pub async fn with_headers(mut answer: Response) -> Response {
    const HEADERS: [(HeaderName, HeaderValue); 4] = [
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        ),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("same-origin"),
        ),
    ];
    answer.headers_mut().extend(HEADERS);
    answer
}

fn asks_for_this_machine(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let host = host.to_str().unwrap_or_default();
    let (name, port) = host.split_once(':').unwrap_or((host, "80"));
    matches!(name, "127.0.0.1" | "localhost") && port.parse::<u16>().is_ok()
}

fn refused(status: StatusCode, sentence: &str) -> Response {
    (status, sentence.to_string()).into_response()
}
