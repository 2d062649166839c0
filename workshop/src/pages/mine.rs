//! The learner's own program beside a step: what it still needs, and what visitors find in it.

use axum::{extract::State, http::StatusCode};
use journey::{Exchange, Transcript};
use locallibrary::{Error, Library, form::Form};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    Context, StepNumber, navigation, off_thread,
    program::{self, compiler},
};
use crate::{
    course::{Lesson, Task},
    learner::{
        build::BuildError,
        check::{Finding, Report},
        source::began_as,
    },
    shell::layout::{self, acts, difference, not_found, open_button, page_window, told},
    text::diff,
};

/// `/steps/3/mine`.
pub(super) async fn page(State(workshop): State<Context>, number: StepNumber) -> Markup {
    let lesson = workshop.lesson(number);
    let content = html! {
        div data-live="Here you write a program of your own, and it is checked." {
            (work(&workshop, lesson, html! {}))
        }
    };
    navigation::step_page(&workshop, lesson, "/mine", content)
}

/// `POST /steps/3/mine`: seeds the learner's program from this step.
pub(super) async fn start(
    State(workshop): State<Context>,
    number: StepNumber,
) -> Result<Markup, Error> {
    let lesson = workshop.lesson(number);
    let (mine, source) = (workshop.mine.clone(), lesson.step.source);
    let kept = off_thread(move || mine.start(source)).await?;
    workshop
        .progress
        .begin(lesson.step.number)
        .map_err(layout::told)?;
    let said = html! {
        p.predicted role="status" {
            code { "steps/mine/main.rs" } " is now a copy of step " (lesson.step.number) ". "
            @if let Some(name) = kept.as_ref().and_then(|path| path.file_name()) {
                "What was there before is " code { "steps/mine/" (name.to_string_lossy()) } "."
            }
        }
    };
    Ok(navigation::step_page(
        &workshop,
        lesson,
        "/mine",
        work(&workshop, lesson, said),
    ))
}

/// The task to check: `3`, or `3.1`.
#[derive(Deserialize)]
pub(super) struct Wanted {
    task: String,
}

/// `POST /steps/3/check`: builds the learner's program, runs it, and makes the journeys of a task at it.
pub(super) async fn check(
    State(workshop): State<Context>,
    number: StepNumber,
    Form(Wanted { task }): Form<Wanted>,
) -> Result<Markup, Error> {
    let lesson = workshop.lesson(number);
    let task = lesson.tasks().find(|own| own.name() == task);
    let task = task.ok_or_else(|| not_found("this step has no such exercise"))?;
    let one_at_a_time = workshop.checking.lock().await;
    let checked = workshop.mine.check(&task).await;
    drop(one_at_a_time);
    let said = match checked {
        Ok(report) => {
            workshop
                .progress
                .note(&task, &report)
                .map_err(layout::told)?;
            outcome(&task, &report).await?
        }
        Err(BuildError::Compiler(words)) => html! {
            h2.bad { "It does not compile yet" }
            p { "The compiler says:" }
            (compiler(&words))
        },
        Err(BuildError::Other(words)) => {
            return Err(Error::Request(StatusCode::CONFLICT, words));
        }
    };
    Ok(navigation::step_page(
        &workshop,
        lesson,
        "/mine",
        work(&workshop, lesson, said),
    ))
}

fn work(workshop: &Context, lesson: &Lesson, said: Markup) -> Markup {
    let number = lesson.step.number;
    let mine = workshop.mine.source();
    let began_as = mine.as_deref().and_then(began_as);
    html! {
        (said)
        @if mine.is_none() {
            p.lead {
                "You have no program of your own yet. It begins as a copy of a step; then you change it. "
                "The steps themselves stay as they are."
            }
        } @else {
            p.lead {
                "Your program is " code { "steps/mine/main.rs" } ". It listens at port 8000 when you run it with "
                code { "cargo run --bin mine" } "."
            }
        }
        (exercises(workshop, lesson))
        form method="post" action={ "/steps/" (number) "/mine" } {
            button.primary[mine.is_none()] { "Begin with a copy of step " (number) }
            @if mine.is_some() { span.note { "What is there now is kept beside it." } }
        }
        @if let Some(mine) = mine {
            (open_button("steps/mine/main.rs"))
            @for task in lesson.tasks().take(1) { (check_button(&task)) }
            // A copy of this step has all of it, and what was added since is an exercise: nobody has to undo that.
            @if began_as.is_none_or(|step| step < number) { (needs(lesson, &mine)) }
        }
    }
}

