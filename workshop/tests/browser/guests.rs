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
async fn a_guest_answers_and_the_presenter_shows_bars() {
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
    let link = "/steps/3/room";
    presenter.open(&workshop, link).await;
    let (room, code) = invitation(&presenter).await;
    guest.client.goto(&room).await.unwrap();
    guest.type_into("#code", &code.to_lowercase()).await;
    guest.press(Key::Enter).await;
    guest.says("#question", "Nothing has been asked yet.").await;
    presenter.says("#guests", "Guests: 1").await;

    // What the presenter asks comes by itself; what the guest types stays while the page is kept up to date.
    presenter.click("summary").await;
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
    presenter.open(&workshop, link).await;
    presenter.click("button[value=empty]").await;
    guest.says("h1", "Join the room").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_button_beside_the_slides_asks_and_one_marks_the_answer_that_a_replay_shows() {
    let Some(presenter) = chromium(Look::default()).await else {
        return;
    };
    let guest = another(Look::default()).await;
    let project = Project::new();
    let workshop = workshop(&project);
    presenter.dark(true).await;
    presenter.open(&workshop, "/steps/3/presenter").await;
    let talk = presenter.client.window().await.unwrap();
    presenter.click("button[value=begin]").await;
    let screen = presenter.other_window(&talk).await;
    presenter.client.switch_to_window(screen).await.unwrap();
    presenter.has("button[value=close]").await;
    // A telephone reads dark squares on white, in a dark page, too.
    let seen = "const [paper, ink] = document.querySelectorAll('.qr > *');
        const { width, height } = paper.getBoundingClientRect();
        return [width > 150 && width === height, getComputedStyle(paper).fill, getComputedStyle(ink).fill]";
    let expected = json!([true, "rgb(255, 255, 255)", "rgb(0, 0, 0)"]);
    assert_eq!(presenter.script(seen).await, expected);

    let (room, code) = invitation(&presenter).await;
    guest.client.goto(&room).await.unwrap();
    guest.type_into("#code", "GUESS").await;
    guest.press(Key::Enter).await;
    guest
        .says("[role=alert]", "This is not the room's code")
        .await;
    let kept = guest
        .script("return document.querySelector('#code').value")
        .await;
    assert_eq!(kept, json!("GUESS"));
    guest
        .script("document.querySelector('#code').value = ''")
        .await;
    guest.type_into("#code", &code).await;
    guest.press(Key::Enter).await;
    guest.click("input[value='3']").await;
    guest.click(".answer button").await;
    presenter.says("#answered", "1 of 1").await;
    presenter.click("button[value=close]").await;
    let counts =
        "return [...document.querySelectorAll('.bars td:last-child')].map((it) => it.innerText)";
    presenter.has(".bars").await;
    assert_eq!(presenter.script(counts).await, json!(["0", "0", "0", "1"]));
    presenter.click("button[value=reveal]").await;
    presenter.says(".right-answer", "2").await;
    guest.says(".right-answer", "the answer").await;
    presenter.click("button[value=third-visit]").await;
    presenter.says(".verdict", "2 visits").await;
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
    presenter.click("summary").await;
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
        for (act, then) in [
            ("begin", "button[value=close]"),
            ("close", ".bars"),
            ("reveal", ".right-answer"),
        ] {
            browser.open(&workshop, page).await;
            browser.click(&format!("button[value={act}]")).await;
            browser.has(then).await;
            found.push(browser.faults(&axe).await);
            browser.client.goto(&room).await.unwrap();
            if act == "begin" {
                browser.click("input[value='2']").await;
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
