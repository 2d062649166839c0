//! What can be checked, and what its lesson says about it.

use std::collections::BTreeSet;

use journey::{Exercise, Journey, SourceRule};

use super::lessons::{Course, Lesson};
use crate::{
    console::printable,
    text::deck::{Part, Slide},
};

/// A step, or one of its exercises.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    /// The step.
    pub lesson: &'a Lesson,
    /// The pages that it takes for granted.
    pub earlier_pages: &'a BTreeSet<&'static str>,
    /// Its exercise, from 1.
    pub exercise: Option<usize>,
}

impl<'a> Task<'a> {
    /// How it is written: `3`, or `3.1` for the first exercise.
    pub fn name(&self) -> String {
        let number = self.lesson.step.number;
        self.exercise.map_or(number.to_string(), |exercise| {
            format!("{number}.{exercise}")
        })
    }

    /// What it is called in a sentence.
    pub fn title(&self) -> String {
        let number = self.lesson.step.number;
        match self.exercise {
            Some(exercise) => format!("Exercise {exercise} of step {number}"),
            None => format!("Step {number}"),
        }
    }

    /// Where it is done: `/steps/3/mine#exercise-1`.
    pub fn address(&self) -> String {
        format!("/steps/{}/mine#{}", self.lesson.step.number, self.anchor())
    }

    /// Its place on that page.
    pub fn anchor(&self) -> String {
        let exercise = self.exercise.map(|exercise| format!("exercise-{exercise}"));
        exercise.unwrap_or_else(|| "whole-step".into())
    }

    /// Its slides: the task, its hints, its solution.
    pub fn slides(&self) -> Vec<&'a Slide> {
        let mut turn = 0;
        let own = self.lesson.deck().slides.iter().filter(|slide| {
            turn += usize::from(slide.part() == Part::YourTurn);
            let belongs = matches!(slide.part(), Part::YourTurn | Part::Hint | Part::Solution);
            belongs && Some(turn) == self.exercise
        });
        own.collect()
    }

    /// What its solution teaches, in plain words: the last paragraph on that slide.
    pub fn learnt(&self) -> Option<String> {
        let slides = self.lesson.step.slides.split("\n---\n");
        let solutions = slides.filter(|slide| slide.trim_start().starts_with("## Solution"));
        let solution = solutions.into_iter().nth(self.exercise?.checked_sub(1)?)?;
        let shown = solution.split("<!--").next()?.trim_end();
        let last = shown.rsplit("\n\n").next()?;
        let words = last.replace(['`', '*'], "").replace('\n', " ");
        let is_prose = !last.starts_with(['#', '|', '-']) && !last.contains("```");
        is_prose.then_some(words)
    }

    /// What visitors do, and what must then be so.
    pub fn journeys(&self) -> &'static [Journey] {
        self.own()
            .map_or(self.lesson.step.journeys, |exercise| exercise.journeys)
    }

    /// What the learner's source must have in it.
    pub fn source(&self) -> &'static [SourceRule] {
        self.own().map_or(&[], |exercise| exercise.source)
    }

    fn own(&self) -> Option<&'static Exercise> {
        self.exercise
            .and_then(|number| self.lesson.step.exercises.get(number - 1))
    }
}

impl Lesson {
    /// The step and its exercises.
    pub fn tasks(&self) -> impl Iterator<Item = Task<'_>> {
        let exercises = (1..=self.step.exercises.len()).map(Some);
        [None].into_iter().chain(exercises).map(|exercise| Task {
            lesson: self,
            earlier_pages: &self.earlier_pages,
            exercise,
        })
    }
}

impl Course {
    /// The task that somebody asked for: `3`, or `3.1`.
    ///
    /// # Errors
    /// A sentence that names the steps, or the exercises of this step.
    pub fn task(&self, wanted: &str) -> Result<Task<'_>, String> {
        let step = wanted.split('.').next().unwrap_or_default();
        let lesson = self.find(step)?;
        let found = lesson.tasks().find(|task| task.name() == wanted);
        found.ok_or_else(|| {
            let names: Vec<_> = lesson.tasks().skip(1).map(|task| task.name()).collect();
            format!(
                "there is no exercise {}; step {step} has {}",
                printable(wanted),
                names.join(" and ")
            )
        })
    }
}