/// The exercises of the step, each with its task, and a page where it is done.
fn exercises(workshop: &Context, lesson: &Lesson) -> Markup {
    let done = workshop.progress.read().exercises;
    html! {
        ul.cards.exercises {
            @for task in lesson.tasks().filter(|task| task.exercise.is_some()) {
                li {
                    h2 { a href=(program::address(&task)) { (task.title()) } }
                    @if done.contains(&task.name()) { p.good { "✓ done" } }
                    @if let Some(slide) = program::slides_of(&task).first() { (slide.body) }
                }
            }
        }
    }
}

fn check_button(task: &Task<'_>) -> Markup {
    html! {
        form method="post" action={ "/steps/" (task.lesson.step.number) "/check" } {
            button name="task" value=(task.name()) { "Check: " (task.title()) }
            span.note { "or " code { "cargo run -- check " (task.name()) " --mine" } }
        }
    }
}

/// The way from the learner's program to this step.
fn needs(lesson: &Lesson, mine: &str) -> Markup {
    let (before, after) = (journey::program(mine), lesson.step.program());
    html! {
        h2 { "What I still need" }
        @match diff::changed_lines(&before, &after) {
            0 => { p.good { "Nothing: your program is step " (lesson.step.number) ", line by line." } }
            count => {
                p {
                    (count) " lines lie between your program and step " (lesson.step.number)
                    ". Marked as new: what the step has and yours has not."
                }
                (diff::changes(&before, &after))
            }
        }
    }
}

/// What a check found, and whether the task holds.
async fn outcome(task: &Task<'_>, report: &Report) -> Result<Markup, Error> {
    Ok(html! {
        h2 { (report.title) ": " @if report.holds() { span.good { "it holds" } } @else { span.bad { "not yet" } } }
        (findings(task, report).await?)
    })
}

/// What a check found: the first journey that was missed in full, the other missed ones folded, and a line for each of
/// the rest.
pub(super) async fn findings(task: &Task<'_>, report: &Report) -> Result<Markup, Error> {
    let (rest, missed): (Vec<_>, Vec<_>) = report
        .findings
        .iter()
        .partition(|finding| finding.missed.is_empty());
    let mut cards = Vec::new();
    for finding in missed {
        cards.push((title(finding), card(task, finding).await?));
    }
    let mut cards = cards.into_iter();
    Ok(html! {
        div.findings {
            @for sentence in &report.source { p.bad { (layout::sentence(sentence)) } }
            @if let Some(sentence) = &report.open { p.bad { (layout::sentence(sentence)) } }
            @if let Some((title, card)) = cards.next() { section { h3 { (title) } (card) } }
            @for (title, card) in cards { details.fold { summary { h3 { (title) } } (card) } }
            @if !rest.is_empty() { ul.plain { @for finding in rest { li { (title(finding)) } } } }
        }
    })
}

/// `Missed: first visit`.
fn title(finding: &Finding) -> Markup {
    let missed = !finding.missed.is_empty();
    html! { span.word.good[!missed].bad[missed] { (finding.word()) } ": " (finding.journey.title) }
}

/// What is missing after a journey, and its last page; for a step beside the page that the step itself gives.
async fn card(task: &Task<'_>, finding: &Finding) -> Result<Markup, Error> {
    let seen = finding.seen.as_ref().map(Transcript::last);
    let expected = match task.exercise {
        None => Some(expected(task, finding).await?),
        Some(_) => None,
    };
    Ok(html! {
        (acts(finding.journey))
        @for sentence in &finding.missed { p { (layout::sentence(sentence)) } }
        @match (seen, &expected) {
            (Some(seen), Some(expected)) => (difference(&seen.path, &seen.page, &expected.page)),
            (Some(seen), None) => (page_window(&seen.path, &seen.page, "", "Your page")),
            (None, _) => {}
        }
    })
}

/// The last exchange of the same journey at the step itself.
async fn expected(task: &Task<'_>, finding: &Finding) -> Result<Exchange, Error> {
    let mut site = task.lesson.step.site(Library::in_memory()?).map_err(told)?;
    let seen = finding.journey.run(&mut site).await.map_err(told)?;
    Ok(seen.last().clone())
}
