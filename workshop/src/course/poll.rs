//! What a room is asked about a step: the slide "Predict" of its deck, whose last list is what there is to choose from.
//! The slide's notes name the right choice and the replay that shows it: `Right: 2`, `Replay: third-visit`.

use journey::Journey;
use maud::PreEscaped;

use super::Lesson;
use crate::text::{deck, markdown};

/// A question with its answers.
pub struct Poll {
    /// The text above the answers, without links to the source: guests cannot follow them.
    pub question: PreEscaped<String>,
    /// What there is to choose from.
    pub choices: Vec<String>,
    /// The one that is right.
    pub right: String,
    /// The replay that shows it.
    pub replay: &'static Journey,
}

impl Lesson {
    /// The question of the step.
    pub fn poll(&self) -> Option<Poll> {
        let mut slides = self.step.slides.split("\n---\n").map(str::trim_start);
        let predict = slides.find_map(|slide| slide.strip_prefix("## Predict\n"))?;
        let (shown, notes) = deck::without_comments(predict);
        let (question, choices) = shown.split_at(shown.rfind("\n\n- ")?);
        let choices = choices.lines().filter_map(|line| line.strip_prefix("- "));
        let note = |kind: &str| {
            let mut lines = notes.iter().flat_map(|note| note.lines());
            lines.find_map(|line| line.strip_prefix(kind))
        };
        let replay = note("Replay: ")?;
        Some(Poll {
            question: markdown::to_html(question, &markdown::Source::none()),
            choices: choices.map(|choice| choice.replace('`', "")).collect(),
            right: note("Right: ")?.into(),
            replay: (self.step.journeys.iter()).find(|journey| journey.slug() == replay)?,
        })
    }
}
