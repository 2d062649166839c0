//! A room of two browsers. Observe: the presenter asks, a guest answers, with script and without, and both see it.

use fantoccini::{Locator, key::Key};
use serde_json::json;

use crate::{
    chromium::{Chromium, Look, another, axe, chromium},
    process::{Running, start},
    project::Project,
};

/// Where guests are, and their code, as the presenter's page shows them.
async fn invitation(presenter: &Chromium) -> (String, String) {
    (
        presenter.text(".join strong").await,
        presenter.text(".code-word").await,
    )
}

fn workshop(project: &Project) -> Running {
    start(project.command(&["room", "--address", "127.0.0.1"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_answers_and_the_presenter_shows_bars_and_runs_the_replay() {
    let Some(presenter) = chromium(Look::default()).await else {
        return;
    };
    let telephone = Look {
        size: Some((390, 844)),
        ..Look::default()
    };
    let guest = another(telephone).await;
    let project = Project::new();
    let workshop = workshop(&project);
    presenter.open(&workshop, "/steps/3/presenter").await;
    let opened = "a[target=room]";
    let link = presenter.client.find(Locator::Css(opened)).await.unwrap();
    let link = link.attr("href").await.unwrap().unwrap();
    presenter.open(&workshop, &link).await;
    let (room, code) = invitation(&presenter).await;
    guest.client.goto(&room).await.unwrap();
    guest.type_into("#code", &code.to_lowercase()).await;
    guest.press(Key::Enter).await;
    guest.says("#question", "Nothing has been asked yet.").await;
    presenter.says("#guests", "Guests: 1").await;

    // What the presenter asks comes by itself; what the guest types stays while the page is kept up to date.
    presenter.click("button[value=ask]").await;
    guest
        .says("#question", "Which number does the third page show?")
        .await;
    guest.type_into("#answer", "2 of cou").await;
    guest.script("window.asked = 0; const before = fetch; window.fetch = (...all) => { asked++; return before(...all); }").await;
    guest.until("return asked >= 2").await;
    guest.press('r').await;
    guest.press('s').await;
    guest.press('e').await;
    guest.press(Key::Enter).await;
    guest.says(".predicted", "Your answer: 2 of course").await;
    presenter.says("#answered", "1 of 1").await;
    guest.click("#board button").await;
    presenter.says("#passed-1", "1 of 1").await;

    presenter.click("button[value=close]").await;
    presenter.says(".bars", "2 of course").await;
    guest.says("#question", "The question is closed.").await;
    guest.says(".bars", "2 of course").await;
    presenter.click("button[value=third-visit]").await;
    presenter.says(".replays", "Replay: third visit").await;

    for (browser, width) in [(&guest, 390), (&presenter, 1280)] {
        let wide = browser
            .script("return document.documentElement.scrollWidth")
            .await;
        assert!(wide.as_u64() <= Some(width), "{wide} wide");
        let console = browser.console().await;
        assert!(console.is_empty(), "{console:?}");
    }
    let readable = guest.script("return document.cookie").await;
    assert_eq!(readable, json!(""), "no script reads the ticket");
    presenter.open(&workshop, &link).await;
    presenter.click("button[value=empty]").await;
    guest.says("h1", "Join the room").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_script_a_guest_chooses_an_answer_and_asks_what_is_new() {
    let Some(presenter) = chromium(Look::default()).await else {
        return;
    };
    let without_script = Look {
        without_script: true,
        ..Look::default()
    };
    let guest = another(without_script).await;
    let project = Project::new();
    let workshop = workshop(&project);
    presenter.open(&workshop, "/steps/4/room").await;
    let (room, code) = invitation(&presenter).await;
    presenter.type_into("#choices", "alloy, steel").await;
    presenter.click("button[value=ask]").await;
    guest.client.goto(&room).await.unwrap();
    guest.type_into("#code", &code).await;
    guest.click("form button").await;
    guest.click("input[value=steel]").await;
    guest.click(".answer button").await;
    guest.says(".predicted", "Your answer: steel").await;
    presenter.click("button[value=close]").await;
    presenter.says(".bars", "steel").await;
    guest
        .client
        .find(Locator::LinkText("See what is new"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    guest.says(".bars", "steel").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_serious_in_the_room() {
    let Some(axe) = axe() else { return };
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    for dark in [false, true] {
        browser.dark(dark).await;
        let workshop = workshop(&project);
        let page = "/steps/3/room";
        browser.open(&workshop, page).await;
        let (room, code) = invitation(&browser).await;
        let mut found = vec![browser.faults(&axe).await];
        browser.client.goto(&room).await.unwrap();
        found.push(browser.faults(&axe).await);
        browser.type_into("#code", &code).await;
        browser.click("form button").await;
        browser
            .says("#question", "Nothing has been asked yet.")
            .await;
        for (act, then) in [("ask", "button[value=close]"), ("close", ".bars")] {
            browser.open(&workshop, page).await;
            browser.click(&format!("button[value={act}]")).await;
            browser.has(then).await;
            found.push(browser.faults(&axe).await);
            browser.client.goto(&room).await.unwrap();
            if act == "ask" {
                browser.type_into("#answer", "2").await;
                browser.click(".answer button").await;
            }
            browser.says("#question", "Your answer: 2").await;
            found.push(browser.faults(&axe).await);
        }
        assert!(
            found.iter().all(|it| *it == json!([])),
            "dark: {dark}: {found:?}"
        );
    }
}
