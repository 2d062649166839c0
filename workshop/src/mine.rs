//! The learner's own program, `steps/mine/main.rs`: seeded from a step, backed up, built, run.

use std::{
    env, fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use serde_json::Value;
use tempfile::NamedTempFile;
use tokio::process::Command;

use super::{check::Report, course::Task, free_name};
use journey::{Journey, Program, Transcript};
use locallibrary::Error;

/// What stands in `steps/mine/main.rs` until somebody starts.
const STUB: &str = include_str!("stub.txt");

/// The project that holds the learner's program.
#[derive(Clone)]
pub struct Mine {
    root: PathBuf,
}

/// Why a program could not be checked.
pub enum BuildError {
    /// It does not compile: the compiler's own words.
    Compiler(String),
    /// Anything else, in one sentence.
    Other(Error),
}

impl From<Error> for BuildError {
    fn from(cause: Error) -> Self {
        Self::Other(cause)
    }
}

impl Mine {
    /// The program in the project at `root`.
    pub fn new(root: &Path) -> Self {
        Self { root: root.into() }
    }

    /// Where it lies.
    pub fn path(&self) -> PathBuf {
        self.root.join("steps/mine/main.rs")
    }

    /// Its text; `None` until somebody has started.
    pub fn source(&self) -> Option<String> {
        let text = fs::read_to_string(self.path()).ok()?;
        (!is_stub(text.as_bytes())).then_some(text)
    }

    /// Puts a step's source there. What was there before is kept under another name, which is returned.
    ///
    /// # Errors
    /// [`Error::Failed`] when a file cannot be written; the old one is then still there.
    pub fn start(&self, source: &str) -> Result<Option<PathBuf>, Error> {
        let path = self.path();
        let kept = self
            .keep()
            .map_err(|cause| failed(&path, "put aside", &cause))?;
        self.write(source)
            .map_err(|cause| failed(&path, "written", &cause))?;
        self.hide_from_git();
        Ok(kept)
    }

    /// Copies what is there, byte for byte; the stub needs no copy.
    fn keep(&self) -> io::Result<Option<PathBuf>> {
        let path = self.path();
        let old = match fs::read(&path) {
            Ok(old) => old,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(cause),
        };
        if is_stub(&old) {
            return Ok(None);
        }
        let kept = free_name(&path, "backup");
        fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&kept)?
            .write_all(&old)?;
        Ok(Some(kept))
    }

    fn write(&self, source: &str) -> io::Result<()> {
        let folder = self.root.join("steps/mine");
        fs::create_dir_all(&folder)?;
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(source.as_bytes())?;
        file.persist(self.path())?;
        Ok(())
    }

    /// A fresh clone has the stub, so that it builds. From here on git looks away: the learner's program shows
    /// in no `git status` and is in no commit. Without git there is nothing to do.
    fn hide_from_git(&self) {
        let mut git = std::process::Command::new("git");
        git.args(["update-index", "--skip-worktree", "steps/mine/main.rs"])
            .current_dir(&self.root);
        let _ = git.output();
    }

    /// Builds the program; returns the binary.
    ///
    /// # Errors
    /// [`BuildError::Compiler`] when it does not compile.
    pub async fn build(&self) -> Result<PathBuf, BuildError> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args([
            "build",
            "--bin",
            "mine",
            "--offline",
            "--message-format=json-render-diagnostics",
        ]);
        let output = command
            .current_dir(&self.root)
            .kill_on_drop(true)
            .output()
            .await;
        let output =
            output.map_err(|cause| Error::Failed(format!("cargo does not run: {cause}")))?;
        if !output.status.success() {
            return Err(BuildError::Compiler(
                String::from_utf8_lossy(&output.stderr).into_owned(),
            ));
        }
        let messages = String::from_utf8_lossy(&output.stdout).into_owned();
        let binary = messages
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut binary =
            binary.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
        let lost = || Error::Failed("cargo built steps/mine, but did not say where".into());
        Ok(binary.next_back().ok_or_else(lost)?)
    }

    /// Builds and runs the program, and makes a task's journeys at it.
    ///
    /// # Errors
    /// [`BuildError`] when it does not compile or start.
    pub async fn check(&self, task: &Task<'_>) -> Result<Report, BuildError> {
        let binary = self.build().await?;
        let mut site = Program::start(binary).await?;
        Ok(Report::of(task, &mut site, self.source().as_deref()).await)
    }

    /// Builds and runs the program, and makes one journey at it.
    ///
    /// # Errors
    /// [`BuildError`] when it does not compile, start, or answer.
    pub async fn journey(&self, journey: &Journey) -> Result<Transcript, BuildError> {
        let binary = self.build().await?;
        Ok(journey.run(&mut Program::start(binary).await?).await?)
    }
}

/// Whether nobody has changed it; git may have given it the line ends of Windows.
fn is_stub(text: &[u8]) -> bool {
    String::from_utf8_lossy(text).replace("\r\n", "\n") == STUB
}

fn failed(path: &Path, done: &str, cause: &io::Error) -> Error {
    Error::Failed(format!("{} cannot be {done}: {cause}", path.display()))
}
