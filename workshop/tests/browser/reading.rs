//! Observe: the contents follow the reading, and the section that was reached is there the next time.

use fantoccini::key::Key;
use serde_json::json;

use crate::{
    chromium::{Look, chromium},
    project::Project,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_contents_follow_the_reading_and_the_place_is_remembered() {
    for (width, height) in [(1440, 900), (390, 844)] {
        let look = Look {
            size: Some((width, height)),
            ..Look::default()
        };
        let Some(browser) = chromium(look).await else {
            return;
        };
        let project = Project::new();
        let workshop = project.serve();
        browser.open(&workshop, "/steps/3").await;
        for (section, name) in [("three-moves", "Three moves"), ("trap", "Trap")] {
            let read = format!("document.getElementById('{section}').scrollIntoView()");
            browser.script(&read).await;
            let summary = format!("Contents: {name}");
            browser.says(".contents summary", &summary).await;
            let current =
                "[...document.querySelectorAll('.contents a[aria-current]')].map((it) => it.hash)";
            let current = browser.script(&format!("return {current}")).await;
            assert_eq!(current, json!([format!("#{section}")]));
            let in_sight = "const box = document.querySelector('.contents summary').getBoundingClientRect();
                return box.top >= 0 && box.top < 60 && document.elementFromPoint(box.left + 40, box.top + 10).closest('.contents') !== null";
            assert_eq!(browser.script(in_sight).await, json!(true), "at {width}");
        }
        let file = project.0.path().join("progress.json");
        browser.wait_for(&file, "\"3\": \"trap\"").await;
        // The next time, the page stays where it is until somebody follows the link.
        browser.open(&workshop, "/steps/3").await;
        browser.says(".opening > .note", "Go on at: Trap").await;
        assert_eq!(browser.script("return scrollY").await, json!(0));
        browser.click(".opening > .note a").await;
        browser.says(".contents summary", "Contents: Trap").await;
        let top = "return document.querySelector('#trap h2').getBoundingClientRect().top > document.querySelector('.contents').getBoundingClientRect().bottom";
        assert_eq!(browser.script(top).await, json!(true), "at {width}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_script_the_contents_are_links() {
    let Some(browser) = chromium(Look::without_script()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/3").await;
    browser.click(".contents summary").await;
    browser.click(".contents a[href='#trap']").await;
    browser.until("return location.hash === '#trap'").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_by_keyboard_alone_leads_to_the_place() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/1").await;
    for letter in "/third visit reads".chars() {
        browser.press(letter).await;
    }
    assert_eq!(
        browser.script("return document.activeElement.value").await,
        json!("third visit reads")
    );
    browser.press(Key::Enter).await;
    browser.has(".results a").await;
    browser
        .until("return document.activeElement.id === 'find'")
        .await;
    browser.press(Key::Down).await;
    browser
        .until("return document.activeElement.hash === '#the-third-visit'")
        .await;
    browser.press(Key::Up).await;
    browser
        .until("return document.activeElement.id === 'find'")
        .await;
    browser.press(Key::Down).await;
    browser.press(Key::Enter).await;
    browser
        .says(".contents summary", "Contents: The third visit")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_that_the_text_names_works_where_one_reads() {
    let look = Look {
        size: Some((390, 844)),
        ..Look::default()
    };
    let Some(browser) = chromium(look).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/5").await;
    browser.click("#run-it .named").await;
    let restarted = "The server was stopped and started again.";
    browser.says(".server .said", restarted).await;
    let seen = "const said = document.querySelector('.server .said').getBoundingClientRect();
        return scrollY > innerHeight && said.top > 0 && said.bottom <= innerHeight + 1";
    assert_eq!(browser.script(seen).await, json!(true));
}
