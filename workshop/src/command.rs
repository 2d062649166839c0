//! The command line: `cargo run -- ...`.

use std::{net::Ipv4Addr, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use super::{
    check::Report,
    compare,
    course::Course,
    doctor, export,
    mine::Mine,
    progress::{Progress, ProgressFile},
    root,
    server::{self, Guests},
    terminal,
};
use journey::{OverHttp, Site, Step};
use locallibrary::{Error, Library, session::SqliteStore};

/// Sessions, step by step. Without a command it serves the workshop at http://127.0.0.1:3000.
#[derive(Parser)]
#[command(bin_name = "cargo run --", disable_version_flag = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Puts a copy of a step into steps/mine/main.rs; what was there is kept
    Start {
        /// The step, like 3
        step: String,
    },
    /// Asks a running site, in any language, what a step or an exercise asks
    Check {
        /// The step, like 3, or its exercise, like 3.1
        task: String,
        /// Where the site is
        #[arg(default_value = "http://localhost:8000")]
        url: String,
        /// Builds and runs steps/mine instead
        #[arg(long, conflicts_with = "url")]
        mine: bool,
    },
    /// Shows which lines of a step's pages differ from the pinned ones
    Compare {
        /// The step, like 3
        step: String,
        /// Builds and runs steps/mine instead of the step itself
        #[arg(long)]
        mine: bool,
    },
    /// Shows a broken program and what goes over its wire: which line is wrong?
    Diagnose {
        /// The step, like 3
        step: String,
        /// The number of the line that you take for the wrong one
        line: Option<usize>,
    },
    /// Builds, runs and checks steps/mine each time you save it
    Watch {
        /// The exercise, like 3.1; else the next one that is not done
        task: Option<String>,
    },
    /// Shows what changed from one step to another
    Diff {
        /// The first step
        from: String,
        /// The second step
        to: String,
    },
    /// Says how far you are
    Progress {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Marks the current step as done and goes to the next
    Next,
    /// Goes to the step before
    Previous,
    /// Goes to a step
    Goto {
        /// The step, like 3
        step: String,
    },
    /// Writes all pages into a folder, for any file server or for none
    Export {
        /// A folder that is new or empty
        folder: PathBuf,
    },
    /// Serves the workshop, and a room for everybody on the local network
    Room {
        /// The address of this machine that guests can reach, when the one that was found is not
        #[arg(long)]
        address: Option<Ipv4Addr>,
    },
    /// Says what this machine has, for yourself or your instructor
    Doctor,
    /// Deletes the sessions that have expired, as Django's command does
    Clearsessions,
}

/// Does what the arguments say.
///
/// # Errors
/// [`Error::Failed`], with a sentence, when it cannot be done.
pub async fn main(steps: &'static [Step]) -> Result<ExitCode, Error> {
    let course = Course::new(steps);
    match arguments()?.command {
        None => server::run(steps, None).await?,
        Some(Command::Start { step }) => start(&course, &step)?,
        Some(Command::Check { task, url, mine }) => return check(&course, &task, &url, mine).await,
        Some(Command::Compare { step, mine }) => {
            let lesson = course.find(&step).map_err(Error::Failed)?;
            return terminal::compare(lesson, mine).await;
        }
        Some(Command::Diagnose { step, line }) => {
            let lesson = course.find(&step).map_err(Error::Failed)?;
            return terminal::diagnose(lesson, line).await;
        }
        Some(Command::Watch { task }) => {
            let mine = Mine::new(&root());
            terminal::watch(course, progress()?, mine, task.as_deref()).await?;
        }
        Some(Command::Diff { from, to }) => diff(&course, &from, &to)?,
        Some(Command::Progress { json }) => show(&course, &progress()?.read(), json),
        Some(Command::Next) => next(&course)?,
        Some(Command::Previous) => previous(&course)?,
        Some(Command::Goto { step }) => {
            let number = course.find(&step).map_err(Error::Failed)?.step.number;
            go(&course, number)?;
        }
        Some(Command::Export { folder }) => export::export(steps, &folder).await?,
        Some(Command::Room { address }) => server::run(steps, Some(Guests { address })).await?,
        Some(Command::Doctor) => print!("{}", doctor::examine(&course).await),
        Some(Command::Clearsessions) => clear_sessions().await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The arguments, or what clap says about them in one line. It prints its help itself.
fn arguments() -> Result<Arguments, Error> {
    Arguments::try_parse().map_err(|error| {
        if !error.use_stderr() {
            error.exit();
        }
        let said = error.to_string();
        let (words, _) = said.split_once("Usage:").unwrap_or((&said, ""));
        let lines = words.lines().map(str::trim).filter(|line| !line.is_empty());
        let sentence = lines.collect::<Vec<_>>().join("; ");
        let sentence = sentence.trim_start_matches("error: ");
        Error::Failed(format!("{sentence}; cargo run -- help lists the commands"))
    })
}

fn start(course: &Course, step: &str) -> Result<(), Error> {
    let lesson = course.find(step).map_err(Error::Failed)?;
    if let Some(kept) = Mine::new(&root()).start(lesson.step.source)? {
        println!("what was there is now {}", kept.display());
    }
    println!("steps/mine/main.rs is a copy of step {step}; run it with cargo run --bin mine");
    Ok(())
}

async fn check(course: &Course, task: &str, url: &str, mine: bool) -> Result<ExitCode, Error> {
    let task = course.task(task).map_err(Error::Failed)?;
    let report = if mine {
        Mine::new(&root())
            .check(&task)
            .await
            .map_err(|failure| Error::Failed(failure.to_string()))?
    } else {
        let mut site = OverHttp::new(url);
        site.answers().await?;
        let own = Mine::new(&root()).source();
        Report::of(&task, &mut site, own.as_deref()).await?
    };
    println!("{report}");
    Ok(if report.holds() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn diff(course: &Course, from: &str, to: &str) -> Result<(), Error> {
    let from = course.find(from).map_err(Error::Failed)?;
    let to = course.find(to).map_err(Error::Failed)?;
    print!(
        "{}",
        compare::unified(&from.step.program(), &to.step.program())
    );
    Ok(())
}

fn progress() -> Result<ProgressFile, Error> {
    ProgressFile::open(root().join("progress.json"))
}

fn show(course: &Course, progress: &Progress, json: bool) {
    if json {
        println!(
            "{}",
            serde_json::json!({
                "current": progress.current,
                "done": progress.done,
                "exercises": progress.exercises,
                "steps": course.lessons().len(),
            })
        );
        return;
    }
    for lesson in course.lessons() {
        let number = lesson.step.number;
        let mark = if progress.done.contains(&number) {
            "done"
        } else {
            ""
        };
        let here = if progress.current == number { ">" } else { " " };
        println!("{here} {number}  {:<28} {mark}", lesson.step.title);
    }
}

fn next(course: &Course) -> Result<(), Error> {
    let changed = progress()?.change(|progress| {
        progress.done.insert(progress.current);
        if course.get(progress.current + 1).is_some() {
            progress.current += 1;
        }
    })?;
    show(course, &changed, false);
    Ok(())
}

fn previous(course: &Course) -> Result<(), Error> {
    let current = progress()?.read().current;
    go(course, current.saturating_sub(1).max(1))
}

fn go(course: &Course, number: u8) -> Result<(), Error> {
    let changed = progress()?.change(|progress| progress.current = number)?;
    show(course, &changed, false);
    Ok(())
}

async fn clear_sessions() -> Result<(), Error> {
    let library = Library::open()?;
    let cleared = SqliteStore::new(library.database())?
        .clear_expired()
        .await?;
    println!(
        "{cleared} expired {} deleted",
        if cleared == 1 { "session" } else { "sessions" }
    );
    Ok(())
}
