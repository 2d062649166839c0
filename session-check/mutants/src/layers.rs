//! Layers that do one thing wrong, around a router that does it right.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};

/// The largest body that is read here.
const LARGEST: usize = 100_000;

/// Pages may be kept by anybody.
pub fn cacheable(app: Router) -> Router {
    app.layer(from_fn(async |request: Request, next: Next| {
        let mut answer = next.run(request).await;
        answer.headers_mut().insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=60"),
        );
        answer
    }))
}

/// Caches are not told that pages differ by cookie.
pub fn without_vary(app: Router) -> Router {
    app.layer(from_fn(async |request: Request, next: Next| {
        let mut answer = next.run(request).await;
        answer.headers_mut().remove(header::VARY);
        answer
    }))
}

/// The session's cookie has lost an attribute.
pub fn without_attribute(app: Router, attribute: &'static str) -> Router {
    app.layer(from_fn(move |request: Request, next: Next| async move {
        let mut answer = next.run(request).await;
        if let header::Entry::Occupied(mut lines) = answer.headers_mut().entry(header::SET_COOKIE) {
            for line in lines.iter_mut() {
                let text = line.to_str().unwrap_or_default().replace(attribute, "");
                *line = HeaderValue::from_str(&text).expect("a part of what it was");
            }
        }
        answer
    }))
}

/// `Set-Cookie` comes with an address that does not exist: a session for nobody.
pub fn session_for_missing_pages(app: Router) -> Router {
    app.layer(from_fn(async |request: Request, next: Next| {
        let mut answer = next.run(request).await;
        if answer.status() == StatusCode::NOT_FOUND {
            let cookie = HeaderValue::from_static(
                "step8=AAAAAAAAAAAAAAAAAAAAAA; HttpOnly; SameSite=Lax; Path=/",
            );
            answer.headers_mut().append(header::SET_COOKIE, cookie);
        }
        answer
    }))
}

/// Forms from other sites look like those of old browsers, which say nothing.
pub fn forms_from_anywhere(app: Router) -> Router {
    app.layer(from_fn(async |mut request: Request, next: Next| {
        for name in [
            header::ORIGIN,
            header::REFERER,
            HeaderName::from_static("sec-fetch-site"),
        ] {
            request.headers_mut().remove(name);
        }
        next.run(request).await
    }))
}

/// A cookie with a quotation mark makes an error.
pub fn stumbles_over_quotes(app: Router) -> Router {
    app.layer(from_fn(async |request: Request, next: Next| {
        let cookies = request.headers().get(header::COOKIE);
        match cookies.is_some_and(|cookies| cookies.as_bytes().contains(&b'"')) {
            true => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            false => next.run(request).await,
        }
    }))
}

/// After signing in the visitor is sent wherever the form says.
pub fn redirects_anywhere(app: Router) -> Router {
    with_form(app, |form, answer| {
        let next = form
            .iter()
            .find(|(name, _)| name == "next")
            .map(|(_, to)| to);
        if let (true, Some(Ok(to))) = (
            answer.status().is_redirection(),
            next.map(|to| HeaderValue::from_str(to)),
        ) {
            answer.headers_mut().insert(header::LOCATION, to);
        }
    })
}

/// A name that nobody has is answered otherwise than a wrong password.
pub fn tells_names_apart(app: Router) -> Router {
    with_form(app, |form, answer| {
        let known = ["ann", "ben", "cleo"];
        let name = form
            .iter()
            .find(|(name, _)| name == "name")
            .map_or("", |(_, name)| name);
        if answer.status().is_client_error() && !known.contains(&name) {
            *answer.body_mut() = Body::from("There is nobody of this name.");
            answer.headers_mut().remove(header::CONTENT_LENGTH);
        }
    })
}

type Form = Vec<(String, String)>;

/// Changes the answers to the form for signing in.
fn with_form(app: Router, change: fn(&Form, &mut Response)) -> Router {
    app.layer(from_fn(move |request: Request, next: Next| async move {
        if request.method() != Method::POST || request.uri().path() != "/sign-in" {
            return next.run(request).await;
        }
        let (head, body) = request.into_parts();
        let body = to_bytes(body, LARGEST).await.unwrap_or_default();
        let form: Form = form_urlencoded::parse(&body).into_owned().collect();
        let mut answer = next.run(Request::from_parts(head, Body::from(body))).await;
        change(&form, &mut answer);
        answer
    }))
}

/// Two visitors at once see one page: the first one's.
pub fn mixes_visitors_up(app: Router) -> Router {
    let last: Arc<Mutex<(HeaderValue, Vec<u8>)>> =
        Arc::new(Mutex::new((HeaderValue::from_static(""), Vec::new())));
    let running = Arc::new(AtomicUsize::new(0));
    app.layer(from_fn(move |request: Request, next: Next| {
        let (last, running) = (last.clone(), running.clone());
        async move {
            let cookie = request.headers().get(header::COOKIE).cloned();
            let is_page = request.uri().path() == "/" && request.method() == Method::GET;
            let others = running.fetch_add(1, Ordering::SeqCst);
            let answer = next.run(request).await;
            let answer = match cookie {
                Some(cookie) if is_page && answer.status() == StatusCode::OK => {
                    let (head, body) = answer.into_parts();
                    let body = to_bytes(body, LARGEST).await.unwrap_or_default().to_vec();
                    let mut last = last.lock().unwrap();
                    let mixed = others > 0 && last.0 != cookie && !last.1.is_empty();
                    let shown = if mixed { last.1.clone() } else { body.clone() };
                    *last = (cookie, body);
                    Response::from_parts(head, Body::from(shown))
                }
                _ => answer,
            };
            running.fetch_sub(1, Ordering::SeqCst);
            answer
        }
    }))
}

/// `/forget` takes the cookie away from the browser, and the session stays.
pub fn forgets_cookies(app: Router) -> Router {
    let forget = async || {
        let removal = "step8=; Path=/; Max-Age=0";
        (
            [(header::SET_COOKIE, removal), (header::LOCATION, "/")],
            StatusCode::SEE_OTHER,
        )
            .into_response()
    };
    app.layer(from_fn(move |request: Request, next: Next| async move {
        let signs_out = request.uri().path() == "/sign-out";
        let answer = next.run(request).await;
        match signs_out && answer.status().is_redirection() {
            true => forget().await,
            false => answer,
        }
    }))
}
