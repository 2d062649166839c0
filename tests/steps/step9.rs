//! Step 9. Observe: tabs that come at once are all answered and all counted, and what is done beside the session may
//! be done twice.

use journey::{Browser, lines};
use lossless_sessions::Operation;

use crate::support::{pin_all_journeys, site, walk};

#[tokio::test]
async fn every_page_is_as_pinned() {
    pin_all_journeys(9).await;
}

/// What the page of the experiment says beside this name.
fn beside(page: &str, name: &str) -> String {
    let lines = lines(page);
    let at = lines
        .iter()
        .position(|line| line == name)
        .unwrap_or_else(|| panic!("no {name}: {lines:?}"));
    lines[at + 1].clone()
}

fn numbers(words: &str) -> Vec<u64> {
    words
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|word| word.parse().ok())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn tabs_at_once_are_lost_refused_or_counted_by_engine() {
    let mut site = site(9).await;
    let mut ann = Browser::new("Ann's");
    let page = ann
        .post(&mut site, "/tabs", "")
        .await
        .unwrap()
        .remove(0)
        .page;
    let lost = numbers(&beside(&page, "MemoryStore"));
    assert!(lost[0] == 64 && lost[1] < 64, "answered and lost: {lost:?}");
    let refused = numbers(&beside(&page, "SqliteStore"));
    assert!(
        refused[0] == refused[1] && refused[1] < 64,
        "answered if counted: {refused:?}"
    );
    assert_eq!(numbers(&beside(&page, "SqliteStore, run again")), [64, 64]);
    assert_eq!(
        numbers(&beside(&page, "the same, each with a letter")),
        [64, 64]
    );
    let letters = numbers(&beside(&page, "letters sent"))[0];
    assert!(
        letters > 66,
        "a request that is run again sends its letter again: {letters}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_tabs_of_the_home_page_are_all_counted() {
    let seen = walk(9, "all tabs counted").await;
    assert!(
        seen.last().page.contains("65 times"),
        "{}",
        seen.last().page
    );
    assert_eq!(seen.last().calls.last().unwrap().operation, Operation::Save);
}
