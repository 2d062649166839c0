//! What the learner's program is made from, by content: the same text is the same program, whatever its time stamps say.

use std::{
    fmt, fs,
    io::Read,
    path::{Path, PathBuf},
};

use journey::bounded;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// No program has its modules in folders within so many folders; a link that leads back up has no end.
const DEEPEST: usize = 8;

/// The Rust files of a folder: a hash (SHA-256) of their names and contents.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Sources(String);

impl Sources {
    /// What is in this folder now; a folder that is not there has no files.
    pub fn of(folder: &Path) -> Self {
        let mut hash = Sha256::new();
        for file in files(folder, DEEPEST) {
            let name = file.strip_prefix(folder).unwrap_or(&file);
            for part in [name.to_string_lossy().as_bytes(), &read(&file)] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
        Self(format!("{:x}", hash.finalize()))
    }
}

impl fmt::Display for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Links are followed, as the compiler follows them.
fn files(folder: &Path, depth: usize) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let own = paths.into_iter().flat_map(|path| match path.is_dir() {
        true if depth > 0 => files(&path, depth - 1),
        _ if path.is_file() && is_source(&path) => vec![path],
        _ => Vec::new(),
    });
    own.collect()
}

/// Whether a file is one of a program: no lock or copy of an editor, like `.#main.rs`, and no copy that
/// `cargo run -- start` has kept, like `main.step3-2026-11-24-2145.rs`.
fn is_source(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let kept = name.starts_with("main.") && name != "main.rs";
    name.ends_with(".rs") && !name.starts_with('.') && !kept
}

/// As much of a file as any program has.
fn read(file: &Path) -> Vec<u8> {
    let mut text = Vec::new();
    if let Ok(file) = fs::File::open(file) {
        let _ = file.take(bounded::MOST as u64).read_to_end(&mut text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_the_same_program_and_every_module_counts() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let now = || Sources::of(folder.path());
        fs::create_dir(folder.path().join("shelf")).unwrap();
        write("main.rs", "mod shelf;");
        let first = now();
        for (name, text) in [
            (".#main.rs", "an editor's lock"),
            ("main.step3-2026-11-24-2145.rs", "a copy that was kept"),
            ("notes.txt", "not Rust"),
            ("main.rs", "mod shelf;"),
        ] {
            write(name, text);
            assert_eq!(now(), first, "{name}");
        }
        write("shelf/mod.rs", "");
        let second = now();
        assert_ne!(second, first);
        write("shelf/mod.rs", "pub fn book() {}");
        assert_ne!(now(), second);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_counts_as_what_it_leads_to_and_one_that_leads_back_up_ends() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let file = elsewhere.path().join("program.rs");
        let link = |to: &Path, name: &str| {
            std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
        };
        fs::write(&file, "fn main() {}").unwrap();
        link(&file, "main.rs");
        link(folder.path(), "again");
        let before = Sources::of(folder.path());
        fs::write(&file, "fn main() { changed() }").unwrap();
        assert_ne!(Sources::of(folder.path()), before);
    }
}
