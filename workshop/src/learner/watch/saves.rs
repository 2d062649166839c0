//! When the learner's program was saved: when its content has changed.
//!
//! The system tells of changes at once, but not everywhere: not behind a link, not in a folder that took the place of
//! another, not on every mount, and not once its watches are used up. So the files are also looked at every second.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use crate::learner::fingerprint::Sources;

/// An editor saves in several strokes: it writes a new file, renames it, sets its times. It is done when nothing has
/// changed for so long.
const QUIET: Duration = Duration::from_millis(50);

/// How often the files are looked at when the system says nothing.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Tells when a program in a folder is saved.
pub(super) struct Saves {
    folder: PathBuf,
    /// What was there at the last save.
    latest: Sources,
    /// The system has noticed something.
    stirred: watch::Receiver<()>,
    _watcher: Option<RecommendedWatcher>,
}

impl Saves {
    pub fn in_folder(folder: &Path) -> Self {
        let (stir, stirred) = watch::channel(());
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // To look at a file is an event as well, and if it counted, each look would lead to the next.
            if !event.is_ok_and(|event| event.kind.is_access()) {
                let _ = stir.send(());
            }
        });
        let watcher = watcher.and_then(|mut watcher| {
            watcher.watch(folder, RecursiveMode::Recursive)?;
            Ok(watcher)
        });
        Self {
            latest: Sources::of(folder),
            folder: folder.into(),
            stirred,
            _watcher: watcher.ok(),
        }
    }

    /// Waits for a save, and until the editor is done with it; returns when it began.
    pub async fn next(&mut self) -> Instant {
        let mut found = Sources::of(&self.folder);
        while found == self.latest {
            let _ = timeout(LOOK_AGAIN, self.stir()).await;
            found = Sources::of(&self.folder);
        }
        let began = Instant::now();
        loop {
            sleep(QUIET).await;
            let later = Sources::of(&self.folder);
            if later == found {
                self.latest = later;
                return began;
            }
            found = later;
        }
    }

    async fn stir(&mut self) {
        if self.stirred.changed().await.is_err() {
            std::future::pending().await // There is no watcher.
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use tempfile::TempDir;

    use super::*;

    /// A save that has not been noticed by then never will be.
    const PATIENCE: Duration = Duration::from_secs(30);

    async fn notices(saves: &mut Saves) {
        timeout(PATIENCE, saves.next()).await.expect("a save");
    }

    fn program(text: &str) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("main.rs"), text).unwrap();
        folder
    }

    #[tokio::test]
    async fn a_save_behind_a_link_is_noticed() {
        let (elsewhere, folder) = (program("first"), tempfile::tempdir().unwrap());
        let file = elsewhere.path().join("main.rs");
        symlink(&file, folder.path().join("main.rs")).unwrap();
        let mut saves = Saves::in_folder(folder.path());
        fs::write(file, "second").unwrap();
        notices(&mut saves).await;
    }

    #[tokio::test]
    async fn a_save_in_a_folder_that_took_the_place_of_another_is_noticed() {
        let home = tempfile::tempdir().unwrap();
        let (folder, old) = (home.path().join("mine"), home.path().join("old"));
        fs::create_dir(&folder).unwrap();
        let mut saves = Saves::in_folder(&folder);
        fs::rename(&folder, old).unwrap();
        fs::create_dir(&folder).unwrap();
        for text in ["first", "second"] {
            fs::write(folder.join("main.rs"), text).unwrap();
            notices(&mut saves).await;
        }
    }

    #[tokio::test]
    async fn a_folder_that_comes_later_is_noticed() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("mine");
        let mut saves = Saves::in_folder(&folder);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("main.rs"), "first").unwrap();
        notices(&mut saves).await;
    }

    #[tokio::test]
    async fn an_editors_lock_or_a_new_time_is_no_save() {
        let folder = program("first");
        let file = folder.path().join("main.rs");
        let mut saves = Saves::in_folder(folder.path());
        symlink("somebody@machine.1234", folder.path().join(".#main.rs")).unwrap();
        fs::write(&file, "first").unwrap();
        let quiet = timeout(2 * LOOK_AGAIN, saves.next()).await;
        assert!(quiet.is_err(), "nothing has changed");
        fs::write(&file, "second").unwrap();
        notices(&mut saves).await;
    }

    /// If each look led to the next, the workshop would do nothing else.
    #[tokio::test]
    async fn a_look_at_the_files_stirs_nothing_and_a_change_does() {
        let folder = program("first");
        let mut saves = Saves::in_folder(folder.path());
        for _ in 0..3 {
            assert_eq!(Sources::of(folder.path()), saves.latest);
        }
        let stirred = timeout(LOOK_AGAIN, saves.stir()).await;
        assert!(stirred.is_err(), "a look is no change");
        fs::write(folder.path().join("main.rs"), "second").unwrap();
        if saves._watcher.is_some() {
            timeout(PATIENCE, saves.stir()).await.expect("a change");
        }
    }
}
