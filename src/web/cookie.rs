//! Step 6's page about the session's cookie: what the browser sent, what this answer sets, and how long it lives.

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use tower_sessions::{
    Expiry,
    cookie::{
        Cookie,
        time::{OffsetDateTime, UtcOffset},
    },
};

use super::page;

/// What a handler can tell about its session. Above it, [`show_cookie`] adds what no handler can know: the cookie that
/// the answer sets, since the session layer adds that when the handler is done.
#[derive(Clone)]
pub struct Page(pub Markup);

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        Extension(self).into_response()
    }
}

/// Completes a [`Page`]: the cookie that came in, the cookie that this very answer sets, and the page's own content.
///
/// Add it with `axum::middleware::from_fn_with_state(NAME, show_cookie)`, around every layer that may touch the cookie.
pub async fn show_cookie(
    State(name): State<&'static str>,
    request: Request,
    next: Next,
) -> Response {
    let came = texts(request.headers(), header::COOKIE)
        .flat_map(Cookie::split_parse)
        .flatten()
        .find(|cookie| cookie.name() == name);
    let came = came.map(|cookie| masked(cookie).to_string());
    let mut response = next.run(request).await;
    let Some(Page(content)) = response.extensions_mut().remove() else {
        return response;
    };
    let mut headers = std::mem::take(response.headers_mut());
    let sent = texts(&headers, header::SET_COOKIE)
        .flat_map(Cookie::parse)
        .find(|cookie| cookie.name() == name);
    let sent = sent.map(masked);
    headers.remove(header::CONTENT_LENGTH); // It belongs to the answer without a page.
    let content = html! {
        h2 { "What the browser sent" }
        @match came {
            Some(cookie) => p { code { (cookie) } },
            None => p { "No cookie named " code { (name) } "." }
        }
        h2 { "What this answer sets" }
        @match sent {
            Some(cookie) => { p { code { (cookie.to_string()) } } (attributes(&cookie)) }
            None => p { "No cookie." }
        }
        (content)
    };
    let page = page::layout("The cookie", content);
    (response.status(), headers, page).into_response()
}

/// What a browser sends back of a cookie that it was given: the name and the value, and none of the attributes.
pub(crate) fn sent_back(given: &HeaderValue) -> Option<HeaderValue> {
    let cookie = Cookie::parse(given.to_str().ok()?).ok()?;
    cookie.stripped().to_string().try_into().ok()
}

fn texts(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    let values = headers.get_all(name).into_iter();
    values.filter_map(|value| value.to_str().ok())
}

/// The cookie without its value, so that a photograph of the page gives nobody the id.
fn masked(mut cookie: Cookie<'_>) -> Cookie<'static> {
    if !cookie.value().is_empty() {
        cookie.set_value("[session id]");
    }
    cookie.into_owned()
}

/// Every attribute, including those that the cookie lacks, and what the browser does because of it.
fn attributes(cookie: &Cookie) -> Markup {
    let flag = |is_set: Option<bool>| is_set.filter(|set| *set).map(|_| String::new());
    // In the order of RFC 6265bis, section 4.1.2.
    let attributes = [
        (
            "Max-Age",
            cookie.max_age().map(|age| age.whole_seconds().to_string()),
        ),
        ("Domain", cookie.domain().map(String::from)),
        ("Path", cookie.path().map(String::from)),
        ("Secure", flag(cookie.secure())),
        ("HttpOnly", flag(cookie.http_only())),
        (
            "SameSite",
            cookie.same_site().map(|sites| sites.to_string()),
        ),
    ];
    html! {
        dl {
            @for (name, value) in &attributes {
                @match value.as_deref() {
                    None => dt { "no " code { (name) } }
                    Some("") => dt { code { (name) } }
                    Some(value) => dt { code { (name) "=" (value) } }
                }
                dd { (meaning(name, value.as_deref())) }
            }
        }
    }
}

fn meaning(attribute: &str, value: Option<&str>) -> &'static str {
    match (attribute, value) {
        ("Max-Age", Some("0")) => "The browser deletes the cookie.",
        ("Max-Age", Some(_)) => "The browser keeps the cookie for that many seconds.",
        ("Max-Age", None) => "The browser keeps the cookie until it is closed.",
        ("Domain", Some(_)) => "Every host below this domain gets the cookie.",
        ("Domain", None) => "Only this host gets the cookie.",
        ("Path", Some("/")) => "The cookie comes with every request to this host.",
        ("Path", _) => "The cookie comes with requests for a part of this host only.",
        ("Secure", Some(_)) => "The cookie travels over https only.",
        ("Secure", None) => {
            "The cookie travels over plain http too. A site in production sets Secure."
        }
        ("HttpOnly", Some(_)) => "No script on a page can read the cookie.",
        ("HttpOnly", None) => "Every script on our pages can read the cookie.",
        ("SameSite", Some("Strict")) => "No request that another site starts brings the cookie.",
        ("SameSite", Some("Lax")) => {
            "Another site's links and GET forms bring the cookie; its POST forms and pictures do not."
        }
        ("SameSite", Some(_)) => "Every request brings the cookie, whichever site starts it.",
        _ => "Each browser decides for itself which requests of other sites bring the cookie.",
    }
}

/// How long a session lives, in words; `None` stands for the site's policy.
pub fn expiry(name: &str, expiry: Option<Expiry>) -> Markup {
    html! {
        dl.fact {
            dt { (name) }
            dd {
                @match expiry {
                    None => "none: the site's default",
                    Some(Expiry::OnSessionEnd) => "until the browser closes",
                    Some(Expiry::OnInactivity(age)) => { "after " (age.whole_seconds()) " idle seconds" }
                    Some(Expiry::AtDateTime(at)) => { "until " (date(at)) }
                }
            }
        }
    }
}

/// A moment, to the second, in UTC: `2026-11-23 14:36:40 UTC`.
pub fn date(date: OffsetDateTime) -> Markup {
    let utc = date.to_offset(UtcOffset::UTC);
    let (hour, minute, second) = utc.to_hms();
    html! { time { (utc.date()) " " (format!("{hour:02}:{minute:02}:{second:02}")) " UTC" } }
}
