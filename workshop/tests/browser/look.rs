//! Observe: what matters is in the window, whatever its size, and a request of the past is one click away.

use fantoccini::key::Key;
use serde_json::json;

use crate::{
    chromium::{Chromium, Look, chromium},
    process::Running,
    project::Project,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_the_past_is_chosen_and_the_arrows_go_back_and_forth() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    visit_three_times(&browser, &workshop).await;
    browser.click("#timeline .event:not(.part) a").await;
    browser.says(".machine .record", "num_visits 2 3").await;
    browser
        .says(
            ".machine .calls",
            "save {\"num_visits\":2} -> {\"num_visits\":3}",
        )
        .await;
    assert_eq!(
        browser
            .script("return document.querySelector('.present').checkVisibility()")
            .await,
        json!(false)
    );
    let marked = "return [...document.querySelectorAll('.machine .asks')].map((it) => it.innerText).join('')";
    let marked = browser.script(marked).await;
    let marked = marked.as_str().unwrap();
    assert!(
        marked.contains("get_or(NUM_VISITS, 0)") && marked.contains(".insert(NUM_VISITS"),
        "{marked}"
    );
    let mark = "return document.querySelector('.machine iframe').contentDocument?.querySelector('mark')?.textContent";
    browser
        .until(&format!("{mark} === 'You have visited this page 2 times.'"))
        .await;

    // Back and forth with the keys alone, then to the present.
    for (key, counted) in [(Key::Down, "num_visits 1 2"), (Key::Up, "num_visits 2 3")] {
        browser.press(key).await;
        browser.says(".machine .record", counted).await;
    }
    browser.click(".machine a[rel=prev]").await;
    browser.says(".machine .record", "num_visits 1 2").await;
    browser.click(".machine .now").await;
    browser
        .until("return !document.querySelector('.machine') && document.querySelector('.present').checkVisibility()")
        .await;
    assert_eq!(
        browser
            .script("return document.activeElement.closest('.event') !== null")
            .await,
        json!(true),
        "the focus stays in the timeline"
    );
}

/// Ann opens step 3's home page three times, beside its lesson.
async fn visit_three_times(browser: &Chromium, workshop: &Running) {
    browser.open(workshop, "/steps/3").await;
    for (times, visits) in (1..).zip(["0 times", "1 time.", "2 times"]) {
        browser.visit("Ann", times).await;
        browser
            .says("main", &format!("You have visited this page {visits}"))
            .await;
        browser.leave().await;
    }
    browser.says("#timeline .event:not(.part)", "2 → 3").await;
}

/// A browser whose page is this large.
async fn window(width: u32, height: u32) -> Option<Chromium> {
    let look = Look {
        size: Some((width, height)),
        ..Look::default()
    };
    chromium(look).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_visit_line_and_the_timeline_are_seen_without_scrolling() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    visit_three_times(&browser, &workshop).await;
    for (width, height) in [(1440, 900), (1280, 720), (1024, 768), (1920, 1080)] {
        browser.resize(width, height).await;
        browser.open(&workshop, "/steps/3").await;
        let size = format!("{width} by {height}");
        let bar = "const bar = document.querySelector('.top');
                   return bar.scrollHeight <= bar.clientHeight && bar.scrollWidth <= bar.clientWidth";
        assert_eq!(browser.script(bar).await, json!(true), "the bar at {size}");
        let row = "const row = document.querySelector('#timeline .change').getBoundingClientRect();
                   return scrollY === 0 && row.bottom <= innerHeight && row.right <= innerWidth";
        assert_eq!(browser.script(row).await, json!(true), "{size}");
        browser.enter("iframe[name=Ann]").await;
        let line = "const line = [...document.querySelectorAll('p')].find((it) => it.textContent.startsWith('You have visited'));
                    const box = line?.getBoundingClientRect();
                    return box && box.top >= 0 && box.bottom <= innerHeight";
        browser.until(line).await;
        browser.leave().await;
        browser.click("#timeline .event:not(.part) a").await;
        browser.says(".machine .record", "num_visits 2 3").await;
        let lines = "const lines = [...document.querySelectorAll('.machine .asks')].map((it) => it.getBoundingClientRect().top);
                     const end = document.querySelector('.machine').getBoundingClientRect().bottom;
                     return lines.length === 4 && lines[0] < end";
        if height >= 900 {
            browser.until(lines).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrow_page_has_the_opening_the_live_step_and_then_the_long_text() {
    let Some(browser) = window(390, 844).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/3").await;
    let order = "const top = (css) => document.querySelector(css).getBoundingClientRect().top;
                 return top('.opening .lead') < top('.live') && top('.live') < top('article.lesson')";
    assert_eq!(browser.script(order).await, json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wide_window_has_no_gap_between_the_lesson_and_the_live_step() {
    let Some(browser) = window(1920, 1080).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/3").await;
    let gap = "const box = (css) => document.querySelector(css).getBoundingClientRect();
               return box('.live').left - box('article.lesson').right";
    let gap = browser.script(gap).await.as_f64().unwrap();
    assert!((0.0..=64.0).contains(&gap), "{gap}");
    // Ben's browser is the one on the right.
    let beside = browser
        .script("return innerWidth - document.querySelector('[data-guest=Ben]').getBoundingClientRect().right")
        .await;
    assert!(beside.as_f64().unwrap() <= 64.0, "{beside}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_click_on_a_line_number_opens_the_editor_there() {
    use std::{fs, os::unix::fs::PermissionsExt};

    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let editor = project.0.path().join("my-editor");
    let said = project.0.path().join("said");
    fs::write(
        &editor,
        format!("#!/bin/sh\necho \"$@\" > {}\n", said.display()),
    )
    .unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = project.command(&[]);
    command.env("VISUAL", &editor);
    let workshop = crate::process::start(command);
    browser.open(&workshop, "/steps/3/code").await;
    browser.click("#L12 button").await;
    browser
        .says(
            "form.listing output",
            "Opened steps/03/main.rs at line 12 in my-editor.",
        )
        .await;
    let opened = fs::read_to_string(said).unwrap();
    assert!(opened.trim().ends_with("steps/03/main.rs:12:1"), "{opened}");
}
