//! `cargo run -- watch`: my work, live, in a terminal. The program is at an address that stays, for any browser.

use std::{future::pending, sync::Arc};

use axum::middleware::from_fn;
use locallibrary::{Error, server};

use super::{BAD, GOOD, say};
use crate::{
    course::Course,
    event::Event,
    guard,
    mine::Mine,
    progress::ProgressFile,
    timeline::Timeline,
    watch::{Phase, State, Watch},
};

/// Where the learner's program listens, as with `cargo run --bin mine`.
const PORT: u16 = 8000;

/// Watches until Ctrl-C. Without a task it is the first exercise of the current step that is not done.
///
/// # Errors
/// [`Error::Failed`] when there is no such task, or the port is taken.
pub async fn watch(
    course: Course,
    progress: ProgressFile,
    mine: Mine,
    task: Option<&str>,
) -> Result<(), Error> {
    let name = task.map_or_else(|| next_task(&course, &progress), str::to_string);
    course.task(&name).map_err(Error::Failed)?;
    let port = server::port_from_environment(PORT)?;
    let listener = server::bind(port).await.map_err(|reason| {
        let other = server::another(port, PORT, 1);
        Error::Failed(format!("{reason}; try PORT={other} cargo run -- watch"))
    })?;
    let (course, timeline) = (Arc::new(course), Arc::new(Timeline::new()));
    let watch = Watch::new(&course, &Arc::new(progress), &mine, &timeline, &listener);
    let mut changes = watch.changes();
    let mut requests = timeline.read_after(0);
    watch.want(&course.task(&name).map_err(Error::Failed)?);

    server::announce("your program", &listener);
    let site = watch.site.clone().layer(from_fn(guard::only_from_here));
    tokio::spawn(server::run(listener, site, pending()));
    tokio::spawn(watch.run());
    let mut stop = Box::pin(server::stop_signal());
    let mut rounds = 0;
    loop {
        tokio::select! {
            _ = changes.changed() => {
                let state = changes.borrow_and_update().clone();
                if state.rounds > rounds {
                    rounds = state.rounds;
                    print(&state);
                }
            }
            Some(event) = requests.next() => if event.is_whole() { say(format_args!("{}", line(&event))) },
            () = &mut stop => return Ok(()),
        }
    }
}

/// The first exercise of the current step that is not done; the step itself when all are.
fn next_task(course: &Course, progress: &ProgressFile) -> String {
    let progress = progress.read();
    let lesson = course.get(progress.current).or(course.lessons().first());
    let tasks = lesson.into_iter().flat_map(|lesson| lesson.tasks());
    let mut exercises = tasks
        .filter(|task| task.exercise.is_some())
        .map(|task| task.name());
    let open = exercises.find(|name| !progress.exercises.contains(name));
    open.unwrap_or_else(|| progress.current.to_string())
}

/// What a save has come to.
fn print(state: &State) {
    for one in &state.said {
        say(format_args!("{}", one.rendered.trim_end()));
    }
    if let Some(words) = &state.failed {
        say(words);
    }
    if let Some(report) = &state.report {
        say(super::report(report));
    }
    match state.phase {
        Phase::NotBegun => {
            say("there is no program yet; cargo run -- start 3 begins it as a copy of step 3")
        }
        _ if state.is_broken() => say(format_args!(
            "{BAD}steps/mine does not compile{BAD:#}; the last good build goes on"
        )),
        _ if state.passed() => say(format_args!("{GOOD}{} is done{GOOD:#}", state.task)),
        _ => {}
    }
}

/// One request: what was asked for, and what the session store was asked meanwhile.
fn line(event: &Event) -> String {
    let calls: Vec<_> = event
        .calls
        .iter()
        .map(|(_, words)| words.as_str())
        .collect();
    let (method, path) = (&event.method, &event.path);
    format!(
        "  {method} {path} {}  {}",
        event.status.as_u16(),
        calls.join("; ")
    )
}
