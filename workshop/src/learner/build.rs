//! Builds the learner's program with cargo, and reads what cargo says.

use std::{
    env, fmt, fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use journey::bounded;
use locallibrary::Error;
use serde::Deserialize;
use tokio::process::Command;

use crate::learner::{fingerprint::Sources, source::Mine};

/// The learner's program as it is.
const PROGRAM: &str = "mine";

/// The same with a recorder before its session store: the package `workshop/observed`.
const OBSERVED: &str = "observed";

/// What a build has made.
pub struct Built {
    /// The learner's program.
    pub program: PathBuf,
    /// The same, observed. A program may be right and still have another shape than the steps; then there is none.
    pub observed: Option<PathBuf>,
    /// What the compiler remarks, though it is no error.
    pub warnings: Vec<Diagnostic>,
    /// What it was made from.
    pub sources: Sources,
}

/// Why there is no new program.
#[derive(Clone)]
pub enum BuildError {
    /// It does not compile.
    Compiler(Vec<Diagnostic>),
    /// Anything else, in one sentence.
    Other(String),
}

impl From<Error> for BuildError {
    fn from(cause: Error) -> Self {
        Self::Other(cause.to_string())
    }
}

/// One thing that the compiler says.
#[derive(Clone)]
pub struct Diagnostic {
    /// Whether it keeps the program from being built.
    pub is_error: bool,
    /// In one line: "cannot find value `visits` in this scope".
    pub message: String,
    /// The line it is about; `None` when it is about no line of the learner's program.
    pub line: Option<u32>,
    /// All of it, as cargo prints it.
    pub rendered: String,
}

/// Builds what is on the disk now. Cargo takes a file that is older than the last build for one that was built, and it
/// may have been put there since: then it gets a new time, and is built all the same.
///
/// # Errors
/// [`BuildError::Compiler`] when the learner's program does not compile.
pub async fn compile(mine: &Mine) -> Result<Built, BuildError> {
    let sources = Sources::of(&mine.folder());
    let mut build = cargo(mine.root()).await?;
    if build.is_old() && !build.program.as_ref().is_some_and(|it| it.is_of(&sources)) {
        make_newer(&mine.path(), build.program.as_ref()).map_err(|cause| {
            BuildError::Other(format!(
                "steps/mine/main.rs is older than its last build, and its time cannot be set ({cause}); save it anew"
            ))
        })?;
        build = cargo(mine.root()).await?;
    }
    // A program that was saved meanwhile may be in this build or not.
    if Sources::of(&mine.folder()) == sources {
        build.program.iter().for_each(|it| it.remember(&sources));
    }
    build.outcome(sources)
}

/// Sets a file's time to now, or past its build, should the clock have been set back.
fn make_newer(file: &Path, build: Option<&Artifact>) -> io::Result<()> {
    let built = build.and_then(|it| fs::metadata(&it.file).ok()?.modified().ok());
    let past = built.map(|time| time + Duration::from_secs(1));
    let now = SystemTime::now();
    let file = fs::File::options().append(true).open(file)?;
    file.set_modified(past.map_or(now, |past| past.max(now)))
}

/// A program that cargo has made.
struct Artifact {
    file: PathBuf,
    /// Whether cargo has left the one that was there.
    is_old: bool,
}

impl Artifact {
    /// Notes what it was built from, in a file beside it.
    fn remember(&self, sources: &Sources) {
        // Without the note it is built once more.
        let _ = fs::write(self.note(), self.words(sources));
    }

    /// Whether it was built from these.
    fn is_of(&self, sources: &Sources) -> bool {
        fs::read_to_string(self.note()).is_ok_and(|noted| noted == self.words(sources))
    }

    fn note(&self) -> PathBuf {
        self.file.with_extension("sources")
    }

    /// With the time of the build: `cargo run --bin mine` may have built another program since.
    fn words(&self, sources: &Sources) -> String {
        let built = fs::metadata(&self.file).and_then(|file| file.modified());
        format!("{sources} {built:?}")
    }
}

/// What cargo has made, and what it says.
struct Build {
    program: Option<Artifact>,
    observed: Option<Artifact>,
    said: Vec<Diagnostic>,
    /// Its own words, for people.
    words: Vec<u8>,
}

/// Builds both programs at once: on two cores that takes hardly longer than one.
async fn cargo(root: &Path) -> Result<Build, Error> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--workspace", "--offline", "--keep-going"])
        .args(["--bin", PROGRAM, "--bin", OBSERVED])
        .args(["--message-format=json", "--color=never"])
        .current_dir(root);
    let output = bounded::output(&mut command).await?;
    let mut build = Build {
        program: None,
        observed: None,
        said: Vec::new(),
        words: output.stderr,
    };
    let lines = String::from_utf8_lossy(&output.stdout);
    let messages = lines
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok());
    for mut message in messages {
        let artifact = message.executable.take().map(|file| Artifact {
            file,
            is_old: message.fresh,
        });
        match message.target.name.as_str() {
            PROGRAM => {
                build
                    .said
                    .extend(message.message.and_then(Said::diagnostic));
                build.program = artifact.or(build.program);
            }
            OBSERVED => build.observed = artifact.or(build.observed),
            _ => {}
        }
    }
    Ok(build)
}

