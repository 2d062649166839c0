//! The exercises. Observe: where one begins its check fails; every right answer passes, in whatever words it is
//! written; every wrong answer fails, and the sentence says what is wrong without giving the answer away.
//!
//! The answers are built first, all into one program, and each test runs that.

#[path = "../shared/binary.rs"]
#[expect(dead_code, reason = "this crate needs the steps' binaries alone")]
mod binary;
#[path = "../../steps/mod.rs"]
mod steps;

mod answers;
mod decks;
mod package;

use journey::{Counting, Exercise, Journey, Program, Site, Step};

use answers::{Answer, Verdict::*};
use package::Package;
use steps::STEPS;

/// Whether everything holds that the exercise asks for; else the first thing that does not.
async fn check(exercise: &Exercise, site: &mut dyn Site, source: &str) -> Result<(), String> {
    if let Some(part) = exercise.source.iter().find(|part| !part.is_in(source)) {
        return Err(part.missing.into());
    }
    for journey in exercise.journeys {
        holds(journey, site).await?;
    }
    Ok(())
}

async fn holds(journey: &Journey, site: &mut dyn Site) -> Result<(), String> {
    let seen = journey.run(site).await.map_err(|cause| cause.to_string())?;
    let mut checked = journey
        .expects
        .iter()
        .map(|expect| expect.check(&seen, &Counting::AsHere));
    let missed = checked.find_map(Result::err);
    missed.map_or(Ok(()), |missed| Err(format!("{}: {missed}", journey.title)))
}

/// The exercise of a name like "3.1".
fn exercise(name: &str) -> &'static Exercise {
    let (step, number) = name.split_once('.').unwrap();
    let number: usize = number.parse().unwrap();
    &numbered(step).exercises[number - 1]
}

/// The step of a number like "3".
fn numbered(number: &str) -> &'static Step {
    let number: u8 = number.parse().unwrap();
    let mut steps = STEPS.iter();
    steps.find(|step| step.number == number).unwrap()
}

fn names() -> impl Iterator<Item = String> {
    STEPS.iter().flat_map(|step| {
        (1..=step.exercises.len()).map(|number| format!("{}.{number}", step.number))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_exercise_begins_undone() {
    let steps = STEPS.iter();
    for step in steps.filter(|step| !binary::wants_a_server(step.number)) {
        for (number, exercise) in (1..).zip(step.exercises) {
            let binary = binary::binary(step.number).into();
            let mut site = Program::start(binary).await.unwrap();
            let checked = check(exercise, &mut site, step.source).await;
            let name = format!("{}.{number}", step.number);
            assert!(checked.is_err(), "{name} is done before it is begun");
        }
    }
}

#[test]
fn every_exercise_has_a_right_answer_and_several_wrong_ones() {
    for name in names() {
        let own = || answers::all().filter(|answer| answer.exercise == name);
        let right = own().filter(|answer| matches!(answer.verdict, Right));
        assert!(right.count() >= 1, "{name} has no right answer");
        let wrong = own().filter(|answer| matches!(answer.verdict, Wrong(_)));
        assert!(wrong.count() >= 2, "{name} has too few wrong answers");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn right_answers_pass_and_wrong_ones_are_told_what_is_wrong() {
    let sources: Vec<_> = answers::all().map(Answer::source).collect();
    let package = Package::build("answers", &sources);
    let mut misjudged = Vec::new();
    for (place, answer) in answers::all().enumerate() {
        let mut site = package.start(place).await;
        let checked = check(exercise(answer.exercise), &mut site, &sources[place]).await;
        let judged = match (answer.verdict, &checked) {
            (Right, Ok(())) => true,
            (Wrong(words), Err(told)) => told.contains(words),
            _ => false,
        };
        if !judged {
            let (exercise, name) = (answer.exercise, answer.name);
            misjudged.push(format!("{exercise} {name}: {checked:?}"));
        }
    }
    assert!(misjudged.is_empty(), "misjudged:\n{}", misjudged.join("\n"));
}

#[test]
fn every_your_turn_has_its_check_and_its_solution() {
    for step in STEPS {
        let solutions = decks::solutions(step.slides);
        assert_eq!(
            solutions.len(),
            step.exercises.len(),
            "step {}",
            step.number
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_solution_of_a_deck_passes_the_check_of_its_exercise() {
    let mut sources = Vec::new();
    for step in STEPS {
        let solutions = decks::solutions(step.slides);
        sources.extend(solutions.iter().map(|diff| decks::apply(step.source, diff)));
    }
    let package = Package::build("solutions", &sources);
    for (place, name) in names().enumerate() {
        let mut site = package.start(place).await;
        let checked = check(exercise(&name), &mut site, &sources[place]).await;
        assert_eq!(checked, Ok(()), "the solution of {name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_broken_program_is_cured_by_its_one_line() {
    let sources: Vec<_> = STEPS.iter().map(|step| step.diagnosis.cured()).collect();
    let package = Package::build("cured", &sources);
    for (place, step) in STEPS.iter().enumerate() {
        let mut site = package.start(place).await;
        let held = holds(&step.diagnosis.journey, &mut site).await;
        assert_eq!(held, Ok(()), "step {}", step.number);
    }
}
