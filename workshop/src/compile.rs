//! Builds the learner's program with cargo, and reads what cargo says.

use std::{
    env, fmt,
    path::{Path, PathBuf},
    process::Stdio,
};

use locallibrary::Error;
use serde::Deserialize;
use tokio::process::Command;

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

/// Builds both programs at once: on two cores that takes hardly longer than one.
///
/// # Errors
/// [`BuildError::Compiler`] when the learner's program does not compile.
pub async fn compile(root: &Path) -> Result<Built, BuildError> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--workspace", "--offline", "--keep-going"])
        .args(["--bin", PROGRAM, "--bin", OBSERVED])
        .arg("--message-format=json")
        .current_dir(root)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = command
        .output()
        .await
        .map_err(|cause| BuildError::Other(format!("cargo does not run: {cause}")))?;

    let (mut program, mut observed, mut said) = (None, None, Vec::new());
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let messages = lines
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok());
    for message in messages {
        match message.target.name.as_str() {
            PROGRAM => {
                said.extend(message.message.and_then(Said::diagnostic));
                program = message.executable.or(program);
            }
            OBSERVED => observed = message.executable.or(observed),
            _ => {}
        }
    }
    match program {
        Some(program) => Ok(Built {
            program,
            observed,
            warnings: said,
        }),
        None if said.iter().any(|one| one.is_error) => Err(BuildError::Compiler(said)),
        None => Err(BuildError::Other(last_words(&output.stderr))),
    }
}

/// What cargo says when it does not come as far as the program: the library does not compile, the disk is full. Its
/// errors come last; the lines before them say what it did until then.
fn last_words(stderr: &[u8]) -> String {
    let words = String::from_utf8_lossy(stderr);
    let lines: Vec<_> = words.lines().collect();
    let error = lines.iter().position(|line| line.starts_with("error"));
    let told = lines[error.unwrap_or(0)..].join("\n");
    format!("cargo did not build steps/mine: {}", told.trim())
}

/// A message of cargo about a program: what the compiler says, or where the binary is
/// (<https://doc.rust-lang.org/cargo/reference/external-tools.html#json-messages>).
#[derive(Deserialize)]
struct Message {
    target: Target,
    message: Option<Said>,
    executable: Option<PathBuf>,
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
