//! The learner's program in a field of My work. Observe: keys, numbers, the compiler's words, and two editors at once.

use std::fs;

use fantoccini::{Locator, key::Key};
use serde_json::json;

use crate::{
    chromium::{Chromium, Look, axe, chromium},
    project::{Project, whole_project},
    steps::STEPS,
};

impl Chromium {
    async fn value(&self) -> String {
        let value = self
            .script("return document.querySelector('#edit textarea').value")
            .await;
        value.as_str().unwrap().to_string()
    }

    /// Puts the cursor at the end of the field.
    async fn to_the_end(&self) {
        let end = "const field = document.querySelector('#edit textarea');
                   field.focus();
                   field.setSelectionRange(field.value.length, field.value.length)";
        self.script(end).await;
    }

    async fn save(&self) {
        let field = self
            .client
            .find(Locator::Css("#edit textarea"))
            .await
            .unwrap();
        field
            .send_keys(&format!("{}s", char::from(Key::Control)))
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_is_built_and_the_compiler_s_words_stand_at_their_line() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = whole_project();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/3/mine").await;
    browser.click("button[value=start]").await;
    browser.click("#edit > summary").await;
    browser.to_the_end().await;
    for key in [
        'f',
        'n',
        ' ',
        'x',
        '(',
        ')',
        ' ',
        '{',
        '\n',
        Key::Tab.into(),
        'y',
        '\n',
        '}',
        '\n',
    ] {
        browser.press(key).await;
    }
    let typed = format!("{}fn x() {{\n    y\n}}\n", STEPS[2].source);
    assert_eq!(browser.value().await, typed);
    let numbers = browser.text(".editor .numbers").await;
    assert_eq!(numbers.lines().count(), typed.lines().count() + 1);
    browser.save().await;
    browser.says(".editor output", "Saved.").await;
    assert_eq!(fs::read_to_string(project.mine()).unwrap(), typed);
    browser
        .says(".editor .marks", "cannot find value `y` in this scope")
        .await;
    // The words begin behind the line that they are about, on its height.
    let line = typed.lines().count() - 1;
    let level = format!(
        "const height = Number.parseFloat(getComputedStyle(document.querySelector('#edit textarea')).lineHeight);
         const mark = document.querySelector('.marks .bad').getBoundingClientRect();
         const field = document.querySelector('#edit textarea').getBoundingClientRect();
         return Math.round((mark.top - field.top) / height) + 1 === {line} || [mark.top - field.top, height]"
    );
    assert_eq!(browser.script(&level).await, json!(true));
    browser
        .says(
            "[data-part=lines]",
            &format!("Line {line}: cannot find value `y`"),
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tab_indents_and_escape_lets_it_go_on() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    fs::write(project.mine(), "a\nb\n").unwrap();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/3/mine").await;
    browser.click("#edit > summary").await;
    let select = "const field = document.querySelector('#edit textarea'); field.focus(); field.setSelectionRange(0, 3)";
    browser.script(select).await;
    browser.press(Key::Tab).await;
    assert_eq!(browser.value().await, "    a\n    b\n");
    let field = browser
        .client
        .find(Locator::Css("#edit textarea"))
        .await
        .unwrap();
    field
        .send_keys(&format!(
            "{}{}",
            char::from(Key::Shift),
            char::from(Key::Tab)
        ))
        .await
        .unwrap();
    assert_eq!(browser.value().await, "a\nb\n");
    browser
        .says("#edit-keys", "Escape and then Tab leaves the field")
        .await;
    browser.press(Key::Escape).await;
    browser.press(Key::Tab).await;
    let left = browser
        .script("return document.activeElement.innerText")
        .await;
    assert_eq!(left, json!("Save"), "no keyboard trap");
    if let Some(axe) = axe() {
        for dark in [false, true] {
            browser.dark(dark).await;
            assert_eq!(browser.faults(&axe).await, json!([]), "dark: {dark}");
        }
    }
    assert_eq!(browser.value().await, "a\nb\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_editor_saves_comes_by_itself_or_is_shown_beside_what_was_typed() {
    let Some(browser) = chromium(Look::default()).await else {
        return;
    };
    let project = Project::new();
    fs::write(project.mine(), "// one\n").unwrap();
    let workshop = project.serve();
    browser.open(&workshop, "/steps/3/mine").await;
    browser.click("#edit > summary").await;
    fs::write(project.mine(), "// two\n").unwrap();
    browser
        .until("return document.querySelector('#edit textarea').value === '// two\\n'")
        .await;
    browser.to_the_end().await;
    browser.press('!').await;
    fs::write(project.mine(), "// three\n").unwrap();
    browser
        .says(".editor output", "The file has changed on the disk.")
        .await;
    browser.save().await;
    browser
        .says(".editor [role=alert]", "nothing was saved")
        .await;
    browser.says(".editor .diff", "// three").await;
    assert_eq!(browser.value().await, "// two\n!");
    assert_eq!(fs::read_to_string(project.mine()).unwrap(), "// three\n");
    browser.click("button[value=mine]").await;
    browser
        .until("return !document.querySelector('.editor [role=alert]')")
        .await;
    assert_eq!(fs::read_to_string(project.mine()).unwrap(), "// two\n!");
}
