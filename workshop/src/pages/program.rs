//! How the learner's program is doing, in the parts of an exercise's page: its phase, its page, what the compiler says.

use std::time::Duration;

use maud::{Markup, html};

use crate::{
    course::Task,
    learner::{
        build::Diagnostic,
        watch::{Phase, State as Watched},
    },
    sites::visitor::SHOW,
    text::deck::{Part, Slide},
    workshop::Workshop,
};

/// Where an exercise is done.
pub(super) fn address(task: &Task<'_>) -> String {
    let number = task.lesson.step.number;
    format!("/steps/{number}/exercises/{}", task.exercise.unwrap_or(1))
}

/// The slides of an exercise: the task, its hints, its solution.
pub(super) fn slides_of<'a>(task: &Task<'a>) -> Vec<&'a Slide> {
    let mut turn = 0;
    let own = task.lesson.deck().slides.iter().filter(|slide| {
        turn += usize::from(slide.part() == Part::YourTurn);
        let belongs = matches!(slide.part(), Part::YourTurn | Part::Hint | Part::Solution);
        belongs && Some(turn) == task.exercise
    });
    own.collect()
}

/// What is going on, in a sentence.
pub(super) fn phase(state: &Watched, task: &Task<'_>) -> String {
    let name = task.title();
    match state.phase {
        Phase::Asleep => {
            "Your program is built and checked as soon as this page follows it.".into()
        }
        Phase::NotBegun => "There is no program of yours yet.".into(),
        Phase::Building => "Building …".into(),
        Phase::Checking => format!("It runs. Checking {name} …"),
        Phase::Waiting if state.is_broken() && state.pages > 0 => {
            "It does not compile yet. What runs below is your last good build.".into()
        }
        Phase::Waiting if state.is_broken() => "It does not compile yet.".into(),
        Phase::Waiting if state.failed.is_some() => "It does not run.".into(),
        Phase::Waiting if state.passed() => format!("{name} holds."),
        Phase::Waiting => format!("{name}: not yet. Save, and it is checked again."),
    }
}

pub(super) fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// Why the latest save does not run, and what the compiler says.
pub(super) fn said(state: &Watched) -> Markup {
    html! {
        @if let Some(words) = &state.failed { pre.code tabindex="0" { code { (words) } } }
        (compiler(&state.said))
    }
}

/// What the compiler says, each at its line: the first error, and the rest folded. Later errors are often gone with the
/// first.
pub fn compiler(said: &[Diagnostic]) -> Markup {
    let (errors, remarks): (Vec<_>, Vec<_>) = said.iter().partition(|one| one.is_error);
    let first = errors.len().min(1);
    html! {
        @for one in &errors[..first] { (diagnostic(one)) }
        (folded(&errors[first..], "more error"))
        (folded(&remarks, "warning"))
    }
}

fn folded(said: &[&Diagnostic], what: &str) -> Markup {
    html! {
        @if !said.is_empty() {
            details.fold {
                summary { (said.len()) " " (what) @if said.len() > 1 { "s" } }
                @for one in said { (diagnostic(one)) }
            }
        }
    }
}

fn diagnostic(one: &Diagnostic) -> Markup {
    html! {
        section.diagnostic {
            form method="post" action="/open" data-quiet {
                input type="hidden" name="file" value="steps/mine/main.rs";
                strong.bad[one.is_error] { (one.message) }
                @if let Some(line) = one.line {
                    button name="line" value=(line) { "Open line " (line) }
                }
                output {}
            }
            pre.code tabindex="0" { code { (one.rendered) } }
        }
    }
}

/// The learner's page in a browser of its own, with the buttons of one.
pub(super) fn browser(workshop: &Workshop, task: &Task<'_>, host: &str, pages: u64) -> Markup {
    let visitor = &workshop.watch.visitor;
    let path = visitor.open();
    html! {
        div.browser {
            div.browser-bar {
                strong { "Your program" }
                span.address data-part="address" { (path.as_deref().unwrap_or("no page yet")) }
            }
            div.tab data-part="page" {
                @if path.is_some() {
                    iframe name="mine" title="Your program" src={ "http://" (host) ":" (visitor.port) (SHOW) "?" (pages) } {}
                } @else { p.note { "Your page appears here when your program runs." } }
            }
            form method="post" action=(address(task)) data-background aria-label="Your program" {
                button name="act" value="check" { "Build and check" }
                button name="act" value="reload" { "Reload" }
                button name="act" value="forget" { "Forget the cookie" }
                button name="act" value="restart" { "Restart it" }
            }
        }
    }
}

/// The moment: what was done, what was learnt, and where it goes on.
pub(super) fn passed(task: &Task<'_>) -> Markup {
    let number = task.lesson.step.number;
    let next = task.exercise.map(|exercise| exercise + 1);
    let next = task
        .lesson
        .tasks()
        .find(|other| other.exercise.is_some() && other.exercise == next);
    html! {
        section.passed {
            h2 { (task.title()) " is done" }
            @match &next {
                Some(next) => {
                    p { "Your program keeps what you have done; the next exercise goes on from it." }
                    p { a.button.primary href=(address(next)) { "Go on: " (next.title()) } }
                }
                None => {
                    @if let Some(slide) = task.lesson.deck().slides.last() { h3 { (slide.heading) } (slide.body) }
                    form method="post" action={ "/steps/" (number) "/done" } {
                        button.primary name="done" value="true" { "Step " (number) " is done: go on" }
                    }
                }
            }
            @for slide in slides_of(task).into_iter().filter(|slide| slide.part() == Part::Solution) {
                details.fold { summary { strong { "Compare with the solution of the lesson" } } (slide.body) }
            }
        }
    }
}

pub(super) fn button(task: &Task<'_>, act: &str, words: &str, primary: bool) -> Markup {
    html! {
        form method="post" action=(address(task)) data-background { button.primary[primary] name="act" value=(act) { (words) } }
    }
}
