//! How the learner's program is doing, in the parts of an exercise's page: its phase, its page, what the compiler says.

use std::time::Duration;

use maud::{Markup, html};

use super::live::row;
use crate::{
    course::{Lesson, Task},
    learner::{
        build::Diagnostic,
        source::began_as,
        watch::{Phase, State as Watched},
    },
    observe::event::Subject,
    sites::visitor::SHOW,
    text::diff,
    workshop::Workshop,
};

/// How many requests the timeline shows.
const SHOWN: usize = 12;

/// The slide that says what a step has taught.
const LEARNT: &str = "What you know now";

/// What is going on, in a sentence.
fn phase(state: &Watched, task: &Task<'_>) -> String {
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

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// Why the latest save does not run, and what the compiler says.
fn said(state: &Watched) -> Markup {
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
fn browser(workshop: &Workshop, here: &str, host: &str, pages: u64) -> Markup {
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
            form method="post" action=(here) data-background aria-label="Your program" {
                button name="act" value="reload" { "Reload" }
                button name="act" value="forget" { "Forget the cookie" }
                button name="act" value="restart" { "Restart it" }
            }
        }
    }
}

/// The moment: what was done, and what was learnt. The bar says where it goes on.
pub(super) fn passed(task: &Task<'_>) -> Markup {
    let deck = task.lesson.deck();
    let is_last = task.exercise == Some(task.lesson.step.exercises.len());
    let learnt = deck.slides.iter().filter(|slide| slide.heading == LEARNT);
    html! {
        section.passed {
            h3 { (task.title()) " is done" }
            @if let Some(words) = task.learnt() { p { (words) } }
            @if is_last { @for slide in learnt { (slide.body) } }
            @else if task.exercise.is_some() {
                p { "Your program keeps what you have done; the next exercise goes on from it." }
            }
        }
    }
}

/// How the program begins, or where it is.
pub(super) fn begin(task: &Task<'_>, source: Option<&str>) -> Markup {
    let number = task.lesson.step.number;
    let other = source.and_then(began_as).filter(|step| *step != number);
    let start = format!("Begin with a copy of step {number}");
    html! {
        @if source.is_none() {
            p { "Your program begins as a copy of this step. The step itself stays as it is." }
            (button(task, "start", &start))
        } @else {
            p {
                "Your program is " code { "steps/mine/main.rs" } ". Each time you save it, it is built, run and "
                "checked here."
            }
            form method="post" action="/open" data-quiet {
                input type="hidden" name="file" value="steps/mine/main.rs";
                button { "Open it in my editor" }
                output {}
            }
            @if let Some(other) = other {
                p { "It began as a copy of step " (other) ". What it is now is kept when you begin anew." }
                (button(task, "start", &start))
            }
        }
    }
}

/// A button of the page.
pub(super) fn button(task: &Task<'_>, act: &str, words: &str) -> Markup {
    html! {
        form method="post" action={ "/steps/" (task.lesson.step.number) "/mine" } data-background {
            input type="hidden" name="task" value=(task.name());
            button name="act" value=(act) { (words) }
        }
    }
}

/// The step as a whole: whether the learner's program does all that it does, and the way there from an earlier one.
pub(super) fn whole_step(task: &Task<'_>, source: &str, found: &Markup) -> Markup {
    let number = task.lesson.step.number;
    let (before, after) = (journey::program(source), task.lesson.step.program());
    html! {
        details.fold id=(task.anchor()) {
            summary { h2 { "Step " (number) " as a whole" } }
            (button(task, "check", "Build and check"))
            (found)
            @if began_as(source).is_none_or(|step| step < number) {
                h3 { "What I still need" }
                p {
                    (diff::changed_lines(&before, &after)) " lines lie between your program and step " (number)
                    ". Marked as new: what the step has and yours has not."
                }
                (diff::changes(&before, &after))
            }
        }
    }
}

/// What the learner has done so far, as a difference that nobody has to undo.
pub(super) fn my_changes(lesson: &Lesson, source: &str) -> Markup {
    let (before, after) = (lesson.step.program(), journey::program(source));
    let count = diff::changed_lines(&before, &after);
    html! {
        @if count > 0 && began_as(source) == Some(lesson.step.number) {
            details.fold {
                summary { h2 { "What I have changed" } }
                (diff::code_changes(&before, &after))
            }
        }
    }
}

/// The state of the program, its page, and its requests.
pub(super) fn live(workshop: &Workshop, task: &Task<'_>, state: &Watched, host: &str) -> Markup {
    let requests = workshop.timeline.latest(Subject::Mine);
    let here = format!("/steps/{}/mine", task.lesson.step.number);
    html! {
        p.phase role="status" data-part="phase" {
            span.good[state.passed()].bad[state.is_broken() || state.failed.is_some()] { (phase(state, task)) }
            @if let Some((page, checked)) = state.took {
                span.note { " Your page was there after " (seconds(page)) ", the check after " (seconds(checked)) "." }
            }
        }
        div data-part="said" { (said(state)) }
        (browser(workshop, &here, host, state.pages))
        section.timeline aria-labelledby="requests-title" {
            h2 #requests-title { "Its requests" }
            ol data-part="requests" {
                @for event in requests.iter().filter(|event| event.is_whole()).take(SHOWN) { (row(&here, event)) }
            }
            p.note.nothing { "No request yet." }
        }
    }
}
