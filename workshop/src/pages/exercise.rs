//! The place to do an exercise: its task and hints, the learner's program as it runs, its timeline, and its check.

use std::convert::Infallible;

use axum::{
    extract::State,
    http::HeaderMap,
    response::{Redirect, sse},
};
use futures_util::Stream;
use locallibrary::{
    Error,
    form::{Form, Path},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    Context, StepNumber,
    live::{host_name, row_below},
    mine, navigation, off_thread,
    program::{address, browser, button, passed, phase, said, seconds, slides_of},
    stream,
};
use crate::{
    course::Task,
    learner::{source::began_as, watch::State as Watched},
    observe::event::MINE,
    shell::layout::{self, not_found},
    text::{deck::Part, diff},
    workshop::Workshop,
};

/// How many requests the timeline shows.
const SHOWN: usize = 12;

/// `/steps/3/exercises/1`.
pub(super) async fn page(
    State(workshop): State<Context>,
    number: StepNumber,
    Path((_, exercise)): Path<(String, usize)>,
    headers: HeaderMap,
) -> Result<Markup, Error> {
    let task = task(&workshop, &number, exercise)?;
    let content = work(&workshop, &task, host_name(&headers)).await;
    Ok(navigation::step_page(
        &workshop,
        task.lesson,
        "/mine",
        content,
    ))
}

/// What a button of the page does.
#[derive(Deserialize)]
pub(super) struct Pressed {
    act: Act,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Act {
    /// Puts a copy of the step into the learner's program.
    Start,
    /// Builds and checks.
    Check,
    /// Stops the learner's program and starts it again.
    Restart,
    /// Opens the page again.
    Reload,
    /// Clears the cookies of the page's browser.
    Forget,
}

/// `POST /steps/3/exercises/1`: does what a button says, then shows the page again.
pub(super) async fn act(
    State(workshop): State<Context>,
    number: StepNumber,
    Path((_, exercise)): Path<(String, usize)>,
    Form(Pressed { act }): Form<Pressed>,
) -> Result<Redirect, Error> {
    let task = task(&workshop, &number, exercise)?;
    let watch = &workshop.watch;
    match act {
        Act::Start => {
            let (mine, source) = (workshop.mine.clone(), task.lesson.step.source);
            off_thread(move || mine.start(source)).await?;
            let step = task.lesson.step.number;
            workshop.progress.begin(step).map_err(layout::told)?;
            watch.settle(&task).await;
        }
        Act::Check => watch.settle(&task).await,
        Act::Restart => watch.restart(&task).await.map_err(layout::told)?,
        Act::Reload => watch.open_page(&task).await,
        Act::Forget => {
            watch.visitor.forget_cookies();
            watch.open_page(&task).await;
        }
    }
    Ok(Redirect::to(&address(&task)))
}

/// `/steps/3/exercises/1/events`: the page's parts anew, at each change. Who follows it wants the task checked.
pub(super) async fn events(
    State(workshop): State<Context>,
    number: StepNumber,
    Path((_, exercise)): Path<(String, usize)>,
    headers: HeaderMap,
) -> Result<sse::Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, Error> {
    let host = host_name(&headers);
    let task = task(&workshop, &number, exercise)?;
    stream::has_room(workshop.watch.readers())?;
    workshop.watch.want_if_new(&task);
    let (changes, name) = (workshop.watch.changes(), task.name());
    let stopped = workshop.stopped.clone();
    Ok(stream::of_changes(stopped, changes, move || {
        let (workshop, name) = (workshop.clone(), name.clone());
        async move {
            match workshop.course.task(&name) {
                Ok(task) => work(&workshop, &task, host).await,
                Err(_) => html! {},
            }
        }
    }))
}

pub(super) fn task<'a>(
    workshop: &'a Workshop,
    number: &StepNumber,
    exercise: usize,
) -> Result<Task<'a>, Error> {
    let lesson = workshop.lesson_of(number);
    let found = lesson.tasks().find(|task| task.exercise == Some(exercise));
    found.ok_or_else(|| not_found("this step has no such exercise"))
}

/// The whole page: the task and what the check says on one side, the program on the other. What changes stands in
/// parts that have a name: the script replaces those that are not as they were.
async fn work(workshop: &Workshop, task: &Task<'_>, host: &str) -> Markup {
    let source = workshop.mine.source();
    let state = workshop.watch.state().about(task);
    let slides = slides_of(task);
    html! {
        div.work data-stream={ (address(task)) "/events" } {
            article.lesson.task {
                @for slide in slides.iter().filter(|slide| slide.part() == Part::YourTurn) {
                    h2 { (task.title()) }
                    (slide.body)
                }
                div data-part="begin" { (begin(task, source.as_deref())) }
                div data-part="check" { (check(task, &state).await) }
                @for slide in slides.iter().filter(|slide| slide.part() != Part::YourTurn) {
                    details.fold { summary { h2 { (slide.heading) } } (slide.body) }
                }
                div data-part="changed" { @if let Some(source) = &source { (my_changes(task, source)) } }
            }
            section.mine aria-label="Your program, live"
                data-live="Here your own program runs; each time you save it, it is built and checked." { (live(workshop, task, &state, host)) }
        }
    }
}

/// What the check has found: the moment it holds, or what is missing.
async fn check(task: &Task<'_>, state: &Watched) -> Markup {
    match state.report.as_deref() {
        Some(_) if state.passed() => passed(task),
        Some(report) => html! {
            h2 { "What the check found" }
            @match mine::findings(task, report).await {
                Ok(findings) => (findings),
                Err(cause) => p.bad { (cause) },
            }
        },
        None => html! {},
    }
}

/// How the program begins, or where it is.
fn begin(task: &Task<'_>, source: Option<&str>) -> Markup {
    let number = task.lesson.step.number;
    let other = source.and_then(began_as).filter(|step| *step != number);
    let start = |words: String, primary| button(task, "start", &words, primary);
    html! {
        @if source.is_none() {
            p { "Your program begins as a copy of this step. The step itself stays as it is." }
            (start(format!("Begin with a copy of step {number}"), true))
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
                (start(format!("Begin with a copy of step {number}"), false))
            }
        }
    }
}

/// What the learner has done so far, as a difference that nobody has to undo.
fn my_changes(task: &Task<'_>, source: &str) -> Markup {
    let (before, after) = (task.lesson.step.program(), journey::program(source));
    let count = diff::changed_lines(&before, &after);
    html! {
        @if count > 0 && began_as(source) == Some(task.lesson.step.number) {
            details.fold {
                summary { h2 { "What I have changed" } }
                (diff::code_changes(&before, &after))
            }
        }
    }
}

/// The state of the program, its page, and its requests.
fn live(workshop: &Workshop, task: &Task<'_>, state: &Watched, host: &str) -> Markup {
    let requests = workshop.timeline.latest(MINE);
    html! {
        p.phase role="status" data-part="phase" {
            span.good[state.passed()].bad[state.is_broken() || state.failed.is_some()] { (phase(state, task)) }
            @if let Some((page, checked)) = state.took {
                span.note { " Your page was there after " (seconds(page)) ", the check after " (seconds(checked)) "." }
            }
        }
        div data-part="said" { (said(state)) }
        (browser(workshop, task, host, state.pages))
        section.timeline aria-labelledby="requests-title" {
            h2 #requests-title { "Its requests" }
            ol data-part="requests" {
                @for event in requests.iter().filter(|event| event.is_whole()).take(SHOWN) { (row_below(&address(task), event)) }
            }
            p.note.nothing { "No request yet." }
        }
    }
}
