//! Observe: a learner reads, predicts, clicks and watches; with a mouse, with keys only, and without script.

use std::collections::BTreeSet;

use fantoccini::key::Key;
use serde_json::json;

use crate::{
    chromium::{Look, axe, chromium},
    process::Running,
    project::{Project, pages_among, whole_project},
    steps::STEPS,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_learner_predicts_clicks_the_live_step_and_watches_the_timeline() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/3").await;
    assert_eq!(
        browser
            .script("return document.querySelector('#answer').open")
            .await,
        json!(false)
    );
    browser.type_into("#predicted", "it says 3").await;
    browser.click(".predict button").await;
    browser
        .until("return document.querySelector('#answer').open")
        .await;
    browser.says("#answer .predicted", "it says 3").await;

    // The lesson was opened twice, and neither counted: the learner's own click is the first visit.
    browser.visit("Ann", 1).await;
    browser
        .says("main", "You have visited this page 0 times.")
        .await;
    browser.click("nav a[href='/books']").await;
    browser.leave().await;
    let newest = "document.querySelector('#timeline .event:not(.part) code').textContent";
    browser
        .until(&format!("return {newest} === '/books'"))
        .await;
    browser
        .until(
            "return document.querySelector('[data-guest=Ann] .address').textContent === '/books'",
        )
        .await;
    browser.enter("iframe[name=Ann]").await;
    browser.click("nav a[href='/']").await;
    browser.leave().await;
    browser.until(&format!("return {newest} === '/'")).await;
    browser.says("#timeline .event:not(.part)", "1 → 2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_alone_are_enough() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/3").await;
    browser.press(Key::Tab).await;
    let focused = "document.activeElement";
    assert_eq!(
        browser.script(&format!("return {focused}.className")).await,
        json!("skip")
    );
    browser
        .tab_to("document.activeElement.id === 'predicted'")
        .await;
    browser.press('2').await;
    browser.press(Key::Enter).await;
    browser
        .until("return document.querySelector('#answer').open")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_script_all_but_the_live_timeline_works() {
    let Some(browser) = chromium(Look::without_script()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/3").await;
    let said = browser
        .script("return document.querySelector('.timeline .note').innerText")
        .await;
    assert!(
        said.as_str()
            .unwrap()
            .ends_with("Without script: reload to see more."),
        "{said}"
    );
    browser.type_into("#predicted", "2").await;
    browser.click(".predict button").await;
    browser.says("#answer", "You predicted: 2").await;
    browser.visit("Ann", 1).await;
    browser
        .says("main", "You have visited this page 0 times.")
        .await;
    browser.leave().await;
    browser.open(&workshop, "/steps/3").await;
    browser.click("#timeline .event:not(.part) a").await;
    browser
        .says(".machine .meaning", "This page load is one visit.")
        .await;
    browser.says(".machine .record", "num_visits none 1").await;
    browser.open(&workshop, "/steps/3").await;
    browser.click(".replays button[value=first-visit]").await;
    browser.type_into("#expected", "0").await;
    browser.click(".replays button[value=play]").await;
    browser.says(".verdict", "You were right.").await;
    browser.open(&workshop, "/steps/3/mine").await;
    browser.click("#find-the-line > summary").await;
    browser.type_into("#wrong-line", "1").await;
    browser.click("#find-the-line button:not([name])").await;
    browser
        .says("#find-the-line .verdict", "Line 1 is not to blame.")
        .await;
    browser.open(&workshop, "/steps/3/code").await;
    browser.click("#changes").await;
    browser.says(".changes", "lines differ from step 2").await;
    browser.open(&workshop, "/steps/3/slides").await;
    let all = "return [...document.querySelectorAll('.slide')].every((it) => it.checkVisibility({ visibilityProperty: true }))";
    assert_eq!(browser.script(all).await, json!(true));
    browser.open(&workshop, "/steps/3").await;
    browser.click(".top .go-on button").await;
    browser.says("[aria-current=page]", "My work").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_is_wider_than_its_window_and_no_request_leaves_this_machine() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    let lessons = (1..=STEPS.len()).map(|step| format!("/steps/{step}"));
    for path in kinds(&workshop).into_iter().chain(lessons) {
        browser.open(&workshop, &path).await;
        for width in [390, 768, 1280] {
            browser.resize(width, 844).await;
            let wide = browser
                .script("return document.documentElement.scrollWidth")
                .await;
            assert!(
                wide.as_u64() <= Some(width.into()),
                "{path} at {width}: {wide} wide"
            );
        }
        let asked = browser
            .script("return performance.getEntriesByType('resource').map((it) => it.name)")
            .await;
        for name in asked.as_array().unwrap() {
            let name = name.as_str().unwrap();
            assert!(
                name.starts_with("http://127.0.0.1:") || name.starts_with("about:"),
                "{path}: {name}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_presenters_window_opens_at_its_top_on_a_phone() {
    let size = Some((390, 844));
    let Some(browser) = chromium(Look {
        size,
        ..Look::default()
    })
    .await
    else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/3/presenter").await;
    browser.until("return document.body.classList.contains('showing') && document.readyState === 'complete'").await;
    assert_eq!(browser.script("return scrollY").await, json!(0));
}

/// A page of each kind: those of one step stand for those of all.
fn kinds(workshop: &Running) -> BTreeSet<String> {
    let mut kinds = pages_among(&workshop.address, is_of_a_kind)
        .into_keys()
        .collect::<BTreeSet<_>>();
    kinds.extend(["/steps/4", "/steps/33", "/search?q=session"].map(Into::into));
    kinds
}

/// Whether the page belongs to no step, or to that one.
pub fn is_of_a_kind(path: &str) -> bool {
    !path.contains("steps/") || path.contains("steps/3")
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_serious_in_light_or_dark() {
    let Some(axe) = axe() else { return };
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = whole_project();
    project.run(&["start", "3"]);
    let workshop = project.serve();
    for path in kinds(&workshop) {
        browser.open(&workshop, &path).await;
        for dark in [false, true] {
            browser.dark(dark).await;
            let found = browser.faults(&axe).await;
            assert_eq!(found, json!([]), "{path}, dark: {dark}");
        }
    }
}
