//! Answers for a terminal, in colour where it has colours and `NO_COLOR` is not set.

mod course;
mod report;
mod security;
mod watch;

use std::{path::PathBuf, process::ExitCode};

use journey::{Comparison, Diagnosis, Pinned, Program, Site};
use locallibrary::{Error, Library};

pub use course::{
    builds_on_none, diff, go, next, passed, previous, progress, progress_as_json, steps,
};
pub use report::report;
pub use security::security;
pub use watch::watch;

use crate::{
    console::{BAD, FAINT, GOOD, STRONG, say},
    course::Lesson,
    learner::{build::compile, progress::Progress, source::Mine},
    project::root,
};

/// Shows where the pages of a step differ from the pinned ones, those of the step as it was built, or of the learner's
/// copy.
///
/// # Errors
/// [`Error::Failed`] when the pages cannot be had.
pub async fn compare(lesson: &Lesson, mine: bool, progress: &Progress) -> Result<ExitCode, Error> {
    let number = lesson.step.number;
    let own = Mine::new(&root());
    if mine && own.step() != Some(number) {
        return Err(Error::Failed(format!(
            "steps/mine is no copy of step {number}; cargo run -- start {number} makes one, and keeps what is there"
        )));
    }
    let binary = match mine {
        true => Some(build(&own).await?),
        false => None,
    };
    let (mut agree, mut differ) = (0, Vec::new());
    for journey in lesson.step.journeys {
        let mut site: Box<dyn Site> = match &binary {
            Some(binary) => Box::new(Program::start(binary.clone()).await?),
            None => Box::new(lesson.step.site(Library::in_memory()?)?),
        };
        let seen = journey.run(&mut *site).await?;
        let mut texts = vec![Pinned::page(number, journey, &seen)];
        // What a program asks of its store is seen in this process only.
        texts.extend((!mine).then(|| Pinned::wire(number, journey, &seen)));
        let snapshots = root().join("snapshots");
        let found = texts.iter().filter_map(|text| text.difference(&snapshots));
        match found.collect::<Vec<_>>() {
            none if none.is_empty() => agree += 1,
            some => differ.extend(some),
        }
    }
    let advice = match mine {
        true => advice(number, &progress.passed_by(&own.sources())),
        false => "Change the program until they agree.".into(),
    };
    Ok(print_comparison(number, agree, Comparison(differ), &advice))
}

/// What to do about pages of the learner's program that are not as pinned: an exercise changes them on purpose.
fn advice(step: u8, passed: &[&str]) -> String {
    match passed {
        [] => format!(
            "An exercise changes pages on purpose, and cargo run -- check {step}.1 --mine says whether it holds. \
             What belongs to no exercise, change until it agrees."
        ),
        _ => as_it_should_be(passed),
    }
}

fn as_it_should_be(passed: &[&str]) -> String {
    format!(
        "Your program has passed {}, so what belongs to that is as it should be; nothing of it has to go back.",
        passed.join(" and ")
    )
}

/// What stands before the report on a step that the learner's program has gone beyond.
pub fn say_what_has_passed(passed: &[&str]) {
    if !passed.is_empty() {
        say(as_it_should_be(passed));
    }
}

/// Builds the learner's program.
async fn build(mine: &Mine) -> Result<PathBuf, Error> {
    let built = compile(mine).await;
    Ok(built
        .map_err(|failure| Error::Failed(failure.to_string()))?
        .program)
}

fn print_comparison(number: u8, agree: usize, differ: Comparison, advice: &str) -> ExitCode {
    if differ.0.is_empty() {
        say(format_args!(
            "{GOOD}All {agree} pages of step {number} are as pinned.{GOOD:#}"
        ));
        return ExitCode::SUCCESS;
    }
    // The first line says which of the differences were asked for; they are many lines.
    say(format_args!(
        "{BAD}{} of step {number} differ from what is pinned.{BAD:#} {advice}",
        match differ.0.len() {
            1 => "One file".to_string(),
            files => format!("{files} files"),
        }
    ));
    say(format_args!("{}", differ.in_colour()));
    say("The pinned pages are the answer key: leave them as they are.");
    ExitCode::FAILURE
}

/// Shows the broken program of a step and its wire, or says whether `line` is the wrong one.
///
/// # Errors
/// [`Error::Failed`] when there is no such line.
pub async fn diagnose(lesson: &Lesson, line: Option<usize>) -> Result<ExitCode, Error> {
    let (step, diagnosis) = (lesson.step.number, lesson.step.diagnosis);
    let Some(line) = line else {
        show(step, diagnosis).await?;
        return Ok(ExitCode::SUCCESS);
    };
    let verdict = diagnosis.answer(line).map_err(Error::Failed)?;
    Ok(match verdict.found {
        true => {
            say(format_args!(
                "{GOOD}Line {line} is the one.{GOOD:#} {}",
                verdict.why
            ));
            say(format_args!(
                "\n  {BAD}{}{BAD:#}\n  {GOOD}{}{GOOD:#}",
                diagnosis.wrong, diagnosis.right
            ));
            ExitCode::SUCCESS
        }
        false => {
            say(format_args!(
                "{BAD}Line {line} is not to blame.{BAD:#} {}",
                verdict.why
            ));
            ExitCode::FAILURE
        }
    })
}

async fn show(step: u8, diagnosis: &Diagnosis) -> Result<(), Error> {
    for (number, line) in (1..).zip(diagnosis.source.lines()) {
        say(format_args!("{FAINT}{number:>4}{FAINT:#}  {line}"));
    }
    let acts = diagnosis.journey.acts.iter().map(ToString::to_string);
    say(format_args!(
        "\n{STRONG}What happened:{STRONG:#} {}.",
        acts.collect::<Vec<_>>().join(", then: ")
    ));
    say(format_args!(
        "\n{STRONG}What went over the wire, and what the session store was asked:{STRONG:#}\n"
    ));
    say(format_args!("{}", diagnosis.seen().await?));
    say(format_args!("{STRONG}{}{STRONG:#}", diagnosis.symptom));
    say(format_args!(
        "Which line is wrong? Answer with its number: cargo run -- diagnose {step} NUMBER"
    ));
    Ok(())
}
