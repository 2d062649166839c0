//! The course: its steps in their order, each with its deck.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Once, OnceLock},
};

use maud::PreEscaped;

use crate::{
    console::printable,
    text::{
        code,
        deck::Deck,
        django::{DjangoBlock, DjangoBlocks},
        markdown,
    },
};
use journey::Step;

/// The steps, as `steps/mod.rs` lists them.
pub struct Course {
    lessons: Vec<Lesson>,
    ahead: Once,
}

/// A step and what is made of its texts, once each.
pub struct Lesson {
    /// The step's row in the list.
    pub step: &'static Step,
    pub(super) earlier_pages: BTreeSet<&'static str>,
    deck: OnceLock<Deck>,
    listing: OnceLock<Vec<PreEscaped<String>>>,
}

impl Lesson {
    /// The step's deck, read at the first call: colouring its code takes a moment.
    pub fn deck(&self) -> &Deck {
        let django = || DjangoBlocks::of(self.step.number);
        self.deck
            .get_or_init(|| Deck::read(self.step.slides, &self.source(), &django()))
    }

    /// What the step is about, as its first slide says it.
    pub fn idea(&self) -> Option<PreEscaped<String>> {
        let title = Deck::title(self.step.slides, &self.source())?;
        Some(title.body)
    }

    fn source(&self) -> markdown::Source<'static> {
        markdown::Source {
            text: self.step.source,
            page: format!("/steps/{}/code", self.step.number),
        }
    }

    /// What each block of the deck's Rust is in Django, with the last line that the block has in the step's source.
    pub fn django(&self) -> BTreeMap<usize, DjangoBlock> {
        let (django, source) = (DjangoBlocks::of(self.step.number), self.source());
        let slides = self.step.slides.split("\n---\n");
        let blocks = slides.flat_map(|slide| {
            let heading = slide.lines().find_map(|line| line.strip_prefix("## "));
            let rust = slide.split("```rust\n").skip(1);
            rust.zip(django.under(heading.unwrap_or_default()))
        });
        let placed = blocks.filter_map(|(rust, block)| {
            let code = rust.split("```").next()?;
            let first = source.line_of(code)?;
            Some((first + code.lines().count() - 1, block.clone()))
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
            ahead: Once::new(),
        }
    }

    /// Reads all decks, so that whoever opens a lesson next need not wait for its colours. This is no task of the
    /// runtime's, which would wait for it before it stops.
    pub fn read_ahead(self: &Arc<Self>) {
        let course = self.clone();
        let read = move || course.lessons.iter().for_each(|lesson| _ = lesson.deck());
        self.ahead.call_once(|| _ = std::thread::spawn(read));
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

    /// `33` was probably 3, and `99` the last one.
    fn meant(&self, wanted: &str) -> Option<u8> {
        let last = u8::try_from(self.lessons.len()).ok()?;
        let digits = wanted.trim_start_matches(|c: char| !c.is_ascii_digit());
        let first = u8::try_from(digits.chars().next()?.to_digit(10)?).ok()?;
        Some(first.clamp(1, last))
    }
}
