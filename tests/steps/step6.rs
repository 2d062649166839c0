//! Step 6. Observe: what the cookie says, what the server holds, and how one follows the other.

use axum::{body::Body, http::Request};
use http_body_util::BodyExt;
use journey::{Browser, Exchange};
use locallibrary::Library;
use tower::ServiceExt;

use crate::support::{pin_all_journeys, site, step, walk};

fn set_cookie(exchange: &Exchange) -> &str {
    exchange
        .headers
        .get("set-cookie")
        .map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn every_page_is_as_pinned() {
    pin_all_journeys(6).await;
}

#[tokio::test]
async fn the_site_has_two_weeks_and_each_visit_renews_them() {
    let seen = walk(6, "first look").await;
    for exchange in &seen.exchanges {
        assert!(
            set_cookie(exchange).ends_with("Max-Age=1209600"),
            "{exchange}"
        );
    }
}

#[tokio::test]
async fn a_choice_of_the_visitor_holds_for_later_requests() {
    let seen = walk(6, "end after 30 idle seconds").await;
    assert!(
        seen.exchanges
            .iter()
            .all(|exchange| set_cookie(exchange).ends_with("Max-Age=30"))
    );
    let seen = walk(6, "until the browser closes").await;
    assert!(
        seen.exchanges
            .iter()
            .all(|exchange| !set_cookie(exchange).contains("Max-Age"))
    );
}

#[tokio::test]
async fn the_page_shows_the_cookie_that_its_own_answer_sets() {
    for title in ["first look", "until the browser closes", "test cookie"] {
        let seen = walk(6, title).await;
        let sent = set_cookie(seen.last());
        assert!(sent.starts_with("step6=[session id]; "), "{sent}");
        let shown = format!("<h2>What this answer sets</h2><p><code>{sent}</code>");
        assert!(
            seen.last().page.contains(&shown),
            "{sent}\n{}",
            seen.last().page
        );
    }
}

#[tokio::test]
async fn the_page_of_a_browser_without_a_session_promises_no_row() {
    let page = walk(6, "no session yet").await.last().page.clone();
    assert!(page.contains("No row belongs to this browser."), "{page}");
    assert!(!page.contains("the row ends"), "{page}");
}

#[tokio::test]
async fn an_id_that_no_row_has_is_removed_and_the_page_shows_it() {
    let mut site = site(6).await;
    let mut ann = Browser::new("Ann's");
    ann.set_cookie("step6", "AAAAAAAAAAAAAAAAAAAAAA");
    let page = ann.get(&mut site, "/cookie").await.unwrap().remove(0).page;
    assert!(page.contains("<code>step6=; "), "{page}");
    assert!(page.contains("The browser deletes the cookie."), "{page}");
    assert!(page.contains("No row belongs to this browser."), "{page}");
}

#[tokio::test]
async fn no_value_of_a_cookie_stands_on_the_page() {
    let app = {
        let library = Library::in_memory().unwrap();
        (step(6).app)(library.clone(), (step(6).sessions)(&library).unwrap())
    };
    let ask = |path: &str, cookie: String| {
        Request::get(path)
            .header("cookie", cookie)
            .body(Body::empty())
            .unwrap()
    };
    let first = app
        .clone()
        .oneshot(ask("/", "step1=aValueOfAnotherStep".into()))
        .await
        .unwrap();
    let set = first.headers()["set-cookie"].to_str().unwrap();
    let pair = set.split(';').next().unwrap();
    let (_, value) = pair.split_once('=').unwrap();
    let cookies = format!("step1=aValueOfAnotherStep; {pair}");
    let answer = app.oneshot(ask("/cookie", cookies)).await.unwrap();
    let page = answer.into_body().collect().await.unwrap().to_bytes();
    let page = String::from_utf8(page.to_vec()).unwrap();
    assert!(page.contains("step6=[session id]"), "{page}");
    assert!(!page.contains(value), "{page}");
    assert!(!page.contains("aValueOfAnotherStep"), "{page}");
}

#[tokio::test]
async fn a_date_counts_down_in_the_cookie() {
    let mut site = site(6).await;
    let mut ann = Browser::new("Ann's");
    for exchange in ann
        .post(&mut site, "/cookie/expiry/date", "")
        .await
        .unwrap()
    {
        let (_, age) = set_cookie(&exchange)
            .split_once("Max-Age=")
            .expect("a Max-Age");
        let age: u32 = age.parse().unwrap();
        assert!((3_590..=3_600).contains(&age), "{age}");
    }
}

#[tokio::test]
async fn back_to_the_sites_policy() {
    let seen = walk(6, "back to the default").await;
    assert!(set_cookie(seen.last()).ends_with("Max-Age=1209600"));
    assert!(seen.last().page.contains("none: the site's default"));
}

#[tokio::test]
async fn an_expiry_that_is_not_on_offer_is_a_404() {
    let mut site = site(6).await;
    let seen = Browser::new("Ann's")
        .post(&mut site, "/cookie/expiry/forever", "")
        .await
        .unwrap();
    assert_eq!(seen[0].status, 404);
}

#[tokio::test]
async fn the_test_cookie_tells_whether_the_browser_keeps_cookies() {
    let answer = "<dt>did the test cookie come back?</dt><dd><code>";
    let kept = walk(6, "test cookie").await.last().page.clone();
    assert!(kept.contains(&format!("{answer}true")), "{kept}");
    let forgotten = walk(6, "test cookie forgotten").await.last().page.clone();
    assert!(forgotten.contains(&format!("{answer}false")), "{forgotten}");
    let refused = walk(6, "test cookie refused").await.last().page.clone();
    assert!(refused.contains(&format!("{answer}false")), "{refused}");
}
