//! The workshop: `cargo run`, and the commands beside it.
//!
//! ```text
//! project   the folder of all this                      -> nothing
//! console   what is printed, in colour                -> nothing
//! text      decks, Markdown, code, diffs                -> project console
//! course    the steps, their questions and predictions  -> text
//! observe   what is seen of a site while it runs        -> nothing
//! shell     what stands around a page, and the guard    -> text course
//! sites     the steps as running sites, and their labs  -> course observe shell
//! learner   the learner's program: build, run, check    -> all above
//! machine   doctor, neighbours, editor                  -> course
//! room      a question for everybody on this network    -> shell
//! pages     one file per view, in maud                  -> all above
//! serve     binds the ports, stops gracefully           -> all above
//! commands  the command line, the terminal, `export`    -> all above
//! ```
//!
//! A room uses only rooms above it. It knows no step: `src/main.rs` hands the list over.

mod commands;
mod console;
mod course;
mod learner;
mod machine;
mod observe;
mod pages;
mod project;
mod room;
mod serve;
mod shell;
mod sites;
mod text;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

pub use commands::main;

use course::{Course, predictions::Predictions};
use learner::{progress::ProgressFile, source::Mine, watch::Watch};
use observe::timeline::Timeline;
use project::root;
use room::Room;
use sites::lab::Lab;
use tokio::sync::Mutex;

/// What the workshop's pages are made from.
pub(crate) struct Workshop {
    course: Arc<Course>,
    timeline: Arc<Timeline>,
    progress: Arc<ProgressFile>,
    predictions: Predictions,
    mine: Mine,
    /// Held while the learner's program is built and checked: one at a time.
    checking: Mutex<()>,
    /// The learner's program, built and checked at each save.
    watch: Arc<Watch>,
    /// The visitors of each step.
    labs: BTreeMap<u8, Arc<Lab>>,
    /// Where each step listens.
    ports: BTreeMap<u8, u16>,
    /// Where guests on the local network are, if there is such a place.
    room: Option<Arc<Room>>,
    /// The project's folder.
    root: PathBuf,
    /// Changes when the workshop stops: what a page follows ends then.
    stopped: tokio::sync::watch::Receiver<()>,
}

/// `progress.damaged-1.json` for `progress.damaged.json`: the first such name that nothing has yet.
pub fn free_name(path: &Path) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let names = (1..).map(|number| path.with_file_name(format!("{stem}-{number}.{ending}")));
    names
        .into_iter()
        .find(|name| !name.exists())
        .unwrap_or_else(|| path.to_path_buf())
}
