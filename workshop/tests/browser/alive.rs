//! What lives: the visitors beside a lesson, and the learner's own program beside its task.

use std::fs;

use fantoccini::{Locator, key::Key};
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
    browser.click("button[value=wait]").await;
    browser.says(".rows", "The server has no such row.").await;
    browser.visit("Ann", 2).await;
    browser.says("main", "get None").await;
    browser.leave().await;

    browser.click("button[value=new-visitor]").await;
    browser.visit("Cleo", 1).await;
    browser.says("main", "get None").await;
    browser.leave().await;
    browser.click("button[value=restart]").await;
    browser
        .says(".server .said", "The server was stopped and started again.")
        .await;
    browser.click("[data-guest=Ann] button[value=tabs]").await;
    browser
        .says(".server .said", "in 3 tabs at once: 200, 200, 200")
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
    browser.open(&workshop, "/steps/3/exercises/1").await;
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
    browser.click(".passed a").await;
    says("Exercise 2 of step 3: not yet.").await;
    browser
        .client
        .find(Locator::Css(".passed"))
        .await
        .expect_err("it is not done");
}
