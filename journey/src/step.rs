//! One row of the list of steps.

use axum::Router;

use locallibrary::{Error, Library, session::Recorder};

use crate::{Act, InProcess, Journey};

/// A step of the workshop, as `steps/mod.rs` lists it.
pub struct Step {
    /// Its place in the course, from 1.
    pub number: u8,
    /// Its idea in a few words.
    pub title: &'static str,
    /// The step it adds one idea to; `None` for the first.
    pub builds_on: Option<u8>,
    /// The text of its `main.rs`.
    pub source: &'static str,
    /// The text of its deck, in Marp's Markdown.
    pub slides: &'static str,
    /// The page that the lesson is about.
    pub opens_at: &'static str,
    /// What a visitor does to see the idea.
    pub journeys: &'static [Journey],
    /// How the exercises at the end of its deck are checked, in their order.
    pub exercises: &'static [Exercise],
    /// The session engine that its `main` chooses, behind a recorder.
    pub sessions: fn(&Library) -> Result<Recorder, Error>,
    /// Its `app`, for tests and the workshop.
    pub app: fn(Library, Recorder) -> Router,
}

impl Step {
    /// The step's site in this process, as its `main` would serve it: each start has the engine it chooses.
    ///
    /// # Errors
    /// [`Error`] when the session engine does not open.
    pub fn site(&'static self, library: Library) -> Result<InProcess, Error> {
        InProcess::new(move || Ok((self.app)(library.clone(), (self.sessions)(&library)?)))
    }

    /// The program without the `//!` lines that introduce it: those are new in every step.
    pub fn program(&self) -> String {
        program(self.source)
    }

    /// The pages that its journeys ask for.
    pub fn pages(&self) -> impl Iterator<Item = &'static str> {
        let acts = self.journeys.iter().flat_map(|journey| journey.acts);
        acts.filter_map(|act| match *act {
            Act::Get(path) | Act::Post(path, _) | Act::PostFromElsewhere(path, _) => Some(path),
            _ => None,
        })
    }
}

/// A program's text without the `//!` lines that introduce it. Line ends are those of Unix.
pub fn program(source: &str) -> String {
    let lines = source.lines().filter(|line| !line.starts_with("//!"));
    lines.map(|line| format!("{line}\n")).collect()
}

/// How an exercise tells done from not done.
pub struct Exercise {
    /// What visitors do, and what must then be so.
    pub journeys: &'static [Journey],
    /// What the learner's own source must have in it, for what no visitor can see.
    pub source: &'static [&'static str],
}
