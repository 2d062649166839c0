//! The workshop: `cargo run`, and the commands beside it.
//!
//! ```text
//! command   the command line: arguments in, an exit status out
//! server    binds the ports, puts the pages behind the guard, stops gracefully
//! guard     who may talk to it: a browser on this machine, on a page of the workshop
//! pages     one file per view, in maud; `view` is what stands around each
//!
//! course    the steps and their decks          live      every step on a port of its own, observed
//! deck      Marp's Markdown as slides          event     one request: cookie in, store, cookie out
//! markdown  Markdown to HTML; notes            timeline  the latest events, and who listens
//! code      colours                            check     what a journey should leave, and what it left
//! compare   diffs                              mine      the learner's own program
//! frame     a site's page in a window          marked    what differs from another page
//! progress  how far somebody has come          predictions what they expected to see
//! origin    which lines asked the store        doctor    what this machine has    editor  opens a file
//! ```
//!
//! It knows no step: `src/main.rs` hands the list over.

mod check;
mod code;
mod command;
mod compare;
mod course;
mod deck;
mod doctor;
mod editor;
mod event;
mod frame;
mod guard;
mod live;
mod markdown;
mod marked;
mod mine;
mod notes;
mod origin;
mod pages;
mod predictions;
mod progress;
mod question;
mod record;
mod server;
mod timeline;
mod view;

use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
    sync::Arc,
};

pub use command::main;

use course::Course;
use mine::Mine;
use predictions::Predictions;
use progress::ProgressFile;
use timeline::Timeline;
use tokio::sync::Mutex;

/// What the workshop's pages are made from.
pub(crate) struct Workshop {
    course: Course,
    timeline: Arc<Timeline>,
    progress: ProgressFile,
    predictions: Predictions,
    mine: Mine,
    /// Held while the learner's program is built and checked: one at a time.
    checking: Mutex<()>,
    /// Where each step listens.
    ports: BTreeMap<u8, u16>,
    /// The project's folder.
    root: PathBuf,
}

/// The project's folder, with the steps, decks and snapshots: where this program was built, or what
/// `LOCALLIBRARY_ROOT` names.
fn root() -> PathBuf {
    env::var_os("LOCALLIBRARY_ROOT")
        .unwrap_or(concat!(env!("CARGO_MANIFEST_DIR"), "/..").into())
        .into()
}

/// `progress.damaged-1.json` for `progress.json`: the first such name that nothing has yet.
pub fn free_name(path: &Path, word: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let names = (1..).map(|number| path.with_file_name(format!("{stem}.{word}-{number}.{ending}")));
    names
        .into_iter()
        .find(|name| !name.exists())
        .unwrap_or_else(|| path.to_path_buf())
}
