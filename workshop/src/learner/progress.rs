//! How far a learner has come, in a local file: no account, no server.
//!
//! The workshop and a command beside it may both write. So the file is the only truth: each change is made to what
//! the file holds at that moment, under a lock, and each look reads it anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use tower_sessions::cookie::time::OffsetDateTime;

use crate::{
    console::warn,
    course::{Course, Lesson, Task},
    learner::{check::Report, fingerprint::Sources},
    project::free_name,
};
use locallibrary::Error;

/// What the file holds.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub struct Progress {
    /// The step where the learner is, from 1.
    pub current: u8,
    /// The steps whose lesson somebody has left behind. A file from before there were exercises calls that done.
    #[serde(default, alias = "done")]
    pub looked_at: BTreeSet<u8>,
    /// The exercises that have passed their check, like `3.1`.
    #[serde(default)]
    pub exercises: BTreeSet<String>,
    /// The program with which each of them passed last, where it was the learner's own.
    #[serde(default)]
    pub passed_with: BTreeMap<String, Sources>,
    /// The section of each lesson where somebody has read last, as its address names it: `{"3": "answer"}`.
    #[serde(default)]
    pub reached: BTreeMap<u8, String>,
    /// When each of them passed last, in UTC: `2026-11-28T18:23:05Z`.
    #[serde(default)]
    pub passed_at: BTreeMap<String, String>,
}

/// What comes next, for somebody who goes the whole way.
pub enum Next<'a> {
    /// A lesson to read.
    Lesson(&'a Lesson),
    /// An exercise to do.
    Exercise(Task<'a>),
}

impl Progress {
    /// Whether all exercises of a step have passed.
    pub fn is_done(&self, lesson: &Lesson) -> bool {
        self.open(lesson).is_none()
    }

    /// What comes next: from the current step to the last one, and then what was left out before.
    pub fn next<'a>(&self, course: &'a Course) -> Option<Next<'a>> {
        let lessons = course.lessons();
        let from_here = lessons.iter().filter(|it| it.step.number >= self.current);
        from_here.chain(lessons).find_map(|lesson| {
            match self.looked_at.contains(&lesson.step.number) {
                true => self.open(lesson).map(Next::Exercise),
                false => Some(Next::Lesson(lesson)),
            }
        })
    }

    /// Somebody leaves the lesson of a step behind, and is at that step.
    pub fn look_at(&mut self, step: u8) {
        self.looked_at.insert(step);
        self.current = step;
    }

    /// The first exercise of a step that has not passed.
    pub fn open<'a>(&self, lesson: &'a Lesson) -> Option<Task<'a>> {
        let mut exercises = lesson.tasks().filter(|task| task.exercise.is_some());
        exercises.find(|task| !self.exercises.contains(&task.name()))
    }

    /// The exercises that have passed with this very program.
    pub fn passed_by(&self, sources: &Sources) -> Vec<&str> {
        let passed = self.passed_with.iter().filter(|(_, with)| *with == sources);
        passed.map(|(name, _)| name.as_str()).collect()
    }

    /// When an exercise passed last, for people: `2026-11-28 18:23 UTC`.
    pub fn when(&self, task: &Task<'_>) -> Option<String> {
        let at = self.passed_at.get(&task.name())?;
        let (date, time) = at.split_once('T')?;
        Some(format!("{date} {} UTC", time.get(..5)?))
    }

    /// An exercise has passed.
    fn pass(&mut self, task: &Task<'_>, sources: Option<Sources>) {
        let step = task.lesson.step.number;
        self.exercises.insert(task.name());
        match sources {
            Some(sources) => self.passed_with.insert(task.name(), sources),
            None => self.passed_with.remove(&task.name()),
        };
        self.passed_at.insert(task.name(), now());
        self.look_at(step);
    }
}

fn now() -> String {
    let now = OffsetDateTime::now_utc();
    let (hour, minute, second) = now.time().as_hms();
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", now.date())
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            current: 1,
            looked_at: BTreeSet::new(),
            exercises: BTreeSet::new(),
            passed_with: BTreeMap::new(),
            reached: BTreeMap::new(),
            passed_at: BTreeMap::new(),
        }
    }
}

/// The file.
pub struct ProgressFile {
    path: PathBuf,
}

