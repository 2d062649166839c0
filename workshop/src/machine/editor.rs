//! Opens a file of this project in the learner's editor, at a line.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use editor_command::EditorBuilder;
use tokio::time::timeout;

/// Editors that understand `--goto file:line`.
const VS_CODE: [&str; 4] = ["code", "code-insiders", "codium", "cursor"];

/// What is tried when neither `$VISUAL` nor `$EDITOR` is set.
const OTHERS: [&str; 5] = ["code", "codium", "cursor", "zed", "subl"];

/// Editors that need a terminal. The workshop's own is busy, so they are not started.
const IN_TERMINAL: [&str; 9] = [
    "vi", "vim", "nvim", "nano", "hx", "helix", "micro", "kak", "ed",
];

/// An editor that ends this soon with a failure has not opened anything.
const SOON: Duration = Duration::from_millis(700);

/// The file at `path` in the project, when it is one: no way leads out of the project, by dots or by links.
pub fn file_in(root: &Path, path: &str) -> Option<PathBuf> {
    let root = dunce::canonicalize(root).ok()?;
    let file = dunce::canonicalize(root.join(path)).ok()?;
    let inside = file.strip_prefix(&root).ok()?;
    let hidden = inside
        .iter()
        .any(|part| part.to_string_lossy().starts_with('.'));
    (file.is_file() && !hidden && !inside.starts_with("target")).then_some(file)
}

/// Opens `file`, and returns the editor's name.
///
/// # Errors
/// A sentence that says why there is no editor to open it.
pub async fn open(file: &Path, line: u32) -> Result<String, String> {
    let mut command = command(file, line)?;
    let name = name_of(command.get_program().as_ref());
    if IN_TERMINAL.contains(&name.as_str()) {
        return Err(format!(
            "the editor {name} needs a terminal of its own, so open the file there"
        ));
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // While nobody waits for it any more, tokio still collects the process when it ends.
    let mut process = tokio::process::Command::from(command)
        .spawn()
        .map_err(|cause| format!("the editor {name} does not start ({cause})"))?;
    match timeout(SOON, process.wait()).await {
        Ok(Ok(status)) if !status.success() => {
            Err(format!("the editor {name} could not open the file"))
        }
        _ => Ok(name), // It runs, or has handed the file to a window that was open.
    }
}

/// The editor of the environment, or the first of the others that is installed.
fn command(file: &Path, line: u32) -> Result<Command, String> {
    let other = OTHERS.into_iter().find(|name| which::which(name).is_ok());
    let editor = EditorBuilder::new().environment().string(other).build();
    let editor =
        editor.map_err(|_| "no editor was found; set VISUAL to yours, like VISUAL=code")?;
    let plain = editor.open(file);
    if !VS_CODE.contains(&name_of(plain.get_program().as_ref()).as_str()) {
        return Ok(found(&editor.open_at(file, line, 1)));
    }
    let arguments = plain.get_args();
    let mut command = Command::new(plain.get_program());
    command
        .args(arguments.filter(|argument| *argument != file.as_os_str()))
        .arg("--goto")
        .arg(format!("{}:{line}", file.display()));
    Ok(found(&command))
}

/// The same command with the whole path of its program: Windows starts `code.cmd` by that only.
fn found(command: &Command) -> Command {
    let name = command.get_program();
    let mut found = Command::new(which::which(name).unwrap_or(name.into()));
    found.args(command.get_args());
    found
}

fn name_of(program: &Path) -> String {
    program
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::root;

    #[test]
    fn only_files_of_the_project_are_found() {
        assert!(file_in(&root(), "steps/03/main.rs").is_some());
        for path in [
            "../main.rs",
            "steps/../../etc/passwd",
            "/etc/passwd",
            "steps",
            ".git/config",
            "target/debug/workshop",
            "",
            "steps/03/main.rs\0",
        ] {
            assert_eq!(file_in(&root(), path), None, "{path}");
        }
    }

    #[test]
    fn an_editor_is_started_by_the_path_at_which_it_was_found() {
        let mut asked = Command::new("rustc");
        asked.args(["--goto", "main.rs:3"]);
        let found = found(&asked);
        assert!(Path::new(found.get_program()).is_absolute(), "{found:?}");
        assert!(found.get_args().eq(asked.get_args()), "{found:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_out_is_no_file_of_the_project() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("notes.rs")).unwrap();
        assert_eq!(file_in(folder.path(), "notes.rs"), None);
    }
}
