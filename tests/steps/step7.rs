//! Step 7. Observe: a choice stays: through a search, a restart, and an older shape of its struct.

use std::sync::Arc;

use journey::{Browser, InProcess};
use locallibrary::Library;
use lossless_sessions::SqliteStore;
use serde_json::json;
use tower_sessions::Session;

use crate::support::{pin_all_journeys, site, step, walk};

fn books_on(page: &str) -> usize {
    page.matches("<li><a href=\"/books/").count()
}

#[tokio::test]
async fn every_page_is_as_pinned() {
    pin_all_journeys(7).await;
}

#[tokio::test]
async fn a_page_has_as_many_books_as_the_visitor_chose() {
    assert_eq!(books_on(&walk(7, "ten on a page").await.last().page), 10);
    assert_eq!(books_on(&walk(7, "five on a page").await.last().page), 5);
    assert_eq!(
        books_on(&walk(7, "five on a page of a search").await.last().page),
        5
    );
    assert_eq!(books_on(&walk(7, "another browser").await.last().page), 10);
}

#[tokio::test]
async fn a_number_that_is_not_on_offer_changes_nothing() {
    let mut site = site(7).await;
    let mut ann = Browser::new("Ann's");
    ann.post(&mut site, "/books/per-page", "number=20")
        .await
        .unwrap();
    for form in [
        "number=7",
        "number=0",
        "number=-5",
        "number=many",
        "number=",
        "",
    ] {
        let seen = ann.post(&mut site, "/books/per-page", form).await.unwrap();
        assert_eq!(seen[0].status, 422, "{form}");
    }
    assert_eq!(
        books_on(&ann.get(&mut site, "/books").await.unwrap()[0].page),
        20
    );
}

#[tokio::test]
async fn a_dismissed_notice_stays_dismissed() {
    let notice = "The reading room is closed";
    assert!(walk(7, "notice shown").await.last().page.contains(notice));
    assert!(
        !walk(7, "notice dismissed")
            .await
            .last()
            .page
            .contains(notice)
    );
}

#[tokio::test]
async fn choices_of_an_older_shape_still_load() {
    let shapes = [
        (json!({}), 10, true),
        (json!({ "per_page": 5 }), 5, true),
        (
            json!({ "notice_dismissed": true, "a_field_of_another_version": 1 }),
            10,
            false,
        ),
    ];
    for (stored, per_page, notice) in shapes {
        let library = Library::in_memory().unwrap();
        let store = SqliteStore::on(library.database()).unwrap();
        let session = Session::new(None, Arc::new(store), None);
        session.insert("preferences", &stored).await.unwrap();
        session.save().await.unwrap();
        let app = (step(7).app)(library.clone(), (step(7).sessions)(&library).unwrap());
        let mut site = InProcess::of(app);
        let mut ann = Browser::new("Ann's");
        ann.set_cookie("step7", &session.id().unwrap().to_string());
        assert_eq!(
            books_on(&ann.get(&mut site, "/books").await.unwrap()[0].page),
            per_page,
            "{stored}"
        );
        let home = ann.get(&mut site, "/").await.unwrap().remove(0).page;
        assert_eq!(
            home.contains("The reading room is closed"),
            notice,
            "{stored}"
        );
    }
}
