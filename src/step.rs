//! One row of the list of steps.

use axum::Router;

use crate::{
    Error, Library,
    journey::{Act, Journey},
    session::Recorder,
};

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
    /// The pages that its journeys ask for.
    pub fn pages(&self) -> impl Iterator<Item = &'static str> {
        let acts = self.journeys.iter().flat_map(|journey| journey.acts);
        acts.filter_map(|act| match *act {
            Act::Get(path) | Act::Post(path, _) | Act::PostFromElsewhere(path, _) => Some(path),
            _ => None,
        })
    }
}

/// How an exercise tells done from not done.
pub struct Exercise {
    /// What visitors do, and what must then be so.
    pub journeys: &'static [Journey],
    /// What the learner's own source must have in it, for what no visitor can see.
    pub source: &'static [&'static str],
}
