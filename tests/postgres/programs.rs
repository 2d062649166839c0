//! PostgreSQL's own programs: where they are, and as whom they run.

use std::{
    env, fs,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::Command,
};

#[derive(Clone)]
pub struct Programs {
    pub folder: PathBuf,
    /// PostgreSQL refuses to run as root: then it runs as this user and group.
    user: Option<(u32, u32)>,
}

impl Programs {
    /// Debian keeps them in a folder per version, others in the search path.
    pub fn find() -> Option<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        let mut versions: Vec<_> = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|version| version.path().join("bin"))
            .collect();
        versions.sort();
        let mut folders = versions.into_iter().rev().chain(env::split_paths(&path));
        let folder = folders.find(|folder| folder.join("initdb").exists())?;
        let user = if id("-u", None)? == 0 {
            Some(other_user()?)
        } else {
            None
        };
        Some(Self { folder, user })
    }

    /// One of them, or any other program.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let program = self.folder.join(program);
        let Some((user, group)) = self.user else {
            return Command::new(program);
        };
        let mut command = Command::new("setpriv");
        command.arg(format!("--reuid={user}"));
        command.arg(format!("--regid={group}"));
        command.arg("--clear-groups").arg(program);
        command
    }

    /// Makes this file or folder theirs.
    pub fn own(&self, folder: &Path) {
        if let Some((user, group)) = self.user {
            chown(folder, Some(user), Some(group)).unwrap();
        }
    }
}

/// A user who is not root, and their group.
fn other_user() -> Option<(u32, u32)> {
    let mut users = ["postgres", "nobody"].into_iter();
    users.find_map(|user| Some((id("-u", Some(user))?, id("-g", Some(user))?)))
}

/// The number of a user, or of their group; ours when none is named.
fn id(which: &str, user: Option<&str>) -> Option<u32> {
    let output = Command::new("id").arg(which).args(user).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
