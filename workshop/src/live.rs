//! The steps, live: each on a port of its own, with every request noted in the timeline.

use std::sync::Arc;

use axum::{
    Router,
    body::{HttpBody, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::{Next, from_fn, from_fn_with_state, map_response},
    response::{IntoResponse, Response},
};
use tokio::net::TcpListener;

use super::{
    event::{self, Event},
    guard,
    timeline::Timeline,
    view,
};
use journey::Step;
use locallibrary::{Error, Library, content_security_policy, session::record_calls};

/// A step that waits for its server to start: its listener is bound already, so it has an address.
pub struct Live {
    /// The step's number.
    pub step: u8,
    /// Where it listens.
    pub port: u16,
    /// The listener of that port.
    pub listener: TcpListener,
    /// The step's site, observed.
    pub app: Router,
}

impl Live {
    /// Binds a step to `port`, or to a free one where that is taken.
    ///
    /// # Errors
    /// When the step's session engine does not open, or the system has no port left.
    pub async fn bind(
        step: &Step,
        port: u16,
        library: &Library,
        timeline: Arc<Timeline>,
    ) -> Result<Self, Error> {
        let listener = match TcpListener::bind(("127.0.0.1", port)).await {
            Ok(listener) => Ok(listener),
            Err(_) => TcpListener::bind(("127.0.0.1", 0)).await,
        };
        let no_port = |cause| {
            Error::Failed(format!(
                "step {} finds no port to listen on: {cause}",
                step.number
            ))
        };
        let listener = listener.map_err(no_port)?;
        let port = listener.local_addr().map_err(no_port)?.port();
        let app = (step.app)(library.clone(), (step.sessions)(library)?);
        let app = app
            .layer(from_fn_with_state((timeline, step.number), observe))
            .layer(map_response(may_be_framed))
            .layer(from_fn(guard::only_from_here));
        Ok(Self {
            step: step.number,
            port,
            listener,
            app,
        })
    }
}

/// Answers a request, and tells the timeline what the session store was asked meanwhile.
async fn observe(
    State((timeline, step)): State<(Arc<Timeline>, u8)>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let kept = parts.clone();
    let (answer, calls) = record_calls(next.run(Request::from_parts(parts, body))).await;
    let event = Event::new(step, &kept, &calls, answer.status(), answer.headers());
    let (answer, page) = read_page(answer).await;
    timeline.add(match page {
        Some(page) => {
            let ids = event::cookie_values(&kept.headers, answer.headers());
            event.with_page(&page, &ids)
        }
        None => event,
    });
    answer
}

/// An answer, and its page when it has one that is short enough to keep.
async fn read_page(answer: Response) -> (Response, Option<String>) {
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let length = answer.body().size_hint().upper();
    if !is_page || length.is_none_or(|length| length > event::LONGEST_PAGE as u64) {
        return (answer, None);
    }
    let (head, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, event::LONGEST_PAGE).await else {
        return (view::broken().into_response(), None);
    };
    let page = String::from_utf8_lossy(&bytes).into_owned();
    (Response::from_parts(head, bytes.into()), Some(page))
}

/// A step stands in nobody's frame; here it stands in the workshop's, which is another port of this machine.
async fn may_be_framed(mut answer: Response) -> Response {
    const POLICY: &str = content_security_policy!("http://127.0.0.1:* http://localhost:*");
    let policy = HeaderValue::from_static(POLICY);
    answer
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    answer
}
