//! The course: its steps in their order, each with its deck.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use maud::PreEscaped;

use crate::{
    console::printable,
    text::{
        code,
        deck::{Deck, Part, Slide},
        markdown,
        twins::{Twin, Twins},
    },
};
use journey::{Exercise, Journey, SourceRule, Step};

/// The steps, as `steps/mod.rs` lists them.
pub struct Course {
    lessons: Vec<Lesson>,
}

/// A step and what is made of its texts, once each.
pub struct Lesson {
    /// The step's row in the list.
    pub step: &'static Step,
    earlier_pages: BTreeSet<&'static str>,
    deck: OnceLock<Deck>,
    listing: OnceLock<Vec<PreEscaped<String>>>,
}

impl Lesson {
    /// The step's deck, read at the first call: colouring its code takes a moment.
    pub fn deck(&self) -> &Deck {
        let twins = || Twins::of(self.step.number);
        self.deck
            .get_or_init(|| Deck::read(self.step.slides, &self.source(), &twins()))
    }

    fn source(&self) -> markdown::Source<'static> {
        markdown::Source {
            text: self.step.source,
            page: format!("/steps/{}/code", self.step.number),
        }
    }

    /// What each block of the deck's Rust is in Django, with the last line that the block has in the step's source.
    pub fn twins(&self) -> BTreeMap<usize, Twin> {
        let (twins, source) = (Twins::of(self.step.number), self.source());
        let slides = self.step.slides.split("\n---\n");
        let blocks = slides.flat_map(|slide| {
            let heading = slide.lines().find_map(|line| line.strip_prefix("## "));
            let rust = slide.split("```rust\n").skip(1);
            rust.zip(twins.under(heading.unwrap_or_default()))
        });
        let placed = blocks.filter_map(|(block, twin)| {
            let code = block.split("```").next()?;
            let first = source.line_of(code)?;
            Some((first + code.lines().count() - 1, twin.clone()))
        });
        placed.collect()
    }

    /// The step's source in colours, a piece of HTML per line, made at the first call.
    pub fn listing(&self) -> &[PreEscaped<String>] {
        self.listing
            .get_or_init(|| code::lines("rust", self.step.source))
    }

    /// How long the step takes, by its deck's front matter.
    pub fn minutes(&self) -> u32 {
        let minutes = self
            .step
            .slides
            .lines()
            .find_map(|line| line.strip_prefix("minutes: "));
        minutes
            .and_then(|number| number.trim().parse().ok())
            .unwrap_or(0)
    }

    /// Where the step's source lies, from the project's root: `steps/03/main.rs`.
    pub fn path(&self) -> String {
        format!("steps/{:02}/main.rs", self.step.number)
    }
}

/// What can be checked: a step, or one of its exercises.
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

/// The pages that a step takes for granted: those of earlier steps, and a book of the catalog.
fn earlier_pages(earlier: &'static [Step]) -> BTreeSet<&'static str> {
    let pages = earlier.iter().flat_map(Step::pages);
    pages.chain(["/books/1"]).collect()
}

impl Course {
    /// The course of these steps.
    pub fn new(steps: &'static [Step]) -> Self {
        let lessons = steps.iter().enumerate().map(|(place, step)| Lesson {
            step,
            earlier_pages: earlier_pages(&steps[..place]),
            deck: OnceLock::new(),
            listing: OnceLock::new(),
        });
        Self {
            lessons: lessons.collect(),
        }
    }

    /// All lessons in their order.
    pub fn lessons(&self) -> &[Lesson] {
        &self.lessons
    }

    /// The lesson of step `number`.
    pub fn get(&self, number: u8) -> Option<&Lesson> {
        self.lessons
            .iter()
            .find(|lesson| lesson.step.number == number)
    }

    /// The lesson that somebody asked for by its number.
    ///
    /// # Errors
    /// A sentence that names the steps there are, and the one that was probably meant.
    pub fn find(&self, wanted: &str) -> Result<&Lesson, String> {
        let found = wanted.parse().ok().and_then(|number| self.get(number));
        found.ok_or_else(|| {
            let last = self.lessons.len();
            if wanted.is_empty() {
                return format!("no step was named; steps are 1 to {last}");
            }
            let meant = self
                .meant(wanted)
                .map(|step| format!(", did you mean {step}?"));
            format!(
                "there is no step {}; steps are 1 to {last}{}",
                printable(wanted),
                meant.unwrap_or_default()
            )
        })
    }

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

    /// `33` was probably 3, and `99` the last one.
    fn meant(&self, wanted: &str) -> Option<u8> {
        let last = u8::try_from(self.lessons.len()).ok()?;
        let digits = wanted.trim_start_matches(|c: char| !c.is_ascii_digit());
        let first = u8::try_from(digits.chars().next()?.to_digit(10)?).ok()?;
        Some(first.clamp(1, last))
    }
}
