//! Step 1. Observe: the second visit is the first over again, and nothing asks the browser to remember.

use crate::support::{pin_all_journeys, walk};

#[tokio::test]
async fn every_page_is_as_pinned() {
    pin_all_journeys(1).await;
}

#[tokio::test]
async fn every_visitor_gets_the_same_page() {
    let second = walk(1, "second visit").await;
    let other = walk(1, "another browser").await;
    let pages = second
        .exchanges
        .iter()
        .chain(&other.exchanges)
        .map(|exchange| &exchange.page);
    assert!(pages.clone().all(|page| *page == second.exchanges[0].page));
    assert_eq!(pages.count(), 4);
}

#[tokio::test]
async fn no_answer_sets_a_cookie() {
    for exchange in walk(1, "another browser").await.exchanges {
        assert!(!exchange.headers.contains_key("set-cookie"), "{exchange}");
        assert!(
            !exchange.headers.contains_key("vary"),
            "one page for everyone may be cached"
        );
    }
}
