//! What a browser asks for, and the request as it writes it.

use axum::http::{Method, Request, header};
use locallibrary::Error;

/// What a browser asks for.
pub(crate) struct Question<'a> {
    pub method: Method,
    pub path: &'a str,
    pub form: &'a str,
    /// Whether the form stands on a page of this site.
    pub from_here: bool,
}

/// To open a page.
pub(crate) fn get(path: &str) -> Question<'_> {
    Question {
        method: Method::GET,
        path,
        form: "",
        from_here: true,
    }
}

/// To send a form of this site.
pub(crate) fn post<'a>(path: &'a str, form: &'a str) -> Question<'a> {
    Question {
        method: Method::POST,
        path,
        form,
        from_here: true,
    }
}

/// The request as a browser writes it.
pub(crate) fn request(
    host: &str,
    question: &Question,
    cookies: &str,
) -> Result<Request<String>, Error> {
    let mut request = Request::builder()
        .method(question.method.clone())
        .uri(question.path)
        .header(header::HOST, host)
        .header(header::ACCEPT, "text/html");
    if !cookies.is_empty() {
        request = request.header(header::COOKIE, cookies);
    }
    if question.method == Method::POST {
        let (origin, from) = match question.from_here {
            true => (format!("http://{host}"), "same-origin"),
            false => ("http://elsewhere.example".into(), "cross-site"),
        };
        request = request
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, origin)
            .header("sec-fetch-site", from);
    }
    request
        .body(question.form.to_string())
        .map_err(|cause| Error::Failed(format!("{} cannot be asked for: {cause}", question.path)))
}