impl Build {
    fn is_old(&self) -> bool {
        let mut programs = self.program.iter().chain(&self.observed);
        programs.any(|program| program.is_old)
    }

    fn outcome(self, sources: Sources) -> Result<Built, BuildError> {
        match self.program {
            Some(program) => Ok(Built {
                program: program.file,
                observed: self.observed.map(|observed| observed.file),
                warnings: self.said,
                sources,
            }),
            None if self.said.iter().any(|one| one.is_error) => {
                Err(BuildError::Compiler(self.said))
            }
            None => Err(BuildError::Other(last_words(&self.words))),
        }
    }
}

/// What cargo says when it does not come as far as the program: the library does not compile, the disk is full. Its
/// errors come last; the lines before them say what it did until then.
fn last_words(stderr: &[u8]) -> String {
    let words = String::from_utf8_lossy(stderr);
    let lines: Vec<_> = words.lines().collect();
    let error = lines.iter().position(|line| line.starts_with("error"));
    let words = lines[error.unwrap_or(0)..].join("\n");
    format!("cargo did not build steps/mine: {}", words.trim())
}

/// A message of cargo about a program: what the compiler says, or where the binary is
/// (<https://doc.rust-lang.org/cargo/reference/external-tools.html#json-messages>).
#[derive(Deserialize)]
struct Message {
    target: Target,
    message: Option<Said>,
    executable: Option<PathBuf>,
    #[serde(default)]
    fresh: bool,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// The compiler's own form of a diagnostic (<https://doc.rust-lang.org/rustc/json.html>).
#[derive(Deserialize)]
struct Said {
    message: String,
    level: String,
    spans: Vec<Span>,
    rendered: Option<String>,
}

#[derive(Deserialize)]
struct Span {
    line_start: u32,
    is_primary: bool,
}

impl Said {
    /// Lines such as "2 warnings emitted" are about nothing, so they are left out.
    fn diagnostic(self) -> Option<Diagnostic> {
        let primary = self.spans.iter().find(|span| span.is_primary);
        let is_error = self.level.starts_with("error");
        let aborting = self.message.starts_with("aborting due to");
        (primary.is_some() || is_error && !aborting).then(|| Diagnostic {
            is_error,
            line: primary.map(|span| span.line_start),
            rendered: self.rendered.unwrap_or_else(|| self.message.clone()),
            message: self.message,
        })
    }
}

impl fmt::Display for BuildError {
    /// For a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compiler(said) => {
                said.iter()
                    .try_for_each(|one| writeln!(f, "{}", one.rendered))?;
                f.write_str("steps/mine does not compile")
            }
            Self::Other(words) => f.write_str(words),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_says_begins_with_its_error() {
        let said =
            b"    Blocking waiting for file lock on build directory\n   Compiling mine v0.1.0\n\
            error: could not write output\n\nCaused by:\n  the disk is full\n";
        assert_eq!(
            last_words(said),
            "cargo did not build steps/mine: error: could not write output\n\nCaused by:\n  the disk is full"
        );
        assert!(last_words(b"killed\n").ends_with("steps/mine: killed"));
    }
}