impl ProgressFile {
    /// The file at `path`. A damaged one is put aside, with a sentence on standard error; one that is not there is
    /// no progress yet.
    ///
    /// # Errors
    /// [`Error::Failed`] when the file cannot be read, or not put aside.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, Error> {
        let file = Self { path: path.into() };
        let usable = match fs::read(&file.path) {
            Ok(bytes) => serde_json::from_slice::<Progress>(&bytes).is_ok(),
            Err(cause) => cause.kind() == io::ErrorKind::NotFound,
        };
        if !usable {
            file.alone(|| file.load())?;
        }
        Ok(file)
    }

    /// What the file holds now. It is so small that reading it costs less than remembering whether it changed.
    pub fn read(&self) -> Progress {
        let bytes = fs::read(&self.path).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Changes what the file holds, while no other program can.
    ///
    /// # Errors
    /// [`Error::Failed`] when it cannot be read or written; the file is then as it was.
    pub fn change(&self, change: impl FnOnce(&mut Progress)) -> Result<Progress, Error> {
        self.alone(|| {
            let mut progress = self.load()?;
            change(&mut progress);
            self.write(&progress)
                .map_err(|cause| failed(&self.path, "written", &cause))?;
            Ok(progress)
        })
    }

    /// Notes what a check has found, whoever asked for it: an exercise that holds has passed.
    ///
    /// # Errors
    /// As [`ProgressFile::change`].
    pub fn note(&self, task: &Task<'_>, report: &Report) -> Result<(), Error> {
        if report.holds() && task.exercise.is_some() {
            self.change(|progress| progress.pass(task, report.sources.clone()))?;
        }
        Ok(())
    }

    /// Somebody begins a step, and is there from now on.
    ///
    /// # Errors
    /// As [`ProgressFile::change`].
    pub fn begin(&self, step: u8) -> Result<Progress, Error> {
        self.change(|progress| progress.current = step)
    }

    /// Somebody reads this section of a lesson.
    ///
    /// # Errors
    /// As [`ProgressFile::change`].
    pub fn reach(&self, step: u8, section: String) -> Result<Progress, Error> {
        self.change(|progress| _ = progress.reached.insert(step, section))
    }

    /// Does work while every other program that wants to do the same waits. The lock is on a file beside this one,
    /// since this one is replaced at each change; the system lifts it, too, when a program ends without a word.
    fn alone<T>(&self, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let path = self.path.with_extension("lock");
        let lock = File::create(&path)
            .and_then(|file| file.lock().map(|()| file))
            .map_err(|cause| failed(&path, "locked", &cause))?;
        let done = work();
        drop(lock);
        done
    }

    fn load(&self) -> Result<Progress, Error> {
        match fs::read(&self.path) {
            Ok(bytes) => serde_json::from_slice(&bytes).or_else(|_| self.put_aside()),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(Progress::default()),
            Err(cause) => Err(failed(&self.path, "read", &cause)),
        }
    }

    /// Writes a new file, which then takes the old one's place. Whoever reads meanwhile, or pulls the plug, finds
    /// the old progress or the new one, never half of it.
    fn write(&self, progress: &Progress) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let mut file = NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut file, progress)?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        Ok(())
    }

    /// Renames a damaged file, to a name that is still free.
    fn put_aside(&self) -> Result<Progress, Error> {
        let aside = free_name(&self.path.with_extension("damaged.json"));
        fs::rename(&self.path, &aside).map_err(|cause| failed(&self.path, "put aside", &cause))?;
        let (path, aside) = (self.path.display(), aside.display());
        warn(format_args!(
            "{path} could not be read as progress; it is now {aside}, and progress begins anew"
        ));
        Ok(Progress::default())
    }
}

fn failed(path: &Path, done: &str, cause: &io::Error) -> Error {
    Error::Failed(format!("{} cannot be {done}: {cause}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each opens the file by itself, as another program would.
    #[test]
    fn changes_of_many_at_once_are_all_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress.json");
        std::thread::scope(|scope| {
            for step in 1..=20 {
                let path = &path;
                scope.spawn(move || {
                    let file = ProgressFile::open(path).unwrap();
                    file.change(|progress| progress.look_at(step)).unwrap();
                });
            }
        });
        let progress = ProgressFile::open(&path).unwrap().read();
        assert_eq!(progress.looked_at, (1..=20).collect());
    }

    #[test]
    fn a_file_from_before_there_were_exercises_is_progress_still() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress.json");
        fs::write(&path, r#"{"current":4,"done":[1,2,3]}"#).unwrap();
        let file = ProgressFile::open(&path).unwrap();
        file.change(|progress| _ = progress.exercises.insert("4.1".into()))
            .unwrap();
        file.reach(4, "trap".into()).unwrap();
        assert_eq!((file.read().current, file.read().looked_at.len()), (4, 3));
        assert_eq!(file.read().reached, [(4, "trap".into())].into());
    }
}
