//! The race of step 9, and the processes of step 10, in a browser.

use fantoccini::key::Key;
use serde_json::json;

use crate::{
    chromium::{Chromium, Look, axe, chromium},
    project::Project,
};

#[tokio::test(flavor = "multi_thread")]
async fn two_clicks_lead_from_the_lesson_to_a_lost_visit() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/9").await;
    browser.click(".race input[value=MemoryStore]").await;
    browser.click(".race button[value=race]").await;
    browser.says(".race .outcome", "21 wanted, ").await;
    browser.says(".race .outcome", "lost.").await;
    browser.says(".race .beside", "num_visits 1 → ").await;
    // Row, count and timeline are in sight without scrolling.
    let in_sight = ".every((css) => {
        const box = document.querySelector(css).getBoundingClientRect();
        const lab = document.querySelector('.present').getBoundingClientRect();
        return box.height > 0 && box.top >= lab.top && box.bottom <= lab.bottom;
    })";
    let seen = format!("return ['.race .outcome', '.race .beside p', '.race svg.tabs']{in_sight}");
    browser.resize(1440, 900).await;
    browser.until(&seen).await;
    browser.has(".race svg.tabs .over[d^=M]").await;
    is_accessible(&browser).await;
}

async fn is_accessible(browser: &Chromium) {
    let Some(axe) = axe() else { return };
    for dark in [false, true] {
        browser.dark(dark).await;
        for (width, height) in [(1440, 900), (390, 844)] {
            browser.resize(width, height).await;
            assert_eq!(browser.faults(&axe).await, json!([]), "{width} {dark}");
            let wide = "return document.documentElement.scrollWidth <= innerWidth";
            assert_eq!(browser.script(wide).await, json!(true), "{width}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_motion_goes_on_by_keyboard() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/9").await;
    browser
        .tab_to("document.activeElement.name === 'store'")
        .await;
    browser.press(Key::Down).await;
    browser
        .tab_to("document.activeElement.value === 'next'")
        .await;
    for words in [
        "Tab 1 loads 1.",
        "Tab 2 loads 1.",
        "Tab 1 saves 2.",
        "Tab 2 is refused, because the row has changed to 2. 2 wanted, 1 counted",
    ] {
        browser.press(Key::Enter).await;
        browser.says(".race .outcome", words).await;
    }
    // The button has kept the focus, and the choice has stayed.
    let kept = "return document.activeElement.value + document.querySelector('[name=store]:checked').value";
    assert_eq!(browser.script(kept).await, json!("nextSqliteStore"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_script_the_form_leads_to_the_drawing() {
    let Some(browser) = chromium(Look::without_script()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/9").await;
    browser
        .click(".race input[value='SqliteStore, run again']")
        .await;
    browser.click(".race button[value=race]").await;
    browser.has(".race svg.tabs .again").await;
    let outcome = browser.text(".race .outcome").await;
    assert_eq!(outcome, "21 wanted, 21 counted: none lost, none refused.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_goes_on_being_counted_when_a_process_is_killed() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/10").await;
    for (visits, button) in [(1, ""), (2, "kill"), (3, "bring-back"), (4, "")] {
        browser.visit("Ann", visits).await;
        browser.says("main", "answered by process").await;
        browser.leave().await;
        browser.says(".rows", &format!("→ {visits}")).await;
        browser.says("#timeline .event", "process").await;
        if !button.is_empty() {
            browser
                .click(&format!("#lab-server button[value={button}]"))
                .await;
            let said = ["was killed.", "one was started."][visits - 2];
            browser.says(".server .said", said).await;
        }
    }
    is_accessible(&browser).await;
}
