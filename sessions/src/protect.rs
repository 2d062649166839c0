//! What every page with a session needs and tower-sessions leaves out.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    extract::Request,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use tower::{
    Layer, Service, ServiceExt,
    util::{MapRequest, MapResponse, Oneshot},
};

use crate::{Fault, cookies, notes, retry};

/// Protects the pages of a site that have sessions. It is put in the place of tower-sessions' `SessionManagerLayer`, which
/// it contains: `.layer(Protect::new(session_layer))`.
///
/// - It ignores a cookie whose name is encoded or comes twice.
/// - When a save was refused because another request of the same session was stored first, it runs the request again.
///   The handler then finds what the other request has stored, so no change is lost and no visitor is refused. A request
///   that does not come through within two seconds is answered with 503.
/// - When the session could not be read or stored, the visitor gets an answer that says what to do, instead of a bare 500:
///   see [`on_fault`](Protect::on_fault).
/// - `Cache-Control: no-store` tells every cache not to store the page (RFC 9111, section 5.2.2.5).
/// - `Vary: Cookie` tells a cache that keeps it all the same to give it to no other visitor (RFC 9110, section
///   12.5.5). Django sets it whenever a view touches the session; here every page under the layer has both headers.
/// - It completes the `Set-Cookie` that removes the session's cookie, so that browsers obey it.
///
/// **A handler may run twice for one request.** Its changes to the session count once, because those of the first run
/// were refused. But whatever else it does happens twice: it sends two mails, or inserts two rows. Give such work a key,
/// so that the second run finds it done. Calling `session.save()` before it is not enough: the session layer saves again at
/// the end, and if another request was stored in between, that save is refused and the handler runs again.
///
/// The body of a request with a cookie is kept for the second run, up to the site's limit for bodies (axum's
/// `DefaultBodyLimit`). A 503, after a timeout or from a slow store, does not mean that nothing was stored.
#[derive(Clone)]
pub struct Protect<L> {
    sessions: L,
    on_fault: OnFault,
}

type OnFault = Arc<dyn Fn(Fault) -> Response + Send + Sync>;

impl<L> Protect<L> {
    /// Protects the pages inside this session layer.
    pub fn new(sessions: L) -> Self {
        Self {
            sessions,
            on_fault: Arc::new(IntoResponse::into_response),
        }
    }

    /// Makes the answer for a [`Fault`]. Without it, that is the fault's status and sentence, as plain text.
    #[must_use]
    pub fn on_fault(mut self, answer: impl Fn(Fault) -> Response + Send + Sync + 'static) -> Self {
        self.on_fault = Arc::new(answer);
        self
    }
}

/// A service that notes what the session layer around it does with a request.
type Noted<S> = MapRequest<MapResponse<Pages<S>, fn(Response) -> Response>, fn(Request) -> Request>;

impl<S, L: Layer<Noted<S>>> Layer<S> for Protect<L> {
    type Service = Protected<L::Service>;

    fn layer(&self, pages: S) -> Self::Service {
        let pages = MapResponse::new(
            Pages(Arc::new(pages)),
            notes::response as fn(Response) -> Response,
        );
        let pages = MapRequest::new(pages, notes::request as fn(Request) -> Request);
        Protected {
            pages: self.sessions.layer(pages),
            on_fault: self.on_fault.clone(),
        }
    }
}

/// The pages of the site. They are copied when they are called, and not whenever one of the layers around them is: that
/// happens several times for each request, and copying a route of axum takes its whole content.
pub struct Pages<S>(Arc<S>);

impl<S> Clone for Pages<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S: Service<Request> + Clone> Service<Request> for Pages<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = Oneshot<S, Request>;

    /// Always ready: each call waits until its own copy is.
    fn poll_ready(&mut self, _: &mut Context) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        S::clone(&self.0).oneshot(request)
    }
}

/// The pages inside a [`Protect`] layer.
#[derive(Clone)]
pub struct Protected<S> {
    pages: S,
    on_fault: OnFault,
}

impl<S> Service<Request> for Protected<S>
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    /// Always ready: each run of a request waits until its own copy of the pages is.
    fn poll_ready(&mut self, _: &mut Context) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let Self { pages, on_fault } = self.clone();
        Box::pin(async move {
            cookies::leave_out_doubtful(request.headers_mut());
            let answered = retry::run(pages, request).await;
            let mut response = answered.unwrap_or_else(|fault| on_fault(fault));
            let headers = response.headers_mut();
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            headers.append(header::VARY, HeaderValue::from_static("Cookie"));
            Ok(response)
        })
    }
}
