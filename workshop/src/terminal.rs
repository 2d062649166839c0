//! Answers for a terminal, in colour where it has colours and `NO_COLOR` is not set.

mod watch;

use std::{path::PathBuf, process::ExitCode};

use anstream::println;
use anstyle::{AnsiColor, Style};
use journey::{Comparison, Diagnosis, Pinned, Program, Site};
use locallibrary::{Error, Library};

pub use watch::watch;

use super::{compile::compile, course::Lesson, mine::Mine, root};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const FAINT: Style = Style::new().dimmed();
const STRONG: Style = Style::new().bold();

/// Shows where the pages of a step differ from the pinned ones, those of the step as it was built, or of the learner's
/// copy.
///
/// # Errors
/// [`Error::Failed`] when the pages cannot be had.
pub async fn compare(lesson: &Lesson, mine: bool) -> Result<ExitCode, Error> {
    let number = lesson.step.number;
    let own = Mine::new(&root());
    if mine && own.step() != Some(number) {
        return Err(Error::Failed(format!(
            "steps/mine is no copy of step {number}; cargo run -- start {number} makes one, and keeps what is there"
        )));
    }
    let binary = match mine {
        true => Some(build().await?),
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
    Ok(told(number, agree, Comparison(differ)))
}

/// Builds the learner's program.
async fn build() -> Result<PathBuf, Error> {
    let built = compile(&root()).await;
    Ok(built
        .map_err(|failure| Error::Failed(failure.to_string()))?
        .program)
}

fn told(number: u8, agree: usize, differ: Comparison) -> ExitCode {
    if differ.0.is_empty() {
        println!("{GOOD}All {agree} pages of step {number} are as pinned.{GOOD:#}");
        return ExitCode::SUCCESS;
    }
    println!("{}", differ.in_colour());
    println!(
        "{BAD}{} of step {number} differ from what is pinned.{BAD:#} The pinned pages are the answer key: \
         change the program until they agree, and leave them as they are.",
        match differ.0.len() {
            1 => "One file".to_string(),
            files => format!("{files} files"),
        }
    );
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
            println!("{GOOD}Line {line} is the one.{GOOD:#} {}", verdict.why);
            println!(
                "\n  {BAD}{}{BAD:#}\n  {GOOD}{}{GOOD:#}",
                diagnosis.wrong, diagnosis.right
            );
            ExitCode::SUCCESS
        }
        false => {
            println!("{BAD}Line {line} is not to blame.{BAD:#} {}", verdict.why);
            ExitCode::FAILURE
        }
    })
}

async fn show(step: u8, diagnosis: &Diagnosis) -> Result<(), Error> {
    for (number, line) in (1..).zip(diagnosis.source.lines()) {
        println!("{FAINT}{number:>4}{FAINT:#}  {line}");
    }
    let acts = diagnosis.journey.acts.iter().map(ToString::to_string);
    println!(
        "\n{STRONG}What happened:{STRONG:#} {}.",
        acts.collect::<Vec<_>>().join(", then: ")
    );
    println!(
        "\n{STRONG}What went over the wire, and what the session store was asked:{STRONG:#}\n"
    );
    println!("{}", diagnosis.seen().await?);
    println!("{STRONG}{}{STRONG:#}", diagnosis.symptom);
    println!("Which line is wrong? Answer with its number: cargo run -- diagnose {step} NUMBER");
    Ok(())
}
