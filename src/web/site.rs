//! The rest of the site: what every step serves beside the pages of its own lesson.

use std::time::Duration;

use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    error_handling::HandleErrorLayer,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use lossless_sessions::Fault;
use tower::{BoxError, timeout::TimeoutLayer, util::MapResponseLayer};
use tower_http::{
    catch_panic::CatchPanicLayer,
    csrf::{CsrfLayer, ProtectionError},
};

use super::{Error, StoreFailure, catalog_pages::catalog, error::Sentence, page};
use crate::Library;

/// The largest form that is read, in bytes; every form of this site is far smaller.
const LARGEST_FORM: usize = 16 * 1024;

/// How long a request may take before it is answered with 503. Work that it has queued for the database by then is still
/// done.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Completes a step's `pages` with the catalog, which serves every address that they do not, and with layers around all.
///
/// The layers refuse a POST from another site, turn a panic or an [`Error`] into an error page, give up a request that
/// takes too long, and add the security headers to every answer.
///
/// The catalog is the fallback, so it lies outside the layers that the step has put around its own pages: reading about a
/// book touches no session.
pub fn site(pages: Router<Library>, library: Library) -> Router {
    site_with_timeout(pages, library, REQUEST_TIMEOUT)
}

fn site_with_timeout(pages: Router<Library>, library: Library, timeout: Duration) -> Router {
    pages
        .method_not_allowed_fallback(async || {
            Error::Request(
                StatusCode::METHOD_NOT_ALLOWED,
                "This page does not answer that kind of request.".into(),
            )
        })
        .fallback_service(catalog().with_state(library.clone()))
        // One layer of many parts, because each layer of a router makes every request copy what lies inside it.
        .layer((
            MapResponseLayer::new(security_headers),
            MapResponseLayer::new(with_page),
            CatchPanicLayer::custom(|_| Error::Panic.into_response()),
            HandleErrorLayer::new(async |_: BoxError| {
                Error::Request(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "This took too long. It may have been done all the same, so please check before you try again."
                        .into(),
                )
            }),
            TimeoutLayer::new(timeout),
            CsrfLayer::new().with_rejection_response(refuse_other_site),
            DefaultBodyLimit::max(LARGEST_FORM),
        ))
        .with_state(library)
}

/// What a page may do, as a `Content-Security-Policy`: it loads styles and pictures from this site and nothing else,
/// sends forms only here, and is shown in frames of the named sites only.
#[macro_export]
macro_rules! content_security_policy {
    ($frame_ancestors:literal) => {
        concat!(
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; ",
            "frame-ancestors ",
            $frame_ancestors
        )
    };
}

/// Turns an answer that came from an [`Error`], or from a [`Fault`] of the sessions, into a page.
fn with_page<B>(response: Response<B>) -> Response
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let mut response = response.map(Body::new);
    if let Some(StoreFailure(words)) = response.extensions_mut().remove() {
        tracing::error!("the session store failed: {words}");
    }
    let fault = response.extensions_mut().remove();
    let fault = fault.map(|fault: Fault| Sentence(fault.sentence().into()));
    if let Some(Sentence(sentence)) = fault.or_else(|| response.extensions_mut().remove()) {
        let page = page::error(response.status(), &sentence).into_response();
        response.headers_mut().remove(header::CONTENT_LENGTH);
        response.headers_mut().extend(page.headers().clone());
        *response.body_mut() = page.into_body();
    }
    response
}

/// Headers from OWASP's HTTP Headers cheat sheet.
fn security_headers<B>(mut response: Response<B>) -> Response<B> {
    const HEADERS: [(HeaderName, HeaderValue); 3] = [
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(content_security_policy!("'none'")),
        ),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        ),
    ];
    response.headers_mut().extend(HEADERS);
    response
}

/// Refuses cross-site request forgery: a form on another site that posts to ours, with the visitor's cookie.
fn refuse_other_site(_: ProtectionError) -> Response {
    Error::Request(
        StatusCode::FORBIDDEN,
        "This form was sent from another site. Open the page here and send it again.".into(),
    )
    .into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request, routing::get};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_request_that_takes_too_long_is_given_up_with_a_page() {
        let slow = Router::new().route("/slow", get(std::future::pending::<()>));
        let library = Library::in_memory().unwrap();
        let app = site_with_timeout(slow, library, Duration::from_millis(20));
        let request = Request::get("/slow").body(Body::empty()).unwrap();
        let answer = app.oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        let page = axum::body::to_bytes(answer.into_body(), 100_000)
            .await
            .unwrap();
        assert!(String::from_utf8_lossy(&page).contains("took too long"));
    }
}
