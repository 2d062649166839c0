//! Answers to the exercises, right and wrong, as changes of the step they begin with.

mod attack_lab;
mod first_half;
mod many_machines;
mod no_store;
mod second_half;
mod what_survives;

use crate::numbered;

/// Somebody's answer.
pub struct Answer {
    /// The exercise, like "3.1".
    pub exercise: &'static str,
    /// What this answer does.
    pub name: &'static str,
    /// What the check should find.
    pub verdict: Verdict,
    /// What is put in place of what, in this order.
    pub changes: &'static [(&'static str, &'static str)],
}

/// What a check should find.
#[derive(Clone, Copy)]
pub enum Verdict {
    /// The answer passes.
    Right,
    /// It does not, and these words are in the sentence that says why.
    Wrong(&'static str),
}

/// All answers, in the order of the exercises.
pub fn all() -> impl Iterator<Item = &'static Answer> {
    let halves = first_half::ANSWERS.iter().chain(second_half::ANSWERS);
    halves
        .chain(many_machines::ANSWERS)
        .chain(attack_lab::ANSWERS)
        .chain(no_store::ANSWERS)
        .chain(what_survives::ANSWERS)
}

impl Answer {
    /// The learner's program.
    pub fn source(&self) -> String {
        let (step, _) = self.exercise.split_once('.').unwrap();
        let mut source = numbered(step).source.to_string();
        for (from, to) in self.changes {
            let (exercise, name) = (self.exercise, self.name);
            assert!(source.contains(from), "{exercise} {name}: no {from}");
            source = source.replacen(from, to, 1);
        }
        source
    }
}
