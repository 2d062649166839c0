//! A visitor: a browser whose cookies the workshop keeps.
//!
//! Each has a port of its own, and a frame of the workshop's pages shows it. The real browser only draws: what it asks
//! for at that port is asked with this visitor's cookies, and the cookies of the answer stay here. So two visitors
//! are two browsers in truth, in any real browser and whatever it thinks of cookies in frames; and their jars can be
//! looked into.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
};
use journey::Browser;
use tokio::net::TcpListener;
use tower::ServiceExt;
use tower_sessions::cookie::time::Duration;

use crate::{shell::guard, text::marks::mark_changes};

/// A frame asks for this to show again what the visitor has open. It reaches no site, so it is no visit.
pub const SHOW: &str = "/.show";

/// A style sheet for pages in small frames, and what brings it into a page.
const COMPACT: &str = "/.compact.css";
const COMPACT_LINK: &str = r#"<link rel="stylesheet" href="/.compact.css"></head>"#;

/// Where the first difference stands in a page.
const CHANGED: &str = "changed";
const FIRST_MARK: &str = r#"<mark id="changed">"#;

/// A page larger than this is not one of ours, in bytes.
pub const LARGEST_PAGE: usize = 1024 * 1024;

/// How many redirects are followed in a row.
const REDIRECTS: usize = 5;

/// One visitor.
pub struct Visitor {
    /// The visitor's name.
    pub name: &'static str,
    /// Where the frame finds the visitor.
    pub port: u16,
    state: Mutex<Tab>,
}

struct Tab {
    browser: Browser,
    open: Option<Open>,
    /// The next request for the open page is answered with it, if its browser does not say who started it.
    showing: bool,
}

/// A page as it came.
#[derive(Clone)]
struct Open {
    path: String,
    status: StatusCode,
    page: String,
    /// The page that was open before, when it was the same one at an earlier time.
    before: Option<String>,
}

/// Marks a request that a button of the workshop makes, and not the frame: so it is a visit, whatever the frame is about
/// to show.
#[derive(Clone, Copy)]
struct Button;

impl Visitor {
    /// A visitor without cookies, who will be found at this listener's port.
    pub fn new(name: &'static str, listener: &TcpListener) -> Arc<Self> {
        Arc::new(Self {
            name,
            port: listener.local_addr().map_or(0, |address| address.port()),
            state: Mutex::new(Tab {
                browser: Browser::new(name),
                open: None,
                showing: false,
            }),
        })
    }

    /// The path of the page that is open.
    pub fn open(&self) -> Option<String> {
        self.tab().open.as_ref().map(|open| open.path.clone())
    }

    /// The cookies in the jar, each with its attributes.
    pub fn cookies(&self) -> Vec<String> {
        self.tab().browser.cookies().collect()
    }

    /// Empties the jar.
    pub fn forget_cookies(&self) {
        self.tab().browser.clear_cookies();
    }

    /// Has the cookies of another browser from now on.
    pub fn copy_cookies(&self, other: &Browser) {
        self.tab().browser.copy_cookies(other);
    }

    /// Keeps the cookies of an answer.
    pub fn receive(&self, headers: &HeaderMap) {
        self.tab().browser.receive_cookies(headers);
    }

    /// Goes away: no cookie is left, and no page is open.
    pub fn leave(&self) {
        let mut tab = self.tab();
        tab.browser.clear_cookies();
        tab.open = None;
    }

    /// Opens a page that has come.
    pub fn show(&self, path: &str, status: StatusCode, page: &str) -> String {
        let page = page.replacen("</head>", COMPACT_LINK, 1);
        let mut tab = self.tab();
        let before = tab.open.take().filter(|open| open.path == path);
        tab.open = Some(Open {
            path: path.into(),
            status,
            page: page.clone(),
            before: before.map(|open| open.page),
        });
        page
    }

    /// Lets so much time pass: a cookie whose age is then over is dropped.
    pub fn wait(&self, time: Duration) {
        self.tab().browser.wait(time);
    }

    /// A site as this visitor sees it.
    pub fn site(self: &Arc<Self>, site: Router) -> Router {
        site.layer(from_fn_with_state(self.clone(), browse))
            .layer(from_fn(guard::only_from_this_machine))
            .layer(from_fn(guard::only_from_here))
    }

