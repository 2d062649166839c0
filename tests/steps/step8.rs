//! Step 8. Observe: with the person the id changes, and what somebody else knew or copied is worth nothing.

use axum::{
    body::Body,
    http::{Request, header},
};
use futures_util::future::join_all;
use journey::{Browser, Exchange, InProcess};
use lossless_sessions::Operation;

use tower::ServiceExt;

use crate::{
    ask::visits,
    support::{pin_all_journeys, site, walk},
};

const ANN: &str = "name=ann&password=ann+reads+austen&next=/loans";

#[tokio::test]
async fn every_page_is_as_pinned() {
    pin_all_journeys(8).await;
}

#[tokio::test]
async fn signing_in_gives_a_new_id_and_keeps_the_data() {
    let mut site = site(8).await;
    let mut ann = Browser::new("Ann's");
    ann.get(&mut site, "/").await.unwrap();
    let before = ann.cookie("step8").unwrap().to_string();
    ann.post(&mut site, "/sign-in", ANN).await.unwrap();
    let after = ann.cookie("step8").unwrap().to_string();
    assert_ne!(before, after);
    let page = ann.get(&mut site, "/").await.unwrap().remove(0).page;
    assert_eq!(visits(&page), 1);
    // The old id is dead at once.
    let mut thief = Browser::new("the thief's");
    thief.set_cookie("step8", &before);
    let page = thief.get(&mut site, "/").await.unwrap().remove(0).page;
    assert_eq!(visits(&page), 0);
}

#[tokio::test]
async fn signing_in_again_gives_a_new_id_again() {
    let mut site = site(8).await;
    let mut ann = Browser::new("Ann's");
    ann.post(&mut site, "/sign-in", ANN).await.unwrap();
    let first = ann.cookie("step8").unwrap().to_string();
    ann.post(&mut site, "/sign-in", "name=ben&password=ben+reads+balzac")
        .await
        .unwrap();
    assert_ne!(ann.cookie("step8").unwrap(), first);
}

#[tokio::test]
async fn mallorys_own_live_id_planted_in_anns_browser_gets_mallory_nothing() {
    let seen = walk(8, "a planted session").await;
    let mallorys = seen.last();
    assert!(
        mallorys.page.contains("Sign in") && !mallorys.page.contains("signed in as"),
        "{mallorys}"
    );
}

#[tokio::test]
async fn signing_out_deletes_the_row_and_a_copied_cookie_is_a_stranger() {
    let seen = walk(8, "a copied cookie").await;
    assert!(
        seen.calls()
            .any(|call| call.operation == Operation::Delete && call.after.is_none())
    );
    assert!(seen.last().page.contains("Sign in"));
}

#[tokio::test]
async fn an_unknown_name_is_answered_as_a_wrong_password_is() {
    let mut site = site(8).await;
    let mut mallory = Browser::new("Mallory's");
    let mut pages = Vec::new();
    for name in ["ann", "nobody"] {
        let form = format!("name={name}&password=guess");
        let seen = mallory
            .post(&mut site, "/sign-in", &form)
            .await
            .unwrap()
            .remove(0);
        assert_eq!(seen.status, 422);
        pages.push(seen.page);
    }
    assert_eq!(pages[0], pages[1]);
}

/// The first answer to a sign-in, before any redirect.
async fn first(site: &mut InProcess, browser: &mut Browser, form: &str) -> Exchange {
    browser
        .post(site, "/sign-in", form)
        .await
        .unwrap()
        .remove(0)
}

#[tokio::test]
async fn guesses_on_one_account_slow_down_and_other_accounts_do_not_notice() {
    let mut site = site(8).await;
    let mut mallory = Browser::new("Mallory's");
    for _ in 0..3 {
        assert_eq!(
            first(&mut site, &mut mallory, "name=ann&password=guess")
                .await
                .status,
            422
        );
    }
    let refused = first(&mut site, &mut mallory, "name=ann&password=guess").await;
    assert_eq!(refused.status, 429);
    let wait: u32 = refused.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=5).contains(&wait), "{wait}");
    let ben = first(
        &mut site,
        &mut mallory,
        "name=ben&password=ben+reads+balzac",
    )
    .await;
    assert_eq!(ben.status, 303);
}

