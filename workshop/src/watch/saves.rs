//! When a file of the learner's program was saved.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use locallibrary::Error;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::{sync::watch, time::timeout};

/// An editor saves in several strokes: it writes a new file, renames it, sets its times. This long after the last
/// one it is done.
const QUIET: Duration = Duration::from_millis(50);

/// Tells when a program in a folder is saved.
pub(super) struct Saves {
    latest: watch::Receiver<()>,
    _watcher: Option<RecommendedWatcher>,
}

impl Saves {
    pub fn in_folder(folder: &Path) -> Result<Self, Error> {
        let (saved, latest) = watch::channel(());
        let failed =
            |cause| Error::Failed(format!("{} cannot be watched: {cause}", folder.display()));
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| is_save(&event)) {
                let _ = saved.send(());
            }
        })
        .map_err(failed)?;
        watcher
            .watch(folder, RecursiveMode::Recursive)
            .map_err(failed)?;
        Ok(Self {
            latest,
            _watcher: Some(watcher),
        })
    }

    /// For a folder that cannot be watched: no save is ever noticed.
    pub fn none() -> Self {
        Self {
            latest: watch::channel(()).1,
            _watcher: None,
        }
    }

    /// Waits for a save, and until the editor is done with it; returns when it began.
    pub async fn next(&mut self) -> Instant {
        if self.latest.changed().await.is_err() {
            std::future::pending().await
        }
        let began = Instant::now();
        while let Ok(Ok(())) = timeout(QUIET, self.latest.changed()).await {}
        began
    }
}

/// Whether a file of a program was written. That cargo reads one is an event too, and no save.
fn is_save(event: &Event) -> bool {
    let is_program = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "rs");
    !event.kind.is_access() && event.paths.iter().any(is_program)
}
