//! Step 6. Observe: what the cookie says, what the server holds, and how one follows the other.

use journey::{Browser, Exchange};

use crate::support::{pin_all_journeys, site, walk};

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
    let seen = walk(6, "until idle").await;
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
    let seen = walk(6, "as the site has it").await;
    assert!(set_cookie(seen.last()).ends_with("Max-Age=1209600"));
    assert!(seen.last().page.contains("none: as the site has it"));
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
