//! Step 4. Observe: the same change, once lost and once kept; and the store saw a save only when it was kept.

use lossless_sessions::Operation;
use serde_json::json;

use crate::support::{pin_all_journeys, walk};

#[tokio::test]
async fn every_page_is_as_pinned() {
    pin_all_journeys(4).await;
}

#[tokio::test]
async fn this_response_says_alloy_and_the_next_says_steel() {
    let seen = walk(4, "wheels lost").await;
    let [.., fitted, next] = &seen.exchanges[..] else {
        panic!("{seen}")
    };
    assert!(fitted.page.contains("alloy"), "{}", fitted.page);
    assert!(
        next.page.contains("steel") && !next.page.contains("&quot;alloy"),
        "{}",
        next.page
    );
}

#[tokio::test]
async fn a_changed_copy_causes_no_save_and_no_cookie() {
    let seen = walk(4, "wheels fitted").await;
    let fitted = seen.last();
    let calls: Vec<_> = fitted.calls.iter().map(|note| note.operation).collect();
    assert_eq!(
        calls,
        [Operation::Load],
        "the store was asked, and told nothing"
    );
    assert!(!fitted.headers.contains_key("set-cookie"));
    assert!(
        fitted.page.contains("<code>false</code>"),
        "not modified: {}",
        fitted.page
    );
}

#[tokio::test]
async fn inserting_the_copy_back_saves_it() {
    for title in ["wheels saved", "wheels edited"] {
        let seen = walk(4, title).await;
        let [.., fitted, next] = &seen.exchanges[..] else {
            panic!("{seen}")
        };
        let save = fitted
            .calls
            .iter()
            .find(|note| note.operation == Operation::Save)
            .expect("a save");
        let wheels = |data: &Option<lossless_sessions::Data>| {
            data.as_ref().expect("a record")["my_car"]["wheels"].clone()
        };
        assert_eq!(
            (wheels(&save.before), wheels(&save.after)),
            (json!("steel"), json!("alloy"))
        );
        assert!(next.page.contains("alloy"), "{title}: {}", next.page);
    }
}

#[tokio::test]
async fn inserting_an_equal_value_is_no_modification() {
    let seen = walk(4, "equal value").await;
    let again = seen.last();
    assert!(again.page.contains("alloy") && again.page.contains("<code>false</code>"));
    assert!(
        !again
            .calls
            .iter()
            .any(|note| note.operation == Operation::Save),
        "{again}"
    );
}
