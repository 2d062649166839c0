//! What the tests share: running a step's journeys, and pinning what they saw.

use std::{fs, path::Path};

use journey::{InProcess, Journey, Step, Transcript};
use locallibrary::Library;
use markup_fmt::{
    Language,
    config::{FormatOptions, WhitespaceSensitivity},
    format_text,
};

use crate::steps::STEPS;

/// The text of a file of this project.
pub fn read(path: impl AsRef<Path>) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()))
}

/// The step of this number.
pub fn step(number: u8) -> &'static Step {
    STEPS
        .iter()
        .find(|step| step.number == number)
        .expect("a step of this number")
}

/// The step's site in this process, with a catalog of its own.
pub async fn site(number: u8) -> InProcess {
    let library = Library::in_memory().expect("a catalog in memory");
    step(number).site(library).expect("a session engine")
}

/// Runs the step's journey of this title.
pub async fn walk(number: u8, title: &str) -> Transcript {
    let journey = journey(number, title);
    journey
        .run(&mut site(number).await)
        .await
        .expect("a site in this process answers")
}

pub fn journey(number: u8, title: &str) -> &'static Journey {
    let mut journeys = step(number).journeys.iter();
    journeys
        .find(|journey| journey.title == title)
        .expect("a journey of this title")
}

/// The snapshot of a journey: `step3-second-visit`.
pub fn caption(number: u8, title: &str) -> String {
    format!("step{number}-{}", title.replace(' ', "-"))
}

/// Runs every journey of a step; pins the last page of each, and what went over the wire.
pub async fn pin_all_journeys(number: u8) {
    for journey in step(number).journeys {
        let seen = walk(number, journey.title).await;
        let caption = caption(number, journey.title);
        pin(&caption, &indented(&seen.last().page));
        pin(&format!("{caption}-wire"), &seen.to_string());
    }
}

/// Compares `text` with `snapshots/NAME.snap`.
pub fn pin(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// A page as one would write it by hand: maud puts it on one line.
pub fn indented(page: &str) -> String {
    let mut options = FormatOptions::default();
    options.layout.print_width = 100;
    // The page is read here by people, not by a browser, to which a blank between two links is a blank.
    options.language.whitespace_sensitivity = WhitespaceSensitivity::Ignore;
    format_text(page, Language::Html, &options, |code, _| Ok(code.into()))
        .unwrap_or_else(|cause| panic!("not well-formed HTML ({cause}): {page}"))
}
