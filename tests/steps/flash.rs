//! A message for the next page. Observe: it is shown once, by the page that it was meant for, and nothing else eats it.

use axum::{
    Router,
    http::{Method, Request, StatusCode, header},
    routing::get,
};
use futures_util::future::join_all;
use journey::{Browser, InProcess, Site};
use locallibrary::{Error, Library, flash::Flash, secure_cookies};
use lossless_sessions::{Protect, SqliteStore};
use tower_sessions::{Session, SessionManagerLayer};

use crate::support::site;

const PUT: &str = "book=38";
const SENTENCE: &str = "is in your basket";

/// Puts a book into the basket, without following to the page that says so; returns the session's cookie, and the page.
async fn put(site: &mut InProcess, browser: &mut Browser) -> (String, String) {
    let request = Request::post("/basket")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, browser.cookie_header("/"))
        .body(PUT.to_string());
    let answer = site.send(request.unwrap()).await.unwrap().response;
    browser.receive_cookies(answer.headers());
    let page = answer.headers()[header::LOCATION].to_str().unwrap();
    (browser.cookie_header("/"), page.into())
}

/// Whether a request for this page shows the message.
async fn says(site: &InProcess, method: Method, page: &str, cookie: &str, purpose: &str) -> bool {
    let mut request = Request::builder()
        .method(method)
        .uri(page)
        .header(header::COOKIE, cookie);
    if let Some((name, value)) = purpose.split_once(": ") {
        request = request.header(name, value);
    }
    let answer = site.send(request.body(String::new()).unwrap()).await;
    answer.unwrap().response.body().contains(SENTENCE)
}

#[tokio::test]
async fn a_page_that_is_loaded_in_advance_and_a_question_for_the_head_leave_the_message() {
    let mut site = site(13).await;
    let (cookie, page) = put(&mut site, &mut Browser::new("Ann's")).await;
    for purpose in [
        "sec-purpose: prefetch",
        "sec-purpose: prefetch;prerender",
        "purpose: prefetch",
        "x-purpose: preview",
        "x-moz: prefetch",
    ] {
        let shown = says(&site, Method::GET, &page, &cookie, purpose).await;
        assert!(!shown, "{purpose}");
    }
    says(&site, Method::HEAD, &page, &cookie, "").await;
    assert!(says(&site, Method::GET, &page, &cookie, "").await);
    assert!(
        !says(&site, Method::GET, &page, &cookie, "").await,
        "shown once"
    );
}

#[tokio::test]
async fn another_tab_neither_shows_nor_eats_the_message() {
    let mut site = site(13).await;
    let (cookie, page) = put(&mut site, &mut Browser::new("Ann's")).await;
    for other in [
        "/basket",
        "/",
        "/basket?said=0",
        "/basket?said=2",
        "/basket?said=x",
        "/basket?said=",
    ] {
        assert!(
            !says(&site, Method::GET, other, &cookie, "").await,
            "{other}"
        );
    }
    assert!(says(&site, Method::GET, &page, &cookie, "").await);
}

#[tokio::test]
async fn of_eight_tabs_at_once_one_shows_the_message() {
    let mut site = site(13).await;
    let (cookie, page) = put(&mut site, &mut Browser::new("Ann's")).await;
    let tabs = (0..8).map(|_| says(&site, Method::GET, &page, &cookie, ""));
    let shown = join_all(tabs).await;
    assert_eq!(shown.iter().filter(|shown| **shown).count(), 1, "{shown:?}");
}

#[tokio::test]
async fn each_of_two_messages_is_shown_by_its_own_page_in_any_order() {
    let mut site = site(13).await;
    let mut ann = Browser::new("Ann's");
    let (_, first) = put(&mut site, &mut ann).await;
    let (cookie, second) = put(&mut site, &mut ann).await;
    assert_ne!(first, second);
    for page in [&second, &first] {
        assert!(says(&site, Method::GET, page, &cookie, "").await, "{page}");
    }
}

#[tokio::test]
async fn messages_that_nobody_opens_do_not_pile_up_and_their_numbers_are_not_used_again() {
    let mut site = site(13).await;
    let mut ann = Browser::new("Ann's");
    let mut pages = Vec::new();
    for _ in 0..12 {
        pages.push(put(&mut site, &mut ann).await.1);
    }
    let cookie = ann.cookie_header("/");
    let mut shown = Vec::new();
    for page in &pages {
        shown.push(says(&site, Method::GET, page, &cookie, "").await);
    }
    assert_eq!(shown, [[false; 4].as_slice(), &[true; 8]].concat());
    let (_, next) = put(&mut site, &mut ann).await;
    assert!(!pages.contains(&next), "{next}");
}

/// A handler that fails after it has asked for the message.
#[tokio::test]
async fn a_page_that_fails_does_not_eat_the_message() {
    async fn say(flash: Flash) -> Result<axum::response::Redirect, Error> {
        flash
            .redirect("/page", "It is in your basket: the book is in your basket.")
            .await
    }
    async fn page(session: Session, flash: Flash) -> Result<maud::Markup, Error> {
        let message = flash.show().await?;
        if session.get::<bool>("fixed").await?.is_none() {
            return Err(Error::Panic);
        }
        Ok(message)
    }
    async fn fix(session: Session) -> Result<StatusCode, Error> {
        session.insert("fixed", true).await?;
        Ok(StatusCode::OK)
    }
    let store = SqliteStore::on(Library::in_memory().unwrap().database());
    let sessions = SessionManagerLayer::new(store.unwrap()).with_secure(secure_cookies());
    let app = Router::new()
        .route("/say", get(say))
        .route("/page", get(page))
        .route("/fix", get(fix))
        .layer(Protect::new(sessions));
    let mut site = InProcess::of(app);
    let mut ann = Browser::new("Ann's");
    let failed = ann.get(&mut site, "/say").await.unwrap().pop().unwrap();
    assert_eq!(
        (failed.path.as_str(), failed.status.as_u16()),
        ("/page?said=1", 500)
    );
    ann.get(&mut site, "/fix").await.unwrap();
    let seen = ann.get(&mut site, "/page?said=1").await.unwrap().remove(0);
    assert!(seen.page.contains(SENTENCE), "{}", seen.page);
}
