//! Step 3. Observe: the number rises by one with each visit of the home page, per browser, until the server forgets.

use lossless_sessions::Operation;

use crate::{
    ask::visits,
    support::{pin_all_journeys, walk},
};

#[tokio::test]
async fn every_page_is_as_pinned() {
    pin_all_journeys(3).await;
}

#[tokio::test]
async fn first_visit_counts_zero_and_each_reload_one_more() {
    let seen = walk(3, "third visit").await;
    let counted: Vec<_> = seen
        .exchanges
        .iter()
        .map(|exchange| visits(&exchange.page))
        .collect();
    assert_eq!(counted, [0, 1, 2]);
}

#[tokio::test]
async fn one_visit_is_one_time_and_others_are_times() {
    let seen = walk(3, "third visit").await;
    let lines = ["page 0 times.", "page 1 time.", "page 2 times."];
    for (exchange, line) in seen.exchanges.iter().zip(lines) {
        assert!(exchange.page.contains(line), "{line}");
    }
}

#[tokio::test]
async fn another_browser_starts_at_zero() {
    assert_eq!(visits(&walk(3, "another browser").await.last().page), 0);
}

#[tokio::test]
async fn a_visitor_without_the_cookie_is_new() {
    assert_eq!(visits(&walk(3, "cookie cleared").await.last().page), 0);
}

#[tokio::test]
async fn a_restarted_server_has_forgotten() {
    assert_eq!(visits(&walk(3, "server restarted").await.last().page), 0);
}

#[tokio::test]
async fn only_the_home_page_counts() {
    let seen = walk(3, "only the home page counts").await;
    assert_eq!(visits(&seen.last().page), 1);
    let books = &seen.exchanges[1];
    assert!(
        books.calls.is_empty() && !books.headers.contains_key("set-cookie"),
        "{books}"
    );
}

#[tokio::test]
async fn a_visit_is_one_load_and_one_save() {
    let calls = |notes: &[lossless_sessions::StoreCall]| -> Vec<_> {
        notes.iter().map(|note| note.operation).collect()
    };
    let seen = walk(3, "second visit").await;
    assert_eq!(calls(&seen.exchanges[0].calls), [Operation::Create]);
    assert_eq!(
        calls(&seen.exchanges[1].calls),
        [Operation::Load, Operation::Save]
    );
}
