//! The rest of the site: what every step serves beside the pages of its own lesson.

use std::{sync::LazyLock, time::Duration};

use axum::{
    Router,
    error_handling::HandleErrorLayer,
    extract::{DefaultBodyLimit, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use maud::{Markup, html};
use tower::{BoxError, timeout::TimeoutLayer, util::MapResponseLayer};
use tower_http::{
    catch_panic::CatchPanicLayer,
    csrf::{CsrfLayer, ProtectionError},
};

use crate::{
    Error, Library,
    form::{Path, Query, Search},
    page,
};

/// Books on one page of the list.
const PER_PAGE: u32 = 10;

/// The largest form that is read, in bytes; every form of this site is far smaller.
const LARGEST_FORM: usize = 16 * 1024;

/// How long a request may take before it is answered with 503.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Completes a step's `pages`: the catalog for every address they do not serve, then what must hold on all.
///
/// On all: a post from another site is refused, a panic is one error page, a request that takes too long is
/// given up, and every answer carries the security headers.
///
/// The catalog comes in as the fallback, so it lies outside the layers that the step put around its pages:
/// reading a book touches no session.
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
        // One layer of many parts: each layer of a router costs every request a copy of what lies inside it.
        .layer((
            MapResponseLayer::new(security_headers),
            CatchPanicLayer::custom(|_| Error::Panic.into_response()),
            HandleErrorLayer::new(async |_: BoxError| {
                Error::Request(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "This took too long. Please try again in a moment.".into(),
                )
            }),
            TimeoutLayer::new(timeout),
            CsrfLayer::new().with_rejection_response(refuse_other_site),
            DefaultBodyLimit::max(LARGEST_FORM),
        ))
        .with_state(library)
}

/// The styles and the icon. `into_router` keeps its files for the life of the program, so it runs once.
static ASSETS: LazyLock<Router> =
    LazyLock::new(|| memory_serve::load!().index_file(None).into_router().fallback(not_found));

async fn not_found() -> Error {
    Error::NotFound
}

/// The files of `src/assets`, for this site and the workshop's.
pub(crate) fn static_files() -> Router {
    ASSETS.clone()
}

fn catalog() -> Router<Library> {
    Router::new()
        .route("/books", get(book_list))
        .route("/books/{id}", get(book_detail))
        .route("/authors", get(author_list))
        .route("/authors/{id}", get(author_detail))
        .nest_service("/static", static_files())
        .fallback(not_found)
}

async fn book_list(
    State(library): State<Library>,
    Query(search): Query<Search>,
) -> Result<Markup, Error> {
    let listing = library.books(&search.q, search.page, PER_PAGE).await?;
    Ok(page::layout(
        "Books",
        html! {
            (page::book_list(&listing, &search.q))
        },
    ))
}

async fn book_detail(State(library): State<Library>, Path(id): Path<i64>) -> Result<Markup, Error> {
    let book = library.book(id).await?.ok_or(Error::NotFound)?;
    Ok(page::layout(
        &book.title,
        html! {
            p.byline { "by " (page::author_link(&book.author)) }
            p { (book.summary) }
            dl {
                dt { "First published" } dd { (page::Year(book.year)) }
                dt { "Language" } dd { (book.language) }
            }
            h2 { "Copies" }
            ul.copies {
                @for (number, status) in &book.copies {
                    li { "Copy " (number) " " span.status data-status=(status) { (status) } }
                }
            }
        },
    ))
}

async fn author_list(State(library): State<Library>) -> Result<Markup, Error> {
    let authors = library.authors().await?;
    Ok(page::layout(
        "Authors",
        html! {
            (page::author_lines(&authors))
        },
    ))
}

async fn author_detail(
    State(library): State<Library>,
    Path(id): Path<i64>,
) -> Result<Markup, Error> {
    let author = library.author(id).await?.ok_or(Error::NotFound)?;
    Ok(page::layout(
        &author.line.name,
        html! {
            p.byline { (page::Lived(author.line.lived)) }
            h2 { "Books" }
            (page::book_lines(&author.books))
        },
    ))
}

/// Headers from OWASP's HTTP Headers cheat sheet: our pages load styles and pictures from here and nothing
/// else, send forms only here, and stand in no other site's frame.
fn security_headers<B>(mut response: Response<B>) -> Response<B> {
    const HEADERS: [(HeaderName, HeaderValue); 3] = [
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                 base-uri 'none'; frame-ancestors 'none'",
            ),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    ];
    response.headers_mut().extend(HEADERS);
    response
}

/// Cross-site request forgery: a form on another site that posts to ours, with the visitor's cookie.
fn refuse_other_site(_: ProtectionError) -> Response {
    Error::Request(
        StatusCode::FORBIDDEN,
        "This form was sent from another site. Open the page here and send it again.".into(),
    )
    .into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_request_that_takes_too_long_is_given_up_with_a_page() {
        let slow = Router::new().route("/slow", get(std::future::pending::<()>));
        let library = Library::in_memory().await.unwrap();
        let app = site_with_timeout(slow, library, Duration::from_millis(20));
        let request = Request::get("/slow").body(Body::empty()).unwrap();
        let answer = app.oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        let page = axum::body::to_bytes(answer.into_body(), 100_000).await.unwrap();
        assert!(String::from_utf8_lossy(&page).contains("took too long"));
    }
}
