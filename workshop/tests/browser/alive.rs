//! What lives: the visitors beside a lesson, and the learner's own program beside its task.

use std::fs;

use fantoccini::key::Key;
use serde_json::json;

use crate::{
    chromium::{Look, chromium},
    process::start,
    project::{Project, whole_project},
    steps::STEPS,
};

#[tokio::test(flavor = "multi_thread")]
async fn two_visitors_a_restart_and_two_weeks_are_clicks() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/2").await;
    for (visitor, car) in [("Ann", "beetle"), ("Ben", "trabant")] {
        browser.visit(visitor, 1).await;
        browser.type_into("input[name=text]", car).await;
        browser.press(Key::Enter).await;
        browser.leave().await;
        browser.says(".rows", car).await;
        browser.enter(&format!("iframe[name={visitor}]")).await;
        browser.says("main", &format!("Some(\"{car}\")")).await;
        browser.leave().await;
    }
    browser.says("[data-guest=Ann] .jar", "step2=").await;

    // Loading the lesson again shows the same two pages, and nobody has asked the step for them: there are as many
    // requests as before, which are a page, a form and the page again for each visitor.
    let asked = "return document.querySelectorAll('#timeline .event:not(.part)').length === 6";
    browser.until(asked).await;
    browser.open(&workshop, "/steps/2").await;
    browser.enter("iframe[name=Ann]").await;
    browser.says("main", "Some(\"beetle\")").await;
    browser.leave().await;
    assert_eq!(browser.script(asked).await, json!(true));

    browser.click("[data-guest=Ben] button[value=forget]").await;
    browser.says(".rows", "nobody’s any more").await;
    browser.visit("Ben", 2).await;
    browser.says("main", "get None").await;
    browser.leave().await;
    browser.click("button[value=new-visitor]").await;
    browser.visit("Mallory", 1).await;
    browser.says("main", "get None").await;
    browser.leave().await;

    // A lab has the buttons that its step is about.
    let has = async |act: &str| {
        let found = format!("return document.querySelector('button[value={act}]') !== null");
        browser.script(&found).await
    };
    assert_eq!(has("wait").await, json!(false));
    browser.open(&workshop, "/steps/6").await;
    browser.visit("Ann", 1).await;
    browser.leave().await;
    browser.click("button[value=wait]").await;
    browser.says(".server .said", "Two weeks have passed").await;
    browser.open(&workshop, "/steps/3").await;
    browser.click("button[value=restart]").await;
    browser
        .says(".server .said", "The server was stopped and started again.")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_shows_ann_counted_and_ben_not_at_one_click() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/").await;
    browser.click(".first-look .primary").await;
    browser.says(".first-look .said", "in the timeline").await;
    for (visitor, counted) in [("Ann", "1 time."), ("Ben", "0 times.")] {
        browser.enter(&format!("iframe[name={visitor}]")).await;
        let words = format!("You have visited this page {counted}");
        browser.says("main", &words).await;
        browser.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_plays_in_the_browsers_of_the_lab_after_the_prediction() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/4").await;
    browser.click(".replays button[value=wheels-lost]").await;
    let choose = "const field = document.querySelector('#expected');
                  field.value = [...field.options].find((it) => it.text.includes('alloy'))?.value ?? '';
                  return field.value !== ''";
    browser.until(choose).await;
    browser.click(".replays button[value=play]").await;
    browser.says(".server .said", "Ann's browser:").await;
    browser.says(".verdict", "Not this time.").await;
    let store = "the store held {\"my_car\":{\"model\":\"beetle\",\"wheels\":\"steel\"}}";
    browser.says(".verdict", store).await;
    browser.enter("iframe[name=Ann]").await;
    browser.says("main", "wheels: \"steel\"").await;
    browser.leave().await;
    browser.says("#timeline", "POST").await;

    // The prediction is kept, and a right one is said to be right.
    browser.open(&workshop, "/steps/3").await;
    browser
        .click(".replays button[value=server-restarted]")
        .await;
    browser.type_into("#expected", "0").await;
    browser.click(".replays button[value=play]").await;
    browser.says(".verdict", "You were right.").await;
    browser
        .says(".verdict", "the store held no record for it")
        .await;
    browser.click(".replays button[value=put-away]").await;
    browser
        .click(".replays button[value=server-restarted]")
        .await;
    browser
        .until("return document.querySelector('#expected')?.value === '0'")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_visit_changed_on_the_page_is_marked_and_in_sight() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/3").await;
    for times in 1..=2 {
        browser.visit("Ann", times).await;
        browser.says("main", "You have visited this page").await;
        browser.leave().await;
    }
    browser.enter("iframe[name=Ann]").await;
    browser
        .until(
            "const box = document.querySelector('mark')?.getBoundingClientRect();
             return box && box.top >= 0 && box.bottom <= innerHeight
                 && document.querySelector('mark').textContent === 'You have visited this page 1 time.'",
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_is_built_and_shown_and_a_pass_is_a_moment() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = whole_project();
    let mut command = project.command(&[]);
    command.env("VISUAL", "true"); // an editor that has nothing to say
    let workshop = start(command);
    browser.open(&workshop, "/steps/3/mine").await;
    browser.click("button[value=start]").await;
    let says = async |words: &str| browser.says(".phase", words).await;
    says("not yet").await;
    browser
        .says(
            ".findings",
            "The count of visits should be 1; it is 0, one too few.",
        )
        .await;
    browser.enter("iframe[name=mine]").await;
    browser
        .says("main", "You have visited this page 0 times.")
        .await;
    browser.leave().await;
    browser.says(".timeline", "num_visits none → 1").await;

    let source = STEPS[2].source;
    fs::write(
        project.mine(),
        source.replace("page::layout", "page::lay_out"),
    )
    .unwrap();
    says("It does not compile yet.").await;
    browser.says(".diagnostic", "lay_out").await;
    browser.click(".diagnostic button").await;
    browser
        .says(".diagnostic output", "Opened steps/mine/main.rs at line")
        .await;
    browser.enter("iframe[name=mine]").await;
    browser.click("nav a[href='/']").await;
    browser.leave().await;
    browser.says(".timeline", "num_visits 1 → 2").await;
    browser.enter("iframe[name=mine]").await;
    browser
        .says("main", "You have visited this page 1 time.")
        .await;
    browser.leave().await;

    let solved = source
        .replace(
            "get_or(NUM_VISITS, 0).await?;",
            "get_or(NUM_VISITS, 0).await? + 1;",
        )
        .replace("num_visits.saturating_add(1)", "num_visits");
    fs::write(project.mine(), solved).unwrap();
    says("Exercise 1 of step 3 holds.").await;
    browser
        .says(".passed", "Exercise 1 of step 3 is done")
        .await;
    browser.enter("iframe[name=mine]").await;
    browser
        .says("main", "You have visited this page 1 time.")
        .await;
    browser.leave().await;
    browser.click(".timeline .event a").await;
    browser.says(".machine .record", "num_visits none 1").await;
    browser.click(".machine .now").await;
    browser.says("#exercise-1 summary", "✓ done").await;
    browser
        .says(".top .go-on", "Continue: exercise 2 of step 3")
        .await;
    browser.click("#exercise-2 > summary").await;
    says("Exercise 2 of step 3: not yet.").await;
    let is_open = "return document.querySelector('#exercise-1').open";
    assert_eq!(
        browser.script(is_open).await,
        json!(false),
        "one is open at a time"
    );
}
