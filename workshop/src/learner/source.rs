//! The learner's own program, `steps/mine/main.rs`: seeded from a step, backed up, checked.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    process::Stdio,
};

use tempfile::NamedTempFile;
use tower_sessions::cookie::time::OffsetDateTime;

use crate::{learner::fingerprint::Sources, project::free_name};
use journey::text;
use locallibrary::Error;

/// What stands in `steps/mine/main.rs` until somebody starts.
const STUB: &str = journey::text!("stub.txt");

/// The project that holds the learner's program.
#[derive(Clone)]
pub struct Mine {
    root: PathBuf,
}

impl Mine {
    /// The program in the project at `root`.
    pub fn new(root: &Path) -> Self {
        Self { root: root.into() }
    }

    /// The project's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder where it lies.
    pub fn folder(&self) -> PathBuf {
        self.root.join("steps/mine")
    }

    /// Where it lies.
    pub fn path(&self) -> PathBuf {
        self.folder().join("main.rs")
    }

    /// Where it lies, in words; a link says where it leads.
    pub fn place(&self) -> String {
        match fs::read_link(self.path()) {
            Ok(file) => format!("steps/mine/main.rs, a link to {}", file.display()),
            Err(_) => "steps/mine/main.rs".into(),
        }
    }

    /// Its text; `None` until somebody has started. A byte that is no UTF-8 is shown as �: the compiler says what is
    /// wrong with it.
    pub fn source(&self) -> Option<String> {
        let text = fs::read(self.path()).ok()?;
        (!is_stub(&text)).then(|| text::normal(&String::from_utf8_lossy(&text)).into_owned())
    }

    /// All of it, by content.
    pub fn sources(&self) -> Sources {
        Sources::of(&self.folder())
    }

    /// The step it began as a copy of, by its first line; `None` when that says nothing of the kind.
    pub fn step(&self) -> Option<u8> {
        began_as(&self.source()?)
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

    /// Copies what is there, byte for byte; the stub needs no copy. The name says which step it began as, and when
    /// it was put aside: `main.step3-2026-11-24-2145Z.rs`, in UTC.
    pub(super) fn keep(&self) -> io::Result<Option<PathBuf>> {
        let path = self.path();
        let old = match fs::read(&path) {
            Ok(old) => old,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(cause),
        };
        if is_stub(&old) {
            return Ok(None);
        }
        let began_as = match began_as(&String::from_utf8_lossy(&old)) {
            Some(step) => format!("step{step}"),
            None => "own".into(),
        };
        let now = OffsetDateTime::now_utc();
        let (date, hour, minute) = (now.date(), now.hour(), now.minute());
        let kept = path.with_file_name(format!("main.{began_as}-{date}-{hour:02}{minute:02}Z.rs"));
        let kept = if kept.exists() {
            free_name(&kept)
        } else {
            kept
        };
        fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&kept)?
            .write_all(&old)?;
        Ok(Some(kept))
    }

    fn write(&self, source: &str) -> io::Result<()> {
        let folder = self.folder();
        fs::create_dir_all(&folder)?;
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(source.as_bytes())?;
        file.persist(self.path())?;
        Ok(())
    }

    /// A fresh clone has the stub, so that it builds. From here on git looks away: the learner's program shows
    /// in no `git status` and is in no commit. Without git there is nothing to do, and a repository around the
    /// project's own folder is none of ours.
    fn hide_from_git(&self) {
        let mut git = std::process::Command::new("git");
        for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
            git.env_remove(variable);
        }
        let root = self.root.canonicalize().unwrap_or(self.root.clone());
        git.args(["update-index", "--skip-worktree", "steps/mine/main.rs"])
            .env("GIT_CEILING_DIRECTORIES", root.parent().unwrap_or(&root))
            .current_dir(&root)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let _ = git.status();
    }
}

/// The step that a program began as a copy of: the first line of each step says it.
pub fn began_as(source: &str) -> Option<u8> {
    let source = text::normal(source);
    let rest = source.strip_prefix("//! Step ")?;
    rest.split(':').next()?.parse().ok()
}

/// Whether nobody has changed it.
pub(super) fn is_stub(program: &[u8]) -> bool {
    text::normal(&String::from_utf8_lossy(program)) == STUB
}

pub(super) fn failed(path: &Path, done: &str, cause: &io::Error) -> Error {
    Error::Failed(format!("{} cannot be {done}: {cause}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_before_the_first_line_and_a_byte_that_is_no_utf_8_hide_no_program() {
        let folder = tempfile::tempdir().unwrap();
        let mine = Mine::new(folder.path());
        mine.start("").unwrap();
        for text in [
            &b"\xef\xbb\xbf//! Step 3: the visit counter\n"[..],
            b"//! Step 3: caf\xe9\n",
        ] {
            fs::write(mine.path(), text).unwrap();
            assert_eq!(mine.step(), Some(3), "{text:?}");
        }
    }

    /// The flags of the learner's file in a repository: `H` for an ordinary one, `S` for one that git does not look at.
    fn flag(repository: &Path, file: &str) -> String {
        let listed = git(repository, &["ls-files", "-v", file]);
        listed.chars().take(1).collect()
    }

    fn git(folder: &Path, arguments: &[&str]) -> String {
        let mut git = std::process::Command::new("git");
        git.args(arguments).current_dir(folder);
        String::from_utf8(git.output().unwrap().stdout).unwrap()
    }

    #[test]
    fn git_looks_away_in_the_project_s_own_repository_and_in_no_other() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("project");
        let mine = Mine::new(&root);
        fs::create_dir_all(mine.folder()).unwrap();
        fs::write(mine.path(), STUB).unwrap();
        for (repository, file, expected) in [
            (outer.path(), "project/steps/mine/main.rs", "H"),
            (&root, "steps/mine/main.rs", "S"),
        ] {
            git(repository, &["init", "--quiet"]);
            git(repository, &["add", file]);
            mine.start("//! Step 3: mine\n").unwrap();
            assert_eq!(flag(repository, file), expected, "{file}");
        }
    }
}
