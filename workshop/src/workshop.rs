//! What the workshop's pages are made from, assembled in one place.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use journey::Step;
use locallibrary::Error;
use tokio::{
    net::TcpListener,
    sync::{Mutex, watch::Receiver},
};

use crate::{
    course::{Course, predictions::Predictions, schedule::Schedule},
    learner::{progress::ProgressFile, source::Mine, watch::Watch},
    observe::timeline::Timeline,
    project::root,
    room::Room,
    sites::lab::Lab,
    text::search::Index,
};

/// What the workshop's pages are made from.
pub struct Workshop {
    pub course: Arc<Course>,
    /// What can be found in the workshop's texts, made at the first search.
    pub found: OnceLock<Index>,
    pub timeline: Arc<Timeline>,
    pub progress: Arc<ProgressFile>,
    pub predictions: Predictions,
    /// When each step is presented.
    pub schedule: Schedule,
    pub mine: Mine,
    /// Held while the learner's program is built and checked: one at a time.
    pub checking: Mutex<()>,
    /// The learner's program, built and checked at each save.
    pub watch: Arc<Watch>,
    /// The visitors of each step.
    pub labs: BTreeMap<u8, Arc<Lab>>,
    /// Where each step listens.
    pub ports: BTreeMap<u8, u16>,
    /// Where guests on the local network are, if there is such a place.
    pub room: Option<Arc<Room>>,
    /// The project's folder.
    pub root: PathBuf,
    /// Changes when the workshop stops: what a page follows ends then.
    pub stopped: Receiver<()>,
}

impl Workshop {
    /// A workshop in which no step runs yet. The learner's progress and program are those in the folder `home`, and the
    /// listener will be the one of the visitor to that program.
    ///
    /// # Errors
    /// [`Error::Failed`] when the progress cannot be read.
    pub fn new(
        steps: &'static [Step],
        home: &Path,
        visitor: &TcpListener,
        stopped: Receiver<()>,
    ) -> Result<Self, Error> {
        let (course, timeline) = (Arc::new(Course::new(steps)), Arc::new(Timeline::new()));
        let progress = Arc::new(ProgressFile::open(home.join("progress.json"))?);
        let mine = Mine::new(home);
        Ok(Self {
            watch: Watch::new(&course, &progress, &mine, &timeline, visitor),
            course,
            found: OnceLock::new(),
            timeline,
            progress,
            predictions: Predictions::new(home.join("predictions.json")),
            schedule: Schedule(home.join("schedule.json")),
            mine,
            checking: Mutex::default(),
            labs: BTreeMap::new(),
            ports: BTreeMap::new(),
            room: None,
            root: root(),
            stopped,
        })
    }
}
