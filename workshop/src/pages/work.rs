//! My work: the exercises of a step, each opening in place, and beside them the learner's own program as it runs.

use std::convert::Infallible;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response, sse},
};
use futures_util::Stream;
use locallibrary::{Error, form::Form};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    Context, StepNumber, diagnosis, edit, findings,
    live::host_name,
    navigation, off_thread,
    program::{begin, button, live, my_changes, passed, whole_step},
    stream,
};
use crate::{
    course::{Lesson, Task},
    learner::watch::State as Watched,
    shell::layout::{self, not_found},
    text::deck::Part,
    workshop::Workshop,
};

/// `/steps/3/mine`.
pub(super) async fn page(
    State(workshop): State<Context>,
    number: StepNumber,
    headers: HeaderMap,
) -> Result<Markup, Error> {
    let lesson = workshop.lesson(number);
    let field = edit::editor(&workshop, lesson);
    view(&workshop, lesson, host_name(&headers), field, None).await
}

/// What a button of the page does, and for which exercise: `3.1`, or `3` for the step itself.
#[derive(Deserialize)]
pub(super) struct WorkForm {
    act: WorkAction,
    #[serde(default)]
    task: String,
    #[serde(default)]
    line: usize,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WorkAction {
    /// Puts a copy of the step into the learner's program.
    Start,
    /// Has an exercise checked from now on, at each save.
    Follow,
    /// Builds and checks.
    Check,
    /// Stops the learner's program and starts it again.
    Restart,
    /// Opens the page again.
    Reload,
    /// Clears the cookies of the page's browser.
    Forget,
    /// Names the wrong line of the broken program.
    Line,
}

/// `POST /steps/3/mine`: does what a button says, then shows the page again.
pub(super) async fn act(
    State(workshop): State<Context>,
    number: StepNumber,
    headers: HeaderMap,
    Form(WorkForm { act, task, line }): Form<WorkForm>,
) -> Result<Response, Error> {
    let lesson = workshop.lesson(number);
    let task = match task.is_empty() {
        true => current(&workshop, lesson),
        false => find(lesson, &task)?,
    };
    let watch = &workshop.watch;
    match act {
        WorkAction::Start => {
            let (mine, source) = (workshop.mine.clone(), lesson.step.source);
            off_thread(move || mine.start(source)).await?;
            let begun = workshop.progress.begin(lesson.step.number);
            begun.map_err(layout::own_words)?;
            watch.settle(&task).await;
        }
        WorkAction::Follow => watch.want_if_new(&task),
        WorkAction::Check => watch.settle(&task).await,
        WorkAction::Restart => watch.restart(&task).await.map_err(layout::own_words)?,
        WorkAction::Reload => watch.open_page(&task).await,
        WorkAction::Forget => {
            watch.visitor.forget_cookies();
            watch.open_page(&task).await;
        }
        WorkAction::Line => {
            let field = edit::editor(&workshop, lesson);
            let page = view(&workshop, lesson, host_name(&headers), field, Some(line)).await?;
            return Ok(page.into_response());
        }
    }
    Ok(Redirect::to(&task.address()).into_response())
}

/// `POST /steps/3/mine/file`: saves the program. Without script the page is shown again.
pub(super) async fn save(
    State(workshop): State<Context>,
    number: StepNumber,
    headers: HeaderMap,
    Form(edited): Form<edit::Edited>,
) -> Result<Response, Error> {
    let lesson = workshop.lesson(number);
    let step = lesson.step.number;
    let is_part = !edited.part.is_empty();
    let (status, field) = edit::save(&workshop, step, edited).await?;
    if is_part {
        return Ok((status, field).into_response());
    }
    if status == StatusCode::CONFLICT {
        let page = view(&workshop, lesson, host_name(&headers), field, None).await?;
        return Ok((status, page).into_response());
    }
    Ok(Redirect::to(&format!("/steps/{step}/mine#edit")).into_response())
}

/// `/steps/3/mine/events`: the page's parts anew, at each change. Who follows it wants an exercise checked.
pub(super) async fn events(
    State(workshop): State<Context>,
    number: StepNumber,
    headers: HeaderMap,
) -> Result<sse::Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, Error> {
    let host = host_name(&headers);
    let lesson = workshop.lesson_of(&number);
    stream::has_room(workshop.watch.readers())?;
    workshop.watch.want_if_new(&current(&workshop, lesson));
    let changes = workshop.watch.changes();
    let (stopped, step) = (workshop.stopped.clone(), lesson.step.number);
    Ok(stream::of_changes(stopped, changes, move || {
        let workshop = workshop.clone();
        async move {
            let lesson = workshop.lesson(StepNumber(step));
            let bar = navigation::go_on(&workshop, Some((lesson, "/mine")));
            match work(&workshop, lesson, host, html! {}, html! {}).await {
                Ok(work) => html! { (bar) (work) },
                Err(_) => bar,
            }
        }
    }))
}

fn find<'a>(lesson: &'a Lesson, name: &str) -> Result<Task<'a>, Error> {
    let found = lesson.tasks().find(|task| task.name() == name);
    found.ok_or_else(|| not_found("this step has no such exercise"))
}