#[tokio::test]
async fn guesses_do_not_keep_out_a_browser_that_has_been_in_before() {
    let mut site = site(8).await;
    let (mut ann, mut mallory) = (Browser::new("Ann's"), Browser::new("Mallory's"));
    first(&mut site, &mut ann, ANN).await;
    ann.post(&mut site, "/sign-out", "").await.unwrap();
    for _ in 0..20 {
        first(&mut site, &mut mallory, "name=ann&password=guess").await;
    }
    assert_eq!(first(&mut site, &mut mallory, ANN).await.status, 429);
    assert_eq!(first(&mut site, &mut ann, ANN).await.status, 303);
    let form = "old=ann+reads+austen&new=ann+reads+everything";
    let changed = ann.post(&mut site, "/password", form).await.unwrap();
    assert_eq!(changed[0].status, 303);
}

/// Otherwise whoever has stolen a known browser could guess without end.
#[tokio::test]
async fn guesses_in_a_known_browser_or_a_stolen_session_slow_down_as_well() {
    let mut site = site(8).await;
    let mut ann = Browser::new("Ann's");
    first(&mut site, &mut ann, ANN).await;
    let mut answers = Vec::new();
    for _ in 0..4 {
        let form = "old=guess&new=ann+reads+everything";
        let seen = ann.post(&mut site, "/password", form).await.unwrap();
        answers.push(seen[0].status.as_u16());
        let guess = first(&mut site, &mut ann, "name=ann&password=guess").await;
        answers.push(guess.status.as_u16());
    }
    assert_eq!(answers[6..], [429, 429], "{answers:?}");
    assert!(
        answers[..6].iter().all(|status| *status != 429),
        "{answers:?}"
    );
}

#[tokio::test]
async fn a_browser_is_known_for_one_person_only_and_a_forged_cookie_is_worth_nothing() {
    let mut site = site(8).await;
    let (mut ann, mut mallory) = (Browser::new("Ann's"), Browser::new("Mallory's"));
    for _ in 0..3 {
        first(&mut site, &mut mallory, "name=ann&password=guess").await;
    }
    let ben = "name=ben&password=ben+reads+balzac";
    assert_eq!(first(&mut site, &mut ann, ben).await.status, 303);
    assert_eq!(
        first(&mut site, &mut ann, ANN).await.status,
        429,
        "known as Ben's"
    );
    let device = ann.cookie("device").unwrap().to_string();
    for forged in [format!("1{device}"), device.replace('.', ""), ".".into()] {
        mallory.set_cookie("device", &forged);
        assert_eq!(first(&mut site, &mut mallory, ANN).await.status, 429);
    }
}

/// They take turns, so none of them counts as a failure while another is checked.
#[tokio::test]
async fn right_sign_ins_at_once_are_all_let_in() {
    let library = locallibrary::Library::in_memory().unwrap();
    let step = crate::support::step(8);
    let app = (step.app)(library.clone(), (step.sessions)(&library).unwrap());
    let sign_in = || {
        let form = "application/x-www-form-urlencoded";
        let request = Request::post("/sign-in").header(header::CONTENT_TYPE, form);
        app.clone().oneshot(request.body(Body::from(ANN)).unwrap())
    };
    for answer in join_all((0..8).map(|_| sign_in())).await {
        assert_eq!(answer.unwrap().status(), 303);
    }
}

#[tokio::test]
async fn a_person_with_very_many_sessions_sees_the_latest_and_ends_them_all() {
    let library = locallibrary::Library::in_memory().unwrap();
    let mut site = crate::support::step(8).site(library.clone()).unwrap();
    let mut ann = Browser::new("Ann's");
    ann.post(&mut site, "/sign-in", ANN).await.unwrap();
    let many = |connection: &rusqlite::Connection| {
        connection.execute(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
             insert into session (key, data, expires, created, saved, version, writer)
             select randomblob(32), data, expires, created, saved - i, 0, 0 from n, session",
            [],
        )
    };
    library.database().write(many).await.unwrap();
    let page = ann
        .get(&mut site, "/sessions")
        .await
        .unwrap()
        .remove(0)
        .page;
    assert!(page.len() < 50_000, "{} bytes", page.len());
    assert!(
        page.contains("(this one)") && page.contains("There are 19951 more"),
        "{page}"
    );
    let page = ann
        .post(&mut site, "/sessions/end-others", "")
        .await
        .unwrap()
        .pop()
        .unwrap()
        .page;
    assert!(
        page.contains("(this one)") && !page.contains("End it"),
        "{page}"
    );
}

