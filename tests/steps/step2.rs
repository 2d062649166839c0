//! Step 2. Observe: a browser has its dictionary, another browser has another, and the cookie holds only an id.

use journey::Browser;
use lossless_sessions::Operation;

use crate::support::{pin_all_journeys, site, walk};

#[tokio::test]
async fn every_page_is_as_pinned() {
    pin_all_journeys(2).await;
}

#[tokio::test]
async fn reading_makes_no_session() {
    let seen = walk(2, "absent key").await;
    assert!(!seen.last().headers.contains_key("set-cookie"));
    assert_eq!(
        seen.calls().count(),
        0,
        "a visitor without a cookie has nothing to load"
    );
}

#[tokio::test]
async fn two_browsers_have_two_dictionaries() {
    let page = walk(2, "another browser").await.last().page.clone();
    assert!(
        page.contains("beetle") && !page.contains("trabant"),
        "{page}"
    );
}

#[tokio::test]
async fn a_deleted_value_is_absent_and_the_session_lives_on() {
    let seen = walk(2, "car deleted").await;
    assert!(seen.last().page.contains("<code>None</code>"));
    assert!(
        !seen.calls().any(|note| note.operation == Operation::Delete),
        "a value went, not the row"
    );
}

#[tokio::test]
async fn bad_input_is_refused_with_a_page_and_loses_nothing() {
    let long = format!("text={}", "x".repeat(101));
    let huge = format!("text={}", "x".repeat(20_000));
    let refused = [
        ("", 422, "missing field"),
        ("text=", 422, "at least one character"),
        ("text=%20%20", 422, "at least one character"),
        (&*long, 422, "at most 100 characters"),
        ("text=%FF%FE", 422, "in UTF-8"),
        ("text=a%00b", 422, "can be printed"),
        ("text=%zz&text=b", 422, "duplicate field"),
        (&*huge, 413, "longer than this site allows"),
    ];
    let mut site = site(2).await;
    let mut ann = Browser::new("Ann's");
    ann.post(&mut site, "/my-car", "text=beetle").await.unwrap();
    for (form, status, words) in refused {
        let answer = ann
            .post(&mut site, "/my-car", form)
            .await
            .unwrap()
            .remove(0);
        let form = &form[..form.len().min(30)];
        assert_eq!(answer.status, status, "{form}");
        assert!(answer.page.contains(words), "{form}: {}", answer.page);
        assert!(answer.page.contains("</html>"), "{form}: a whole page");
    }
    let page = ann.get(&mut site, "/my-car").await.unwrap().remove(0).page;
    assert!(page.contains("beetle"), "{page}");
}

#[tokio::test]
async fn what_was_typed_is_escaped() {
    let mut site = site(2).await;
    let mut ann = Browser::new("Ann's");
    let typed = "text=%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let page = ann
        .post(&mut site, "/my-car", typed)
        .await
        .unwrap()
        .pop()
        .unwrap()
        .page;
    assert!(
        page.contains("&lt;script&gt;") && !page.contains("<script>"),
        "{page}"
    );
}

#[tokio::test]
async fn an_id_that_the_server_never_gave_out_is_not_adopted() {
    const PLANTED: &str = "AAAAAAAAAAAAAAAAAAAAAA";
    for path in ["/my-car", "/my-car/delete", "/my-car/clear"] {
        let mut site = site(2).await;
        let mut victim = Browser::new("the victim's");
        victim.set_cookie("step2", PLANTED);
        victim.post(&mut site, path, "text=beetle").await.unwrap();
        assert_ne!(victim.cookie("step2"), Some(PLANTED), "{path}");
        let mut attacker = Browser::new("the attacker's");
        attacker.set_cookie("step2", PLANTED);
        let seen = attacker.get(&mut site, "/my-car").await.unwrap().remove(0);
        assert!(!seen.page.contains("beetle"), "{path}: {}", seen.page);
    }
}

/// What reading first does not close: only a new id does, given out when a visitor signs in.
#[tokio::test]
async fn an_id_that_is_alive_is_accepted_whoever_sends_it() {
    let mut site = site(2).await;
    let mut mallory = Browser::new("Mallory's");
    mallory
        .post(&mut site, "/my-car", "text=trabant")
        .await
        .unwrap();
    let live = mallory.cookie("step2").unwrap().to_string();
    let mut ann = Browser::new("Ann's");
    ann.set_cookie("step2", &live);
    ann.post(&mut site, "/my-car", "text=beetle").await.unwrap();
    let seen = mallory.get(&mut site, "/my-car").await.unwrap().remove(0);
    assert!(seen.page.contains("beetle"), "{}", seen.page);
}

#[tokio::test]
async fn a_session_page_is_kept_out_of_shared_caches() {
    for exchange in walk(2, "car set").await.exchanges {
        assert_eq!(exchange.headers["cache-control"], "no-store");
        assert_eq!(exchange.headers["vary"], "Cookie");
    }
}
