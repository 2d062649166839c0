//! The workshop: `cargo run`, and the commands beside it.
//!
//! ```text
//! command   the command line: arguments in, an exit status out
//! terminal  what its commands show in colour
//! server    binds the ports, puts the pages behind the guard, stops gracefully
//! guard     who may talk to it: a browser on this machine, on a page of the workshop
//! pages     one file per view, in maud; `view` is what stands around each
//!
//! course    the steps and their decks          live      every step on a port of its own, observed
//! deck      Marp's Markdown as slides          event     one request: cookie in, store, cookie out
//! markdown  Markdown to HTML; notes, twins           timeline  the latest events, and who listens
//! code      colours                            visitor   a browser whose cookies the workshop keeps
//! compare   diffs                              lab       a step's visitors, and the rows of its store
//! frame     a site's page in a window          origin    which lines asked the store
//! marked    what differs from another page     record    what changed in a session's record
//!
//! mine      the learner's own program          check     what a journey should leave, and what it left
//! compile   cargo builds it                    progress  how far somebody has come
//! program   the latest build, running          predictions what they expected to see
//! watch     each save built, run and checked   doctor    what this machine has
//! terminal  the same in a terminal             neighbour who else listens on this machine
//! sources   what that program is made from      project   the folder of all this
//! export    every page as a file               editor    opens a file
//! room      a question for everybody on this network
//! ```
//!
//! It knows no step: `src/main.rs` hands the list over.

mod check;
mod code;
mod command;
mod compare;
mod compile;
mod course;
mod deck;
mod doctor;
mod editor;
mod event;
mod export;
mod frame;
mod guard;
mod lab;
mod live;
mod markdown;
mod marked;
mod mine;
mod neighbour;
mod notes;
mod origin;
mod pages;
mod predictions;
mod program;
mod progress;
mod project;
mod question;
mod record;
mod room;
mod server;
mod sources;
mod terminal;
mod timeline;
mod twins;
mod view;
mod visitor;
mod watch;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

pub use command::main;

use course::Course;
use lab::Lab;
use mine::Mine;
use predictions::Predictions;
use progress::ProgressFile;
use project::root;
use room::Room;
use timeline::Timeline;
use tokio::sync::Mutex;
use watch::Watch;

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
