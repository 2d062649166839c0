//! The learner's program, edited in a page: saved as a whole, and never over what somebody else has saved since.

use std::{
    fs,
    io::{self, Write},
    sync::{Mutex, PoisonError},
};

use journey::text;
use locallibrary::Error;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::source::{Mine, failed, is_stub};
use crate::shell::layout::not_found;

/// A longer program is not edited in a page, in bytes.
pub const LONGEST: usize = 128 * 1024;

/// Held from the look at the file until it is replaced, so that of two tabs that save at once one is told of the other.
static SAVING: Mutex<()> = Mutex::new(());

/// The program as somebody has read it.
pub struct Read {
    /// Its text, with `\n` at the end of each line.
    pub text: String,
    /// Stands for the file's bytes.
    pub digest: String,
}

/// What came of saving.
pub enum Saved {
    /// The file now holds what was typed.
    Done(Read),
    /// The file has changed since it was read, and nothing was saved. This is what it holds.
    Changed(Read),
}

impl Mine {
    /// What is there to edit; `None` before somebody has begun, and where the file is too long or no UTF-8.
    pub fn read(&self) -> Option<Read> {
        let bytes = fs::read(self.path()).ok()?;
        (!is_stub(&bytes) && bytes.len() <= LONGEST).then_some(())?;
        let text = String::from_utf8(bytes).ok()?;
        Some(Read {
            digest: format!("{:x}", Sha256::digest(&text)),
            text: text::normal(&text).into_owned(),
        })
    }

    /// Saves what was typed, if the file is still what was `read`. Somebody who has seen another version may want their
    /// own all the same: with `keep` that version is kept under another name first.
    ///
    /// # Errors
    /// [`Error::Failed`] when the file cannot be read or written; it is then as it was.
    pub fn save(&self, typed: &str, read: &str, keep: bool) -> Result<Saved, Error> {
        let _saving = SAVING.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.path();
        let gone = || not_found("there is no program to edit here; begin with a copy of a step");
        let now = self.read().ok_or_else(gone)?;
        let typed = text::normal(typed);
        if now.text == *typed {
            return Ok(Saved::Done(now));
        }
        if now.digest != read {
            return Ok(Saved::Changed(now));
        }
        if keep {
            let kept = self.keep();
            kept.map_err(|cause| failed(&path, "put aside", &cause))?;
        }
        let replaced = self.replace(&typed);
        replaced.map_err(|cause| failed(&path, "written", &cause))?;
        self.read().map(Saved::Done).ok_or_else(gone)
    }

    /// Puts another text in the file's place, with the line ends, the byte order mark and the rights that the file has. A
    /// link stays one.
    fn replace(&self, text: &str) -> io::Result<()> {
        let path = fs::canonicalize(self.path())?;
        let old = fs::read_to_string(&path)?;
        let first_end = old.find('\n').map(|at| &old[..at]);
        let is_windows = first_end.is_some_and(|line| line.ends_with('\r'));
        let mark = if old.starts_with('\u{feff}') {
            "\u{feff}"
        } else {
            ""
        };
        let text = match is_windows {
            true => text.replace('\n', "\r\n"),
            false => text.to_string(),
        };
        let mut file = NamedTempFile::new_in(path.parent().unwrap_or(&path))?;
        file.write_all(mark.as_bytes())?;
        file.write_all(text.as_bytes())?;
        file.as_file()
            .set_permissions(fs::metadata(&path)?.permissions())?;
        file.as_file().sync_all()?;
        file.persist(&path)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mine(text: &str) -> (tempfile::TempDir, Mine) {
        let folder = tempfile::tempdir().unwrap();
        let mine = Mine::new(folder.path());
        mine.start("// begun\n").unwrap();
        fs::write(mine.path(), text).unwrap();
        (folder, mine)
    }

    #[test]
    fn line_ends_and_a_byte_order_mark_stay_as_they_are_in_the_file() {
        for (before, after) in [
            ("a\nb\n", "a\nc\n"),
            ("a\r\nb\r\n", "a\r\nc\r\n"),
            ("\u{feff}a\r\nb", "\u{feff}a\r\nc\r\n"),
        ] {
            let (_folder, mine) = mine(before);
            let read = mine.read().unwrap();
            let saved = mine.save("a\r\nc\r\n", &read.digest, false).unwrap();
            assert!(matches!(saved, Saved::Done(_)));
            assert_eq!(fs::read_to_string(mine.path()).unwrap(), after);
        }
    }

    #[test]
    fn what_changed_since_it_was_read_is_not_overwritten_and_is_kept_when_somebody_wants_to() {
        let (folder, mine) = mine("read\n");
        let read = mine.read().unwrap();
        fs::write(mine.path(), "theirs\n").unwrap();
        let Saved::Changed(theirs) = mine.save("mine\n", &read.digest, false).unwrap() else {
            panic!("it has changed");
        };
        assert_eq!(theirs.text, "theirs\n");
        assert_eq!(fs::read_to_string(mine.path()).unwrap(), "theirs\n");
        mine.save("mine\n", &theirs.digest, true).unwrap();
        let files = fs::read_dir(folder.path().join("steps/mine")).unwrap();
        let texts = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
        let mut texts: Vec<_> = texts.collect();
        texts.sort();
        assert_eq!(texts, ["mine\n", "theirs\n"]);
    }
}
