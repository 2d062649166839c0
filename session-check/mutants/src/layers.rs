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

/// Caches are told this about a page, or about all of them.
pub fn cacheable(app: Router, page: Option<&'static str>, words: &'static str) -> Router {
    app.layer(from_fn(move |request: Request, next: Next| async move {
        let is_meant = page.is_none_or(|page| request.uri().path() == page);
        let mut answer = next.run(request).await;
        if is_meant {
            let words = HeaderValue::from_static(words);
            answer.headers_mut().insert(header::CACHE_CONTROL, words);
        }
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

/// `Set-Cookie` comes with what needs no session.
pub fn session_for_nobody(app: Router, path: &'static str) -> Router {
    app.layer(from_fn(move |request: Request, next: Next| async move {
        let is_meant = request.uri().path().starts_with(path);
        let mut answer = next.run(request).await;
        if is_meant {
            let cookie = HeaderValue::from_static(
                "step8=AAAAAAAAAAAAAAAAAAAAAA; HttpOnly; SameSite=Lax; Path=/",
            );
            answer.headers_mut().append(header::SET_COOKIE, cookie);
        }
        answer
    }))
}

/// A header with a quotation mark makes an error.
pub fn stumbles_over_quotes(app: Router, header: HeaderName) -> Router {
    app.layer(from_fn(move |request: Request, next: Next| {
        let value = request.headers().get(&header);
        let stumbles = value.is_some_and(|value| value.as_bytes().contains(&b'"'));
        async move {
            match stumbles {
                true => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
                false => next.run(request).await,
            }
        }
    }))
}

/// A cookie with a quotation mark makes the server hang up.
pub fn hangs_up_on_quotes(app: Router) -> Router {
    app.layer(from_fn(async |request: Request, next: Next| {
        let cookies = request.headers().get(header::COOKIE);
        let is_quoted = cookies.is_some_and(|cookies| cookies.as_bytes().contains(&b'"'));
        assert!(!is_quoted, "the mutant hangs up");
        next.run(request).await
    }))
}

/// Whoever sees an error loses the session.
pub fn forgets_after_errors(app: Router) -> Router {
    app.layer(from_fn(async |request: Request, next: Next| {
        let mut answer = next.run(request).await;
        if answer.status() == StatusCode::NOT_FOUND {
            let removal = HeaderValue::from_static("step8=; Path=/; Max-Age=0");
            answer.headers_mut().append(header::SET_COOKIE, removal);
        }
        answer
    }))
}

/// A form is obeyed when a link leads to it, too. The layer stands before the router, which looks at the method.
pub fn posts_by_get(app: Router, path: &'static str) -> Router {
    let router = Router::new().fallback_service(app);
    router.layer(from_fn(
        move |mut request: Request, next: Next| async move {
            if request.uri().path() == path && request.method() == Method::GET {
                *request.method_mut() = Method::POST;
            }
            next.run(request).await
        },
    ))
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
