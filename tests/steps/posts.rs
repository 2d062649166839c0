//! What every page of the site promises, whatever the step. Observe: none of it is in a step's own file.

use axum::{
    Router,
    body::Body,
    http::{Request, Response},
    routing::get,
};
use journey::Browser;
use locallibrary::{Library, site};
use tower::ServiceExt;

use crate::{
    steps::STEPS,
    support::{site as step_site, walk},
};

async fn answer(app: Router, request: axum::http::request::Builder) -> Response<Body> {
    app.oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_form_from_another_site_is_refused_and_changes_nothing() {
    let seen = walk(2, "form from another site").await;
    assert_eq!(seen.last().status, 403);
    assert!(
        seen.last().calls.is_empty(),
        "the session was not even read"
    );
}

#[tokio::test]
async fn an_old_browser_is_judged_by_its_origin() {
    let app = site(
        Router::new().route("/form", axum::routing::post(async || "taken")),
        library().await,
    );
    let post = |origin: &str| {
        Request::post("/form")
            .header("host", "127.0.0.1:8000")
            .header("origin", origin.to_string())
    };
    assert_eq!(
        answer(app.clone(), post("http://127.0.0.1:8000"))
            .await
            .status(),
        200
    );
    assert_eq!(
        answer(app.clone(), post("http://127.0.0.1:3000"))
            .await
            .status(),
        403
    );
    assert_eq!(answer(app, post("null")).await.status(), 403);
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    for step in STEPS {
        let mut site = step_site(step.number).await;
        let mut ann = Browser::new("Ann's");
        for path in ["/", "/books", "/nowhere", "/static/style.css", "/books/0"] {
            let seen = ann.get(&mut site, path).await.unwrap().remove(0);
            assert_eq!(seen.headers["x-content-type-options"], "nosniff", "{path}");
            assert_eq!(seen.headers["referrer-policy"], "same-origin", "{path}");
            let policy = seen.headers["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'"), "{path}");
        }
    }
}

#[tokio::test]
async fn only_the_pages_of_a_step_touch_the_session() {
    for step in STEPS {
        let mut site = step_site(step.number).await;
        let mut ann = Browser::new("Ann's");
        for path in [
            "/books",
            "/books/1",
            "/authors",
            "/authors/1",
            "/nowhere",
            "/static/icon.svg",
        ] {
            let seen = ann.get(&mut site, path).await.unwrap().remove(0);
            assert!(seen.calls.is_empty(), "step {}: {path}", step.number);
            assert!(
                !seen.headers.contains_key("set-cookie"),
                "step {}: {path}",
                step.number
            );
        }
    }
}

#[tokio::test]
async fn a_wrong_method_is_a_page_that_says_so() {
    let mut site = step_site(2).await;
    for path in ["/", "/my-car/delete"] {
        let method = if path == "/" { "POST" } else { "GET" };
        let mut ann = Browser::new("Ann's");
        let seen = match method {
            "POST" => ann.post(&mut site, path, "").await,
            _ => ann.get(&mut site, path).await,
        };
        let seen = seen.unwrap().remove(0);
        assert_eq!(seen.status, 405, "{path}");
        assert!(
            seen.page.contains("does not answer"),
            "{path}: {}",
            seen.page
        );
    }
}

#[tokio::test]
async fn a_panic_is_one_error_page_without_its_words() {
    let app = site(
        Router::new().route(
            "/panic",
            get(async || -> &'static str { panic!("a secret") }),
        ),
        library().await,
    );
    let answer = answer(app, Request::get("/panic")).await;
    assert_eq!(answer.status(), 500);
    assert!(answer.headers().contains_key("content-security-policy"));
    let page = axum::body::to_bytes(answer.into_body(), 100_000)
        .await
        .unwrap();
    let page = String::from_utf8_lossy(&page);
    assert!(
        page.contains("</html>") && !page.contains("secret"),
        "{page}"
    );
}

async fn library() -> Library {
    Library::in_memory().unwrap()
}
