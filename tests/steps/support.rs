//! What the tests share: running a step's journeys, and pinning what they saw.

use std::{
    cell::Cell,
    env,
    panic::{self, AssertUnwindSafe},
    path::Path,
    sync::Once,
    thread,
};

use journey::{Comparison, Difference, InProcess, Journey, Pinned, Step, Transcript, text};
use locallibrary::Library;

use crate::steps::STEPS;

/// The text of a file of this project.
pub fn read(path: impl AsRef<Path>) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    text::read(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()))
}

/// The step of this number.
pub fn step(number: u8) -> &'static Step {
    plain_panics();
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

/// Runs every journey of a step, and compares the last page of each, and what went over the wire, with what is
/// pinned. All of them are compared, and a summary for people comes before all else.
pub async fn pin_all_journeys(number: u8) {
    let mut differ = Vec::new();
    for journey in step(number).journeys {
        let seen = walk(number, journey.title).await;
        differ.extend(differing(&Pinned::page(number, journey, &seen)));
        differ.extend(differing(&Pinned::wire(number, journey, &seen)));
    }
    if !differ.is_empty() {
        fail(&summary(number, Comparison(differ)));
    }
}

/// What a learner reads first: how much differs, where, and what to do about it.
fn summary(number: u8, differ: Comparison) -> String {
    format!(
        "\nStep {number}: {} of {} files in snapshots/ differ from what the program shows now.\n\n{differ}\
         What it shows now lies beside each of them, as NAME.snap.new. The same in colour:\n\n    \
         cargo run -- compare {number}\n\n\
         If you meant no change, change the program until all of them agree. The files are the answer key: leave them\n\
         as they are; `git restore snapshots` brings them back. `git restore steps` undoes your change to the steps, and\n\
         `rm snapshots/*.snap.new` removes what it shows now.\n",
        differ.0.len(),
        2 * step(number).journeys.len(),
    )
}

/// Compares with `snapshots/NAME.snap`; a text that differs is written beside it.
fn differing(found: &Pinned) -> Option<Difference> {
    insta_settings().bind(|| {
        let compared = quietly(|| insta::assert_snapshot!(found.name.as_str(), found.text));
        compared.err()?;
        let snapshots = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
        Some(found.difference(&snapshots).unwrap_or(Difference {
            name: format!(
                "{} differs in its ends of lines; so {}",
                found.name, found.name
            ),
            changes: Vec::new(),
        }))
    })
}

/// Compares `text` with `snapshots/NAME.snap`.
pub fn pin(name: &str, text: &str) {
    let found = Pinned {
        name: name.into(),
        text: text.into(),
    };
    if let Some(difference) = differing(&found) {
        fail(&format!("\n{}", Comparison(vec![difference])));
    }
}

fn insta_settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

thread_local! {
    /// Whether a panic of this thread is somebody's to tell.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// From here on a test that fails says where and why, without a backtrace; `RUST_BACKTRACE=full` brings it back.
fn plain_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        let full = env::var("RUST_BACKTRACE").is_ok_and(|value| value == "full");
        panic::set_hook(Box::new(move |info| match QUIET.get() {
            true => {}
            false if full => usual(info),
            false => eprintln!("{info}"),
        }));
    });
}

/// Does `work` without the words of a panic: insta advises to accept what differs, and here that is the answer key.
fn quietly(work: impl FnOnce()) -> thread::Result<()> {
    plain_panics();
    QUIET.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    QUIET.set(false);
    result
}

/// Fails the test with these words alone: no file, no line, no backtrace.
fn fail(words: &str) -> ! {
    println!("{words}");
    panic::resume_unwind(Box::new(()))
}
