//! How far a learner has come, in a local file: no account, no server.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::free_name;
use locallibrary::Error;

/// What the file holds.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub struct Progress {
    /// The step where the learner is, from 1.
    pub current: u8,
    /// The steps that are done.
    pub done: BTreeSet<u8>,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            current: 1,
            done: BTreeSet::new(),
        }
    }
}

/// The file, and what it holds.
pub struct ProgressFile {
    path: PathBuf,
    progress: Mutex<Progress>,
}

impl ProgressFile {
    /// Reads the file at `path`. A damaged one is put aside, with a sentence on standard error; one that is not
    /// there is no progress yet.
    ///
    /// # Errors
    /// [`Error::Failed`] when the file cannot be read, or not put aside.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, Error> {
        let path = path.into();
        let progress = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).or_else(|_| put_aside(&path))?,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Progress::default(),
            Err(cause) => return Err(failed(&path, "read", &cause)),
        };
        Ok(Self {
            path,
            progress: Mutex::new(progress),
        })
    }

    /// What the file holds now.
    pub fn read(&self) -> Progress {
        self.lock().clone()
    }

    /// Changes the progress and writes it: first to a new file, which then takes the old one's place. Whoever
    /// reads meanwhile, or pulls the plug, finds the old progress or the new one, never half of it.
    ///
    /// # Errors
    /// [`Error::Failed`] when it cannot be written; the progress is then as it was.
    pub fn change(&self, change: impl FnOnce(&mut Progress)) -> Result<Progress, Error> {
        let mut progress = self.lock();
        let mut changed = progress.clone();
        change(&mut changed);
        self.write(&changed)
            .map_err(|cause| failed(&self.path, "written", &cause))?;
        *progress = changed.clone();
        Ok(changed)
    }

    fn write(&self, progress: &Progress) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut file = NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut file, progress)?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Renames a damaged file, to a name that is still free.
fn put_aside(path: &Path) -> Result<Progress, Error> {
    let aside = free_name(path, "damaged");
    fs::rename(path, &aside).map_err(|cause| failed(path, "put aside", &cause))?;
    let (path, aside) = (path.display(), aside.display());
    eprintln!("{path} could not be read as progress; it is now {aside}, and progress begins anew");
    Ok(Progress::default())
}

fn failed(path: &Path, done: &str, cause: &io::Error) -> Error {
    Error::Failed(format!("{} cannot be {done}: {cause}", path.display()))
}
