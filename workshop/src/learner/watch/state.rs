//! How the learner's program is doing, as pages and the terminal show it.

use std::{sync::Arc, time::Duration};

use crate::{
    course::Task,
    learner::{build::Diagnostic, check::Report},
};

/// How the learner's program is doing.
#[derive(Clone, Default)]
pub struct State {
    /// What is being done just now.
    pub phase: Phase,
    /// The task that is checked, like `3.1`.
    pub task: String,
    /// How many pages of new builds have been opened; the frame shows the latest.
    pub pages: u64,
    /// How often a save or a wish has been seen through to its end.
    pub rounds: u64,
    /// What the compiler says about the latest save.
    pub said: Vec<Diagnostic>,
    /// Why the latest save does not run, when the compiler is not the reason.
    pub failed: Option<String>,
    /// What the check has found in the build that runs.
    pub report: Option<Arc<Report>>,
    /// How long it took from the save until its page was there, and until it was checked.
    pub took: Option<(Duration, Duration)>,
}

/// What is being done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing yet: nobody has opened an exercise.
    #[default]
    Asleep,
    /// There is no program to watch: it begins as a copy of a step.
    NotBegun,
    /// Cargo builds the latest save.
    Building,
    /// The new build runs, and its check is under way.
    Checking,
    /// The next save is awaited.
    Waiting,
}

impl State {
    /// Whether the build that runs holds what the task asks.
    pub fn passed(&self) -> bool {
        self.phase == Phase::Waiting && self.report.as_ref().is_some_and(|report| report.holds())
    }

    /// The state for somebody who does this task: what was found for another one says nothing about it.
    pub fn about(self, task: &Task<'_>) -> Self {
        if self.task == task.name() || self.phase != Phase::Waiting {
            return self;
        }
        Self {
            phase: Phase::Asleep,
            report: None,
            took: None,
            ..self
        }
    }

    /// Whether the latest save does not compile.
    pub fn is_broken(&self) -> bool {
        self.said.iter().any(|one| one.is_error)
    }
}
