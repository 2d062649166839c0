//! An exercise of diagnosis: a broken program and its wire. Which line is wrong?

use axum::Router;
use locallibrary::{Error, Library};
use lossless_sessions::Recorder;

use crate::{InProcess, Journey, Transcript};

/// A broken program that compiles and runs, and does not do what it should.
pub struct Diagnosis {
    /// What a visitor complains about.
    pub symptom: &'static str,
    /// The program's text.
    pub source: &'static str,
    /// What a visitor does to see the fault. Its expectations hold once the line is put right.
    pub journey: Journey,
    /// The wrong line, without its indentation.
    pub wrong: &'static str,
    /// What the line should be.
    pub right: &'static str,
    /// How the wire gives it away, and why the line does what it does.
    pub why: &'static str,
    /// Lines that somebody may well suspect, and why they are not to blame.
    pub suspects: &'static [Suspect],
    /// The program's session engine, behind a recorder.
    pub sessions: fn(&Library) -> Result<Recorder, Error>,
    /// Its `app`.
    pub app: fn(Library, Recorder) -> Router,
}

/// A line that is not to blame.
pub struct Suspect {
    /// The line, without its indentation.
    pub line: &'static str,
    /// Why it is not to blame.
    pub why: &'static str,
}

/// What there is to say about somebody's answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is the wrong line.
    pub found: bool,
    /// Why it is, or why it is not.
    pub why: &'static str,
}

impl Diagnosis {
    /// What the program does on its journey, in this process: the pages, the wire, the store.
    ///
    /// # Errors
    /// [`Error`] when it does not start.
    pub async fn seen(&self) -> Result<Transcript, Error> {
        let mut site = InProcess::new(Library::in_memory()?, self.sessions, self.app)?;
        self.journey.run(&mut site).await
    }

    /// The number of the wrong line, from 1.
    pub fn line(&self) -> usize {
        let mut lines = self.source.lines();
        let place = lines.position(|line| line.trim() == self.wrong);
        place.map_or(0, |place| place + 1)
    }

    /// The program with the wrong line put right.
    pub fn cured(&self) -> String {
        self.source.replacen(self.wrong, self.right, 1)
    }

    /// Whether line `number` is the wrong one, and why.
    ///
    /// # Errors
    /// A sentence, if the program has no such line.
    pub fn answer(&self, number: usize) -> Result<Verdict, String> {
        let last = self.source.lines().count();
        let line = number
            .checked_sub(1)
            .and_then(|place| self.source.lines().nth(place));
        let line = line.ok_or_else(|| {
            format!("there is no line {number}; the program has lines 1 to {last}")
        })?;
        let line = line.trim();
        if number == self.line() {
            return Ok(Verdict {
                found: true,
                why: self.why,
            });
        }
        let suspect = self.suspects.iter().find(|suspect| suspect.line == line);
        let why = match suspect {
            Some(suspect) => suspect.why,
            None if line.is_empty() || line.starts_with("//") => "This line does nothing.",
            None => {
                "This line does its part. Go through the wire from the top: which request is the first that \
                 differs from what you expect, and which line decides about that?"
            }
        };
        Ok(Verdict { found: false, why })
    }
}
