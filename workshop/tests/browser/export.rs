//! The exported workshop in a real browser, opened as files. Observe: no server, no dead link, no word of complaint.

use std::collections::BTreeSet;

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::{
    chromium::{Chromium, Look, chromium},
    learner::is_of_a_kind,
    project::Project,
};

/// Where a page leads, and what it has loaded.
const LINKS: &str = "return [...document.links].map((it) => it.href.split('#')[0])";
const LOADED: &str = "return performance.getEntriesByType('resource').map((it) => it.name)";

fn words(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().unwrap().iter().filter_map(Value::as_str)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exported_workshop_is_read_from_files() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let folder = project.0.path().join("out");
    let (worked, said) = project.run(&["export", folder.to_str().unwrap()]);
    assert!(worked, "{said}");
    let home = format!("file://{}/", folder.display());
    let mut open = vec![format!("{home}index.html")];
    let mut seen = BTreeSet::new();
    while let Some(page) = open.pop() {
        if !seen.insert(page.clone()) {
            continue;
        }
        browser.client.goto(&page).await.unwrap();
        let title = browser.client.title().await.unwrap();
        assert!(
            title.ends_with("LocalLibrary workshop"),
            "{page}: {title:?}"
        );
        for loaded in words(&browser.script(LOADED).await) {
            assert!(loaded.starts_with(&home), "{page} loads {loaded}");
        }
        let console = browser.console().await;
        assert!(console.is_empty(), "{page}: {console:?}");
        let links = browser.script(LINKS).await;
        let links = words(&links).filter(|link| !link.starts_with("https://"));
        for link in links {
            let page = link.strip_prefix(&home);
            let page = page.unwrap_or_else(|| panic!("{link} leaves the folder"));
            if is_of_a_kind(page) {
                open.push(link.into());
            }
        }
    }
    assert!(seen.len() > 10, "{} pages", seen.len());

    a_framed_page_has_its_styles(&browser, &home).await;
    slides_go_forward_and_lead_the_presenter(&browser, &home).await;
}

async fn a_framed_page_has_its_styles(browser: &Chromium, home: &str) {
    browser
        .client
        .goto(&format!("{home}steps/3/code.html#first-visit"))
        .await
        .unwrap();
    browser.enter("#first-visit iframe").await;
    browser
        .says("main", "You have visited this page 0 times.")
        .await;
    assert_eq!(
        browser.script("return document.styleSheets.length").await,
        json!(2),
        "the page in the frame has the site's styles, and those of a frame"
    );
}

async fn slides_go_forward_and_lead_the_presenter(browser: &Chromium, home: &str) {
    let page = |name| format!("{home}steps/3/{name}.html");
    browser.client.goto(&page("slides")).await.unwrap();
    let slides = browser.client.window().await.unwrap();
    let shows =
        |slide| format!("return document.querySelector('.slide.now').id === 'slide-{slide}'");
    browser.until(&shows(1)).await;
    browser.press(Key::Right).await;
    browser.until(&shows(2)).await;
    browser.press('o').await;
    browser
        .until("return document.body.classList.contains('overview')")
        .await;

    let presenter = browser.client.new_window(true).await.unwrap().handle;
    browser.client.switch_to_window(presenter).await.unwrap();
    browser.client.goto(&page("presenter")).await.unwrap();
    browser.until(&shows(2)).await;
    browser.press(Key::PageDown).await;
    browser.until(&shows(3)).await;
    browser.click("[data-go=clock]").await;
    browser
        .until("return document.querySelector('#elapsed').textContent !== '00:00'")
        .await;
    browser.client.switch_to_window(slides).await.unwrap();
    browser.until(&shows(3)).await;
    assert!(browser.console().await.is_empty());
}