#[tokio::test]
async fn my_sessions_show_no_id_and_end_one_at_a_time() {
    let mut site = site(8).await;
    let (mut ann, mut other) = (Browser::new("Ann's"), Browser::new("Ann's other"));
    ann.post(&mut site, "/sign-in", ANN).await.unwrap();
    other.post(&mut site, "/sign-in", ANN).await.unwrap();
    let page = ann
        .get(&mut site, "/sessions")
        .await
        .unwrap()
        .remove(0)
        .page;
    for browser in [&ann, &other] {
        assert!(!page.contains(browser.cookie("step8").unwrap()), "{page}");
    }
    let seen = ann
        .press(&mut site, "End it", "")
        .await
        .unwrap()
        .pop()
        .unwrap();
    assert!(
        !seen.page.contains("End it"),
        "only this one is left: {}",
        seen.page
    );
    let page = other
        .get(&mut site, "/loans")
        .await
        .unwrap()
        .pop()
        .unwrap()
        .page;
    assert!(page.contains("Password"), "{page}");
}

#[tokio::test]
async fn nobody_ends_the_session_of_somebody_else() {
    let mut site = site(8).await;
    let (mut ann, mut ben) = (Browser::new("Ann's"), Browser::new("Ben's"));
    ann.post(&mut site, "/sign-in", ANN).await.unwrap();
    let mut second = Browser::new("Ann's other");
    second.post(&mut site, "/sign-in", ANN).await.unwrap();
    let page = ann
        .get(&mut site, "/sessions")
        .await
        .unwrap()
        .remove(0)
        .page;
    let handle = page
        .split("name=\"handle\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    ben.post(&mut site, "/sign-in", "name=ben&password=ben+reads+balzac")
        .await
        .unwrap();
    let form = format!("handle={handle}");
    ben.post(&mut site, "/sessions/end", &form).await.unwrap();
    let page = second
        .get(&mut site, "/loans")
        .await
        .unwrap()
        .pop()
        .unwrap()
        .page;
    assert!(page.contains("signed in as"), "{page}");
}

#[tokio::test]
async fn a_changed_password_ends_all_other_sessions_and_the_old_one_is_wrong() {
    let mut site = site(8).await;
    let (mut ann, mut other) = (Browser::new("Ann's"), Browser::new("Ann's other"));
    ann.post(&mut site, "/sign-in", ANN).await.unwrap();
    other.post(&mut site, "/sign-in", ANN).await.unwrap();
    for (form, status) in [
        ("old=guess&new=ann+reads+everything", 422),
        ("old=ann+reads+austen&new=short", 422),
        ("old=ann+reads+austen&new=ann+reads+everything", 303),
    ] {
        let seen = ann
            .post(&mut site, "/password", form)
            .await
            .unwrap()
            .remove(0);
        assert_eq!(seen.status, status, "{form}: {}", seen.page);
    }
    let page = ann
        .get(&mut site, "/loans")
        .await
        .unwrap()
        .pop()
        .unwrap()
        .page;
    assert!(page.contains("signed in as"), "{page}");
    let page = other
        .get(&mut site, "/loans")
        .await
        .unwrap()
        .pop()
        .unwrap()
        .page;
    assert!(page.contains("Password"), "{page}");
    assert_eq!(
        other.post(&mut site, "/sign-in", ANN).await.unwrap()[0].status,
        422
    );
}

#[tokio::test]
async fn a_person_without_an_account_any_more_is_signed_in_nowhere() {
    let library = locallibrary::Library::in_memory().unwrap();
    let mut site = crate::support::step(8).site(library.clone()).unwrap();
    let mut ann = Browser::new("Ann's");
    ann.post(&mut site, "/sign-in", ANN).await.unwrap();
    let gone = |connection: &rusqlite::Connection| {
        connection
            .execute_batch("delete from loan where person_id = 1; delete from person where id = 1")
    };
    library.database().write(gone).await.unwrap();
    let page = ann
        .get(&mut site, "/loans")
        .await
        .unwrap()
        .pop()
        .unwrap()
        .page;
    assert!(page.contains("Password"), "{page}");
}