/// The exercise that is checked, if it is one of this step, or else the first that has not passed.
fn current<'a>(workshop: &Workshop, lesson: &'a Lesson) -> Task<'a> {
    let wanted = find(lesson, &workshop.watch.wanted()).ok();
    let open = || workshop.progress.read().open(lesson);
    let any = || lesson.tasks().last().expect("a step is a task itself");
    wanted.or_else(open).unwrap_or_else(any)
}

async fn view(
    workshop: &Context,
    lesson: &Lesson,
    host: &str,
    field: Markup,
    line: Option<usize>,
) -> Result<Markup, Error> {
    let diagnosis = diagnosis::fold(lesson, line).await?;
    let content = html! {
        (work(workshop, lesson, host, field, diagnosis).await?)
    };
    Ok(navigation::step_page(workshop, lesson, "/mine", content))
}

/// The exercises on one side, between the `field` and `diagnosis`, and the program on the other side. What changes stands
/// in parts that have a name: the script replaces those that are not as they were.
async fn work(
    workshop: &Workshop,
    lesson: &Lesson,
    host: &str,
    field: Markup,
    diagnosis: Markup,
) -> Result<Markup, Error> {
    let source = workshop.mine.source();
    let current = current(workshop, lesson);
    let state = workshop.watch.state().about(&current);
    let mut tasks = Vec::new();
    for task in lesson.tasks().filter(|task| task.exercise.is_some()) {
        let is_current = task.name() == current.name();
        tasks.push(exercise(workshop, &task, is_current.then_some(&state)).await?);
    }
    let whole = lesson.tasks().next().expect("a step is a task itself");
    let is_whole = current.exercise.is_none().then_some(&state);
    let whole_found = check(&whole, is_whole).await?;
    Ok(html! {
        div.work data-stream={ "/steps/" (lesson.step.number) "/mine/events" } {
            article.lesson.task {
                div data-part="begin" { (begin(&current, source.as_deref())) }
                (field)
                (edit::parts(workshop, &state))
                @for task in &tasks { (task) }
                (diagnosis)
                div data-part="whole" {
                    @if let Some(source) = &source { (my_changes(lesson, source)) (whole_step(&whole, source, &whole_found)) }
                }
            }
            section.mine aria-label="Your program, live"
                data-live="Here your own program runs; each time you save it, it is built and checked." { (live(workshop, &current, &state, host)) }
        }
    })
}

/// An exercise: its task, what the check has found, its hints and its solution. One is open at a time.
async fn exercise(
    workshop: &Workshop,
    task: &Task<'_>,
    state: Option<&Watched>,
) -> Result<Markup, Error> {
    let (name, slides) = (task.name(), task.slides());
    let progress = workshop.progress.read();
    let (passed, when) = (progress.exercises.contains(&name), progress.when(task));
    let folded = |part| matches!(part, Part::Hint | Part::Solution);
    Ok(html! {
        details.fold.exercise name="exercise" id=(task.anchor()) open[state.is_some()] data-task=(name) {
            summary {
                h2 { "Exercise " (task.exercise.unwrap_or_default()) }
                span.good data-part={ "mark-" (name) } { @if passed { "✓ done" @if let Some(when) = when { span.note { " " (when) } } } }
            }
            @for slide in slides.iter().filter(|slide| !folded(slide.part())) { (slide.lesson) }
            (button(task, "check", "Build and check"))
            div data-part={ "check-" (name) } { (check(task, state).await?) }
            @for slide in slides.iter().filter(|slide| folded(slide.part())) {
                details.fold { summary { h3 { (slide.heading) } } (slide.lesson) }
            }
        }
    })
}

/// What the check has found: the moment it holds, or what is missing.
async fn check(task: &Task<'_>, state: Option<&Watched>) -> Result<Markup, Error> {
    let Some(report) = state.and_then(|state| state.report.clone()) else {
        return Ok(html! {});
    };
    if report.holds() {
        return Ok(passed(task));
    }
    let found = findings::all(task, &report).await?;
    Ok(html! { h3 { "What the check found" } (found) })
}