    /// Opens a page of `site`, follows redirects, and returns the last status.
    pub async fn load(&self, site: &Router, path: &str) -> StatusCode {
        let mut path = path.to_string();
        let mut status = StatusCode::BAD_REQUEST;
        for _ in 0..=REDIRECTS {
            let request = Request::get(&path)
                .header(header::HOST, format!("127.0.0.1:{}", self.port))
                .header(header::ACCEPT, "text/html")
                .header("sec-fetch-dest", "iframe")
                .extension(Button)
                .body(Body::empty());
            let Ok(request) = request else { break };
            let answer = site.clone().oneshot(request).await;
            let answer = answer.unwrap_or_else(|never| match never {});
            status = answer.status();
            match text(answer.headers(), header::LOCATION) {
                Some(to) if status.is_redirection() && to.starts_with('/') => path = to.into(),
                _ => break,
            }
        }
        status
    }

    /// The state stays whole whatever happens to its holders, so a poisoned lock is none.
    fn tab(&self) -> MutexGuard<'_, Tab> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks with the visitor's cookies, keeps those of the answer, and remembers the page.
async fn browse(State(visitor): State<Arc<Visitor>>, mut request: Request, next: Next) -> Response {
    if request.uri().path() == COMPACT {
        return (
            [(header::CONTENT_TYPE, "text/css")],
            include_str!("../../assets/visitor.css"),
        )
            .into_response();
    }
    let target = request.uri().path_and_query();
    let path = target.map_or("/", |path| path.as_str()).to_string();
    if request.extensions().get::<Button>().is_none()
        && let Some(shown) = show(&mut visitor.tab(), &request, &path)
    {
        return shown;
    }
    let looks = is_page(request.headers());
    let cookies = visitor.tab().browser.cookie_header(&path);
    request.headers_mut().remove(header::COOKIE);
    if let Ok(cookies) = HeaderValue::from_str(&cookies)
        && !cookies.is_empty()
    {
        request.headers_mut().insert(header::COOKIE, cookies);
    }
    request.extensions_mut().insert(visitor.clone());

    let mut answer = next.run(request).await;
    visitor.receive(answer.headers());
    answer.headers_mut().remove(header::SET_COOKIE);
    let is_html =
        text(answer.headers(), header::CONTENT_TYPE).is_some_and(|it| it.starts_with("text/html"));
    if !looks || !is_html || answer.status().is_redirection() {
        return answer;
    }
    let (mut head, body) = answer.into_parts();
    let Ok(page) = to_bytes(body, LARGEST_PAGE).await else {
        return (
            StatusCode::BAD_GATEWAY,
            "This page is too large to be shown here.",
        )
            .into_response();
    };
    head.headers.remove(header::CONTENT_LENGTH);
    let page = visitor.show(&path, head.status, &String::from_utf8_lossy(&page));
    Response::from_parts(head, Body::from(page))
}

/// What is answered without the site: the way to the page that is open, and then that page, once.
///
/// The page is shown under its own address, so that its links and forms lead where they led before. What differs from
/// the same page before is marked, and the browser scrolls to it.
fn show(tab: &mut Tab, request: &Request, path: &str) -> Option<Response> {
    if path.split('?').next() == Some(SHOW) {
        tab.showing = tab.open.is_some();
        return Some(match &tab.open {
            Some(open) => Redirect::to(&here(&open.path)).into_response(),
            None => StatusCode::NO_CONTENT.into_response(),
        });
    }
    let open = tab.open.as_ref().filter(|open| open.path == path)?;
    let asked_for = std::mem::replace(&mut tab.showing, false);
    // A browser says whether a page of the workshop started the load, or a click in the frame (Fetch Metadata).
    let by_workshop = match text(request.headers(), "sec-fetch-site") {
        Some(site) => site == "same-site",
        None => asked_for,
    };
    if !by_workshop || request.method() != Method::GET {
        return None;
    }
    let page = match &open.before {
        Some(before) => mark_changes(&open.page, before).replacen("<mark>", FIRST_MARK, 1),
        None => open.page.clone(),
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, guard::FRAMED_POLICY),
    ];
    Some((open.status, headers, page).into_response())
}

/// The address of the changed part of a page of this site. A browser reads `//name/` as another host, so such a path is
/// written with a dot before it, which the browser leaves out again (URL Standard, "path state").
fn here(path: &str) -> String {
    let dot = if path.starts_with("//") { "/." } else { "" };
    format!("{dot}{path}#{CHANGED}")
}

/// Whether somebody will look at the answer, by the browser's own words.
fn is_page(headers: &HeaderMap) -> bool {
    matches!(
        text(headers, "sec-fetch-dest"),
        None | Some("document" | "iframe" | "frame")
    )
}

fn text(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_of_a_site_leads_the_frame_to_another_host() {
        assert_eq!(here("/authors"), "/authors#changed");
        assert_eq!(here("//evil.example/"), "/.//evil.example/#changed");
    }
}
