//! One row of the list of steps.

use axum::Router;

use locallibrary::{Error, Library};
use lossless_sessions::Recorder;

use crate::{Act, Diagnosis, InProcess, Journey, Race};

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
    /// A broken program of the same idea, and which of its lines is wrong.
    pub diagnosis: &'static Diagnosis,
    /// A race that its lab shows.
    pub race: Option<&'static Race>,
    /// How many processes its site is, where its program is a proxy in front of them.
    pub processes: Option<usize>,
    /// The session engine that its `main` chooses, behind a recorder.
    pub sessions: fn(&Library) -> Result<Recorder, Error>,
    /// Its `app`, for tests and the workshop.
    pub app: fn(Library, Recorder) -> Router,
    /// Other sites that its pages lead to: each is made from the port where it will be, and from the step's own.
    pub beside: &'static [fn(u16, u16) -> Router],
}

impl Step {
    /// The step's site in this process, as its `main` would serve it; each start makes a new engine.
    ///
    /// # Errors
    /// [`Error`] when the session engine does not open.
    pub fn site(&self, library: Library) -> Result<InProcess, Error> {
        InProcess::new(library, self.sessions, self.app)
    }

    /// The program without the `//!` lines that introduce it: those are new in every step.
    pub fn program(&self) -> String {
        program(self.source)
    }

    /// The pages that its journeys open.
    pub fn pages(&self) -> impl Iterator<Item = &'static str> {
        let acts = self.journeys.iter().flat_map(|journey| journey.acts);
        acts.filter_map(|act| match *act {
            Act::Get(path)
            | Act::AtOnce(_, path)
            | Act::Post(path, _)
            | Act::PostFromElsewhere(path, _)
            | Act::Picture(path) => Some(path),
            _ => None,
        })
    }
}

/// A program's text without the `//!` lines that introduce it.
pub fn program(source: &str) -> String {
    let lines = source.lines().filter(|line| !line.starts_with("//!"));
    lines.map(|line| format!("{line}\n")).collect()
}

/// How an exercise is checked.
pub struct Exercise {
    /// What visitors do, and what must be true afterwards.
    pub journeys: &'static [Journey],
    /// What the learner's own source must contain, for what no visitor can see.
    pub source: &'static [SourceRule],
}

/// Something that the learner's source must contain.
pub struct SourceRule {
    /// The ways to write it, of which one must be there. White space does not count.
    pub any_of: &'static [&'static str],
    /// What to say if none of them is there: a sentence that does not give the solution away.
    pub missing: &'static str,
}

impl SourceRule {
    /// Whether it is in this program; comments do not count.
    pub fn is_in(&self, program: &str) -> bool {
        let dense = |text: &str| text.split_whitespace().collect::<String>();
        let lines = program.lines().map(str::trim);
        let code: String = lines
            .filter(|line| !line.starts_with("//"))
            .map(dense)
            .collect();
        self.any_of.iter().any(|part| code.contains(&dense(part)))
    }
}
