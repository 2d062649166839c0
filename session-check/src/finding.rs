//! What came of the questions.

use crate::{question::Question, wire::Failure};

/// How good an answer is, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Good,
    /// It could not be asked.
    NotAsked,
    /// One line of defence is missing.
    Weak,
    /// An attacker, or bad luck, gets through.
    Broken,
}

impl Level {
    /// The level as a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::NotAsked => "not asked",
            Self::Weak => "weak",
            Self::Broken => "broken",
        }
    }
}

/// The answer to one question.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The question.
    pub question: &'static Question,
    /// How good the answer is.
    pub level: Level,
    /// What was sent. No password and no whole session id stands in it.
    pub asked: String,
    /// What came back; or why it could not be asked.
    pub came: String,
}

/// The answers to all questions.
#[derive(Clone, Debug)]
pub struct Report {
    /// The site's name and port.
    pub site: String,
    /// In the order in which the questions were asked.
    pub findings: Vec<Finding>,
    /// How many requests that took.
    pub requests: usize,
    /// Why the check ended early, if it did.
    pub stopped: Option<Failure>,
}

impl Report {
    /// The worst level.
    pub fn worst(&self) -> Level {
        let levels = self.findings.iter().map(|finding| finding.level);
        levels.max().unwrap_or(Level::NotAsked)
    }

    /// The exit status that says it: 0 for nothing bad, 1 for something weak, 2 for something broken, or for a check that
    /// could not be finished.
    pub fn exit_status(&self) -> u8 {
        match (self.worst(), &self.stopped) {
            (Level::Broken, _) | (_, Some(_)) => 2,
            (Level::Weak, None) => 1,
            _ => 0,
        }
    }

    /// The level of a question, if it has been answered.
    pub fn level(&self, question: &Question) -> Option<Level> {
        let mut found = self.findings.iter();
        found
            .find(|found| found.question == question)
            .map(|found| found.level)
    }
}

/// Which questions are asked, by their short names or by those of their groups.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// These and no others; empty for all.
    pub only: Vec<String>,
    /// Not these.
    pub skip: Vec<String>,
}

impl Wanted {
    /// Whether a question of a group is asked.
    pub fn includes(&self, group: &str, question: &Question) -> bool {
        let named = |names: &[String]| {
            names
                .iter()
                .any(|name| name == group || name == question.id)
        };
        (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
    }
}
