//! What a learner has predicted, in a local file beside the progress: `predictions.json`.

use std::{
    collections::BTreeMap,
    fs, io,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use locallibrary::Error;
use tempfile::NamedTempFile;

use crate::project::free_name;

/// A longer prediction is cut, in letters.
const LONGEST: usize = 200;

/// What the file holds.
type Kept = BTreeMap<String, String>;

/// The file. It holds for `3` the prediction of a lesson, and for `3/second-visit` that of a replay.
pub struct Predictions {
    path: PathBuf,
    /// Held while the file is changed.
    changing: Mutex<()>,
}

impl Predictions {
    /// The file at `path`, which need not be there yet.
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            changing: Mutex::default(),
        }
    }

    /// What was predicted about this, if anything was.
    pub fn about(&self, what: &str) -> Option<String> {
        self.read().ok()?.remove(what)
    }

    /// Keeps a prediction: in a new file first, which then takes the old one's place. A damaged file is put aside.
    ///
    /// # Errors
    /// [`Error::Failed`] when the file cannot be written.
    pub fn keep(&self, what: String, prediction: &str) -> Result<(), Error> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = self.read().or_else(|_| self.put_aside())?;
        kept.insert(what, prediction.trim().chars().take(LONGEST).collect());
        let write = || -> io::Result<()> {
            let mut file = NamedTempFile::new_in(self.path.parent().unwrap_or(&self.path))?;
            serde_json::to_writer_pretty(&mut file, &kept)?;
            file.persist(&self.path)?;
            Ok(())
        };
        write().map_err(|cause| self.failed("written", &cause))
    }

    fn read(&self) -> io::Result<Kept> {
        match fs::read(&self.path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(Kept::new()),
            Err(cause) => Err(cause),
        }
    }

    fn put_aside(&self) -> Result<Kept, Error> {
        let renamed = fs::rename(
            &self.path,
            free_name(&self.path.with_extension("damaged.json")),
        );
        renamed.map_err(|cause| self.failed("put aside", &cause))?;
        Ok(Kept::new())
    }

    fn failed(&self, done: &str, cause: &io::Error) -> Error {
        Error::Failed(format!("{} cannot be {done}: {cause}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prediction_outlives_the_workshop_and_a_damaged_file_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("predictions.json");
        let before = Predictions::new(path.clone());
        assert_eq!(before.about("3"), None);
        before.keep("3".into(), " 2 \n").unwrap();
        before
            .keep("3/first-visit".into(), &"x".repeat(999))
            .unwrap();
        let after = Predictions::new(path.clone());
        assert_eq!(after.about("3").as_deref(), Some("2"));
        assert_eq!(after.about("3/first-visit").unwrap().len(), LONGEST);
        fs::write(&path, "{").unwrap();
        assert_eq!(after.about("3"), None);
        after.keep("3".into(), "3").unwrap();
        assert_eq!(after.about("3").as_deref(), Some("3"));
        let aside = folder.path().join("predictions.damaged-1.json");
        assert_eq!(fs::read_to_string(aside).unwrap(), "{");
    }
}
