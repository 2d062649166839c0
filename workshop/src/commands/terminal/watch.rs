//! `cargo run -- watch`: my work, live, in a terminal. The program is at an address that stays, for any browser.

use std::{future::pending, sync::Arc};

use axum::middleware::from_fn;
use locallibrary::{Error, server};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::course::passed;
use crate::{
    console::{BAD, say},
    course::Course,
    learner::{
        progress::{Progress, ProgressFile},
        source::Mine,
        watch::{Phase, State, Watch},
    },
    observe::{event::Event, timeline::Timeline},
    shell::guard,
};

/// Where the learner's program listens, as with `cargo run --bin mine`.
const PORT: u16 = 8000;

/// Watches until Ctrl-C. Without a task it is the next exercise that is not done; when that has passed, Enter goes on to
/// the one after it.
///
/// # Errors
/// [`Error::Failed`] when there is no such task, or the port is taken.
pub async fn watch(
    course: Course,
    progress: ProgressFile,
    mine: Mine,
    task: Option<&str>,
) -> Result<(), Error> {
    let goes_on = task.is_none();
    let name = task.map_or_else(|| next_task(&course, &progress.read()), str::to_string);
    course.task(&name).map_err(Error::Failed)?;
    let port = server::port_from_environment(PORT)?;
    let listener = server::bind(port).await.map_err(|reason| {
        let other = server::another(port, PORT, 1);
        let command = server::with_port(other, "cargo run -- watch");
        Error::Failed(format!("{reason}; try {command}"))
    })?;
    let (course, timeline) = (Arc::new(course), Arc::new(Timeline::new()));
    let progress = Arc::new(progress);
    let watch = Watch::new(&course, &progress, &mine, &timeline, &listener);
    let mut changes = watch.changes();
    let mut requests = timeline.read_after(0);
    let mut task = course.task(&name).map_err(Error::Failed)?;
    watch.want(&task);

    let place = mine.place();
    say(format_args!("{place} is built and checked at each save"));
    server::announce("your program", &listener);
    let site = watch.site.clone().layer(from_fn(guard::only_from_here));
    tokio::spawn(server::run(listener, site, pending()));
    tokio::spawn(watch.clone().run());
    let mut stop = Box::pin(server::stop_signal());
    let mut rounds = 0;
    let mut enter = lines_typed();
    let mut next = None;
    loop {
        tokio::select! {
            _ = changes.changed() => {
                let state = changes.borrow_and_update().clone();
                if state.rounds > rounds {
                    rounds = state.rounds;
                    print(&state);
                    next = None;
                    if state.passed() && task.exercise.is_some() {
                        say(passed(&course, &progress.read(), &task));
                        next = Some(next_task(&course, &progress.read())).filter(|_| goes_on);
                    }
                    if let Some(name) = &next {
                        say(format_args!("press Enter to go on with {name}"));
                    }
                }
            }
            Some(()) = enter.recv() => if let Some(name) = next.take() {
                task = course.task(&name).map_err(Error::Failed)?;
                watch.want(&task);
            },
            Some(event) = requests.next() => if event.is_whole() { say(format_args!("{}", line(&event))) },
            () = &mut stop => return Ok(()),
        }
    }
}

/// The next exercise that is not done; the current step itself when all are.
fn next_task(course: &Course, progress: &Progress) -> String {
    let from_here = course.lessons().iter();
    let mut from_here = from_here.filter(|lesson| lesson.step.number >= progress.current);
    let open = from_here.find_map(|lesson| progress.open(lesson));
    open.map_or_else(|| progress.current.to_string(), |task| task.name())
}

/// Tells of each line that somebody types. A thread reads them: it may wait for ever, and ends with the program.
fn lines_typed() -> UnboundedReceiver<()> {
    let (typed, lines) = unbounded_channel();
    std::thread::spawn(move || {
        let mut lines = std::io::stdin().lines().map_while(Result::ok);
        while lines.next().is_some() && typed.send(()).is_ok() {}
    });
    lines
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
