//! The slides and the presenter's window in a real browser: keys, clickers, the mouse, two screens, three projectors.

use fantoccini::key::Key;
use serde_json::json;

use crate::{
    chromium::{Chromium, Look, chromium},
    project::Project,
    steps::STEPS,
};

/// The slide that is shown, from 1.
const NOW: &str = "Number(document.querySelector('.slide.now').id.replace('slide-', ''))";

impl Chromium {
    /// Waits until this slide is shown.
    async fn shows(&self, slide: usize) {
        self.until(&format!("return {NOW} === {slide}")).await;
    }

    /// Types a slide's number, and Enter.
    async fn go_to(&self, slide: usize) {
        for digit in slide.to_string().chars() {
            self.press(digit).await;
        }
        self.press(Key::Enter).await;
        self.shows(slide).await;
    }

    /// The numbers of the slides that the way leads through, and of those that somebody must ask for.
    async fn plain_and_folded(&self) -> (Vec<usize>, Vec<usize>) {
        let folded = "return [...document.querySelectorAll('.slide')].map((it) => it.classList.contains('aside'))";
        let folded = self.script(folded).await;
        let folded: Vec<_> = folded
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it == &json!(true))
            .collect();
        (1..=folded.len()).partition(|slide| !folded[slide - 1])
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn arrows_and_clickers_show_the_answer_and_pass_hints_by() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/3/slides").await;
    let (plain, folded) = browser.plain_and_folded().await;
    assert!(
        folded.len() >= 4,
        "three hints and a solution at least: {folded:?}"
    );
    let answer = "return [...document.querySelectorAll('.slide h2')].findIndex((it) => it.innerText === 'Answer') + 2";
    let answer = browser.script(answer).await.as_u64().unwrap() as usize;
    assert!(plain.contains(&answer), "{answer} of {plain:?}");
    let last = *plain.last().unwrap();
    for forward in [' ', Key::Right.into(), Key::PageDown.into()] {
        browser.press(Key::Home).await;
        for slide in &plain {
            browser.shows(*slide).await;
            browser.press(forward).await;
        }
        browser.shows(last).await;
    }
    for slide in plain.iter().rev() {
        browser.shows(*slide).await;
        browser
            .press(if slide % 2 == 0 {
                Key::Left
            } else {
                Key::PageUp
            })
            .await;
    }
    browser.press(Key::End).await;
    browser.shows(last).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hint_is_shown_to_whoever_asks_for_it() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/3/slides").await;
    let (plain, folded) = browser.plain_and_folded().await;
    let task = *folded
        .iter()
        .find(|slide| folded.contains(&(*slide + 3)))
        .unwrap()
        - 1;
    browser.go_to(task).await;
    browser.press(Key::Down).await;
    browser.shows(task + 1).await;
    browser.says(".slide.now h2", "Hint 1").await;
    browser.press('h').await;
    browser.shows(task + 2).await;
    browser.press(Key::Up).await;
    browser.shows(task + 1).await;
    browser.click("[data-go=unfold]").await;
    browser.shows(task + 2).await;
    browser.press(Key::Right).await;
    let after = *plain.iter().find(|slide| **slide > task).unwrap();
    browser.shows(after).await;
    browser.press(Key::Left).await;
    browser.shows(task).await;
    // Where nothing is folded away, the key for it does nothing, and there is no button.
    browser.go_to(1).await;
    browser.press(Key::Down).await;
    assert_eq!(browser.script(&format!("return {NOW}")).await, json!(1));
    assert_eq!(
        browser
            .script("return document.querySelector('[data-go=unfold]').hidden")
            .await,
        json!(true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clicked_button_swallows_no_key_and_a_focused_one_is_pressed() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    // The fourth slide of this deck has code.
    for page in ["slides", "presenter"] {
        browser
            .open(&workshop, &format!("/steps/3/{page}#slide-3"))
            .await;
        browser.click("[data-go=forward]").await;
        browser.shows(4).await;
        for (key, slide) in [
            (' ', 5),
            (Key::PageDown.into(), 6),
            (Key::PageUp.into(), 5),
            (Key::Left.into(), 4),
        ] {
            browser.press(key).await;
            browser.shows(slide).await;
        }
        // A click into code, too.
        browser.click(".slide.now .code").await;
        browser.press(Key::Right).await;
        browser.shows(5).await;

        browser
            .tab_to("document.activeElement.dataset.go === 'back'")
            .await;
        browser.press(Key::PageDown).await;
        browser.shows(6).await;
        browser.press(' ').await;
        browser.shows(5).await;
        browser.press(Key::Enter).await;
        browser.shows(4).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_shows_every_slide_but_no_answer() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/3/slides").await;
    browser.press('o').await;
    let spoilt = "return [...document.querySelectorAll('.slide.folded .body')].some((it) => it.checkVisibility({ visibilityProperty: true }))";
    assert_eq!(browser.script(spoilt).await, json!(false));
    let seen = "return [...document.querySelectorAll('.slide :is(h1, h2)')].every((it) => it.checkVisibility({ visibilityProperty: true }))";
    assert_eq!(browser.script(seen).await, json!(true));
    browser.click("#slide-4").await;
    browser.shows(4).await;
    browser
        .until("return !document.body.classList.contains('overview')")
        .await;
    browser.press('o').await;
    browser.press(Key::Right).await;
    browser.press(Key::Enter).await;
    browser
        .until("return !document.body.classList.contains('overview')")
        .await;
    browser.shows(5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_presenter_and_the_slides_lead_each_other() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/3/slides").await;
    let slides = browser.client.window().await.unwrap();
    let (plain, _) = browser.plain_and_folded().await;
    browser.go_to(4).await;

    // Opened by its key, the presenter's window is where the slides are.
    browser.press('p').await;
    let presenter = browser.other_window(&slides).await;
    browser
        .client
        .switch_to_window(presenter.clone())
        .await
        .unwrap();
    browser.shows(4).await;
    let next = "return Number(document.querySelector('.slide.next').id.replace('slide-', ''))";
    assert_eq!(
        browser.script(next).await,
        json!(plain.iter().find(|slide| **slide > 4))
    );
    let both = "return ['.now', '.next'].every((it) => document.querySelector(`.slide${it}`).checkVisibility({ visibilityProperty: true }))";
    assert_eq!(browser.script(both).await, json!(true));
    let notes = "return document.querySelector('.slide.now + .notes').innerText.length > 20";
    assert_eq!(browser.script(notes).await, json!(true));
    browser.script("const now = new Date(); document.querySelector('.clock').dataset.from = now.getHours() * 60 + now.getMinutes() - 12").await;
    browser.click("[data-go=clock]").await;
    browser
        .until("return document.querySelector('#elapsed').textContent !== '00:00'")
        .await;
    browser.says("#pace", "minutes behind").await;

    browser.press(Key::PageDown).await;
    browser.shows(5).await;
    browser.press('b').await;
    browser
        .client
        .switch_to_window(slides.clone())
        .await
        .unwrap();
    browser.shows(5).await;
    browser
        .until("return document.body.classList.contains('dark')")
        .await;
    let dark =
        "return document.querySelector('.slide.now').checkVisibility({ visibilityProperty: true })";
    assert_eq!(browser.script(dark).await, json!(false));
    browser.press(Key::Left).await;
    browser.shows(4).await;
    assert_eq!(browser.script(dark).await, json!(true));
    browser.client.switch_to_window(presenter).await.unwrap();
    browser.shows(4).await;

    // The slides opened from there are there; so are those that somebody opens by hand.
    let link =
        "return document.querySelector('[target=slides]').href.endsWith('/steps/3/slides#slide-4')";
    assert_eq!(browser.script(link).await, json!(true));
    let third = browser.client.new_window(true).await.unwrap().handle;
    browser.client.switch_to_window(third).await.unwrap();
    browser.open(&workshop, "/steps/3/slides").await;
    browser.shows(4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_presenter_joins_slides_that_are_busy_and_does_not_lead_them() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/3/slides").await;
    browser.go_to(4).await;
    let presenter = browser.client.new_window(true).await.unwrap().handle;
    let busy =
        "setTimeout(() => { for (const end = Date.now() + 2000; Date.now() < end; ); }, 100)";
    browser.script(busy).await;
    browser.client.switch_to_window(presenter).await.unwrap();
    browser.open(&workshop, "/steps/3/presenter").await;
    browser.shows(4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_screens_never_fight() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    browser.open(&workshop, "/doctor").await;
    let listener = browser.client.window().await.unwrap();
    // What a window says again because another one asks where it is bears the time at which it was said first.
    browser
        .script(
            "window.heard = [];
             window.begins = Infinity;
             window.channel = new BroadcastChannel('deck-3');
             channel.onmessage = ({ data }) => data.at > begins && heard.push(data.slide);",
        )
        .await;
    let mut screens = Vec::new();
    for page in ["slides", "presenter"] {
        let screen = browser.client.new_window(true).await.unwrap().handle;
        browser
            .client
            .switch_to_window(screen.clone())
            .await
            .unwrap();
        browser
            .open(&workshop, &format!("/steps/3/{page}#slide-1"))
            .await;
        screens.push(screen);
    }
    // One key is one word on the channel: nobody repeats it.
    browser
        .client
        .switch_to_window(listener.clone())
        .await
        .unwrap();
    browser.script("begins = Date.now()").await;
    for (screen, slide) in [(0, 2), (1, 3), (0, 4)] {
        browser
            .client
            .switch_to_window(screens[screen].clone())
            .await
            .unwrap();
        browser.press(Key::Right).await;
        browser
            .client
            .switch_to_window(screens[1 - screen].clone())
            .await
            .unwrap();
        browser.shows(slide).await;
    }
    browser
        .client
        .switch_to_window(listener.clone())
        .await
        .unwrap();
    browser.until("return heard.length >= 3").await;
    assert_eq!(browser.script("return heard").await, json!([1, 2, 3]));

    // Two words of the same moment arrive in either order: both screens obey the same one. An old word comes too late.
    let words = "const at = Date.now() + 1000;
        const a = { slide: 6, dark: false, at, from: 'a' }, b = { slide: 7, dark: false, at, from: 'b' };
        for (const word of arguments[0] === 1 ? [a, b] : [b, a, { ...a, at: 1 }]) channel.postMessage(word);
        channel.postMessage('where?');";
    for order in [1, 2] {
        browser
            .client
            .execute(words, vec![json!(order)])
            .await
            .unwrap();
        browser.until("return heard.length >= 5").await;
        assert_eq!(
            browser.script("return heard.splice(3)").await,
            json!([7, 7])
        );
    }
    for screen in screens {
        browser.client.switch_to_window(screen).await.unwrap();
        browser.shows(8).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_slide_fills_its_projector_and_nothing_leaves_it() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    let workshop = project.serve();
    for (width, height) in [(1280, 720), (1920, 1080), (1024, 768)] {
        browser.resize(width, height).await;
        for step in STEPS {
            // The presenter's window shows the same slides, only smaller.
            let pages: &[_] = if width == 1280 {
                &["slides", "presenter"]
            } else {
                &["slides"]
            };
            for page in pages {
                browser
                    .open(&workshop, &format!("/steps/{}/{page}", step.number))
                    .await;
                let odd = browser.script(FAULTS).await;
                assert_eq!(
                    odd,
                    json!([]),
                    "the {page} of step {} at {width}",
                    step.number
                );
            }
        }
    }
}

/// What is wrong with the slides of a page, as its reader at the back of a room would say it.
const FAULTS: &str = "
    const faults = [];
    const slides = [...document.querySelectorAll('.slide')];
    const presenting = document.querySelector('.presenter');
    slides.forEach((slide, at) => {
        const fault = (words) => faults.push(`${slide.ariaLabel}: ${words}`);
        const size = (element) => Number.parseFloat(getComputedStyle(element).fontSize);
        const box = slide.getBoundingClientRect();
        const body = slide.querySelector('.body');
        const number = slide.querySelector('.number');
        if (Math.abs(box.width / box.height - 16 / 9) > 0.01) fault(`${box.width} by ${box.height}`);
        if (!presenting && Math.abs(box.width - Math.min(innerWidth, (innerHeight * 16) / 9)) > 1) fault('does not fill the window');
        if (number.textContent !== `${at + 1} / ${slides.length}`) fault(`has the number ${number.textContent}`);
        for (const element of slide.querySelectorAll('h1, h2, p, li, pre, .line, table, .drawing, svg')) {
            const it = element.getBoundingClientRect();
            if (it.width > 0 && (it.left < box.left - 1 || it.right > box.right + 1 || it.bottom > box.bottom)) fault(`${element.tagName} leaves it`);
            if (element !== number && body.contains(element) && it.bottom > number.getBoundingClientRect().bottom) fault(`${element.tagName} is too low`);
        }
        for (const block of slide.querySelectorAll('pre, table')) {
            if (block.scrollWidth > block.clientWidth + 1) fault('something is cut off');
            if (size(block) < size(body)) fault('its code is smaller than its prose');
        }
        if (size(body) < box.width * 0.0159) fault('its letters are too small');
    });
    return faults;";
