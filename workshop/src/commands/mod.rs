//! The command line: `cargo run -- ...`.

mod arguments;
mod export;
mod security;
mod terminal;

use std::process::ExitCode;

use crate::{
    console::{fail, say},
    course::Course,
    learner::{
        check::{self, Report},
        progress::ProgressFile,
        source::Mine,
    },
    machine::doctor,
    project::{self, root},
    serve::{self, Guests},
    sites::machines::serve_behind_proxy,
};
use arguments::{Arguments, Command};
use journey::{OverHttp, Site, Step};
use locallibrary::{Error, Library, machines::is_behind_proxy, server::stop_signal};
use lossless_sessions::SqliteStore;

/// Does what the arguments say. What cannot be done is told in a sentence, and the exit status is then not 0.
pub async fn main(steps: &'static [Step]) -> ExitCode {
    match run(steps).await {
        Ok(status) => status,
        Err(cause) => fail(&cause),
    }
}

async fn run(steps: &'static [Step]) -> Result<ExitCode, Error> {
    let behind_proxy = steps.iter().find(|step| step.processes.is_some());
    if let Some(step) = behind_proxy.filter(|_| is_behind_proxy()) {
        serve_behind_proxy(step).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let command = Arguments::read(steps.len())?.command;
    let is_server = matches!(
        command,
        None | Some(Command::Room { .. } | Command::Watch { .. })
    );
    let answered = answer(command, steps);
    if is_server {
        return answered.await; // It listens for the signal itself, and finishes what is under way.
    }
    // Any other command is given up, and takes its temporary folders and the programs that it has started with it.
    let stop = stop_signal();
    tokio::select! {
        answered = answered => answered,
        () = stop => Ok(ExitCode::FAILURE),
    }
}

async fn answer(command: Option<Command>, steps: &'static [Step]) -> Result<ExitCode, Error> {
    let course = Course::new(steps);
    let find = |step: &str| course.find(step).map_err(Error::Failed);
    project::is_in_place()?;
    match command {
        None => serve::run(steps, None).await?,
        Some(Command::Start { step: None }) => terminal::steps(&course),
        Some(Command::Start { step: Some(step) }) => {
            let lesson = find(&step)?;
            let number = lesson.step.number;
            if let Some(kept) = Mine::new(&root()).start(lesson.step.source)? {
                say(format_args!("what was there is now {}", kept.display()));
            }
            progress()?.begin(number)?;
            say(format_args!(
                "steps/mine/main.rs is a copy of step {number}; run it with cargo run --bin mine"
            ));
        }
        Some(Command::Check {
            task,
            url,
            mine,
            security,
        }) if security.security => {
            // Without a step, the first thing that is named is the address.
            return Ok(security.check(&task.unwrap_or(url), mine).await);
        }
        Some(Command::Check {
            task, url, mine, ..
        }) => {
            return check(&course, &task.unwrap_or_default(), &url, mine).await;
        }
        Some(Command::Compare { step, mine }) => {
            let progress = progress()?.read();
            return terminal::compare(find(&step)?, mine, &progress).await;
        }
        Some(Command::Diagnose { step, line }) => {
            return terminal::diagnose(find(&step)?, line).await;
        }
        Some(Command::Diff { from, to }) => match to {
            Some(to) => terminal::diff(find(&from)?, find(&to)?),
            None => {
                let lesson = find(&from)?;
                let base = lesson.step.builds_on.and_then(|base| course.get(base));
                let base = base.ok_or_else(|| Error::Failed(terminal::builds_on_none(lesson)))?;
                terminal::diff(base, lesson);
            }
        },
        Some(Command::Progress { json }) => {
            let (progress, sources) = (progress()?.read(), Mine::new(&root()).sources());
            let passed = progress.passed_by(&sources);
            match json {
                true => terminal::progress_as_json(&course, &progress, &passed),
                false => terminal::progress(&course, &progress, &passed),
            }
        }
        Some(Command::Next) => terminal::next(&course, &progress()?)?,
        Some(Command::Previous) => terminal::previous(&course, &progress()?)?,
        Some(Command::Goto { step }) => terminal::go(&course, &progress()?, find(&step)?)?,
        Some(Command::Export { folder }) => export::export(steps, &folder).await?,
        Some(Command::Doctor) => say(doctor::examine(&course).await.in_colour().trim_end()),
        Some(Command::Clearsessions) => clear_sessions().await?,
        Some(Command::Watch { task }) => {
            let mine = Mine::new(&root());
            terminal::watch(course, progress()?, mine, task.as_deref()).await?;
        }
        Some(Command::Room { address }) => serve::run(steps, Some(Guests { address })).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn check(course: &Course, task: &str, url: &str, mine: bool) -> Result<ExitCode, Error> {
    let task = course.task(task).map_err(Error::Failed)?;
    let progress = progress()?;
    let report = if mine {
        Mine::new(&root())
            .check(&task)
            .await
            .map_err(|failure| Error::Failed(failure.to_string()))?
    } else {
        let mut site = OverHttp::new(&check::address(url).map_err(Error::Failed)?);
        site.answers().await?;
        let own = Mine::new(&root()).source();
        Report::of(&task, &mut site, own.as_deref()).await?
    };
    let sources = report
        .sources
        .as_ref()
        .filter(|_| task.exercise.is_none() && !report.holds());
    if let Some(sources) = sources {
        let progress = progress.read();
        terminal::say_what_has_passed(&progress.passed_by(sources));
    }
    say(terminal::report(&report));
    if !report.holds() {
        return Ok(ExitCode::FAILURE);
    }
    progress.note(&task, &report)?;
    if task.exercise.is_some() {
        say(terminal::passed(course, &progress.read(), &task));
    }
    Ok(ExitCode::SUCCESS)
}

fn progress() -> Result<ProgressFile, Error> {
    ProgressFile::open(root().join("progress.json"))
}

async fn clear_sessions() -> Result<(), Error> {
    let library = Library::open()?;
    let cleared = SqliteStore::on(library.database())?.clear_expired().await?;
    say(format_args!(
        "{cleared} expired {} deleted",
        if cleared == 1 { "session" } else { "sessions" }
    ));
    Ok(())
}
