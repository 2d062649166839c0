//! What a browser asks for, and the request that it sends for it.

use axum::http::{Method, Request, header};

use locallibrary::Error;

/// What a browser asks for.
pub(crate) struct Wanted<'a> {
    pub method: Method,
    pub path: &'a str,
    pub form: &'a str,
    /// Whether a page of this site asks.
    pub from_here: bool,
}

impl<'a> Wanted<'a> {
    /// Opening a page.
    pub fn get(path: &'a str) -> Self {
        Self {
            method: Method::GET,
            path,
            form: "",
            from_here: true,
        }
    }

    /// Sending a form.
    pub fn post(path: &'a str, form: &'a str) -> Self {
        Self {
            method: Method::POST,
            path,
            form,
            from_here: true,
        }
    }

    /// The request as a browser would write it.
    ///
    /// # Errors
    /// [`Error::Failed`] when the path cannot stand in a request.
    pub fn request(&self, host: &str, cookies: &str) -> Result<Request<String>, Error> {
        let mut request = Request::builder()
            .method(self.method.clone())
            .uri(self.path)
            .header(header::HOST, host)
            .header(header::ACCEPT, "text/html");
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        if self.method == Method::POST {
            let (origin, from) = match self.from_here {
                true => (format!("http://{host}"), "same-origin"),
                false => ("http://elsewhere.example".into(), "cross-site"),
            };
            request = request
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::ORIGIN, origin)
                .header("sec-fetch-site", from);
        }
        if self.method == Method::GET && !self.from_here {
            request = request
                .header("sec-fetch-site", "cross-site")
                .header("sec-fetch-dest", "image");
        }
        request
            .body(self.form.to_string())
            .map_err(|cause| Error::Failed(format!("{} cannot be asked for: {cause}", self.path)))
    }
}
