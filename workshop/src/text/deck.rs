//! A deck in Marp's Markdown, read as slides: what stands on each, and what its presenter says.

use maud::{Markup, PreEscaped};

use crate::text::{
    django::DjangoBlocks,
    markdown::{self, Source},
    notes,
};

/// One step's deck.
pub struct Deck {
    /// The slides in their order.
    pub slides: Vec<Slide>,
}

/// One slide.
pub struct Slide {
    /// Its heading, without the signs of Markdown.
    pub heading: String,
    /// What stands below the heading.
    pub body: PreEscaped<String>,
    /// The same in a lesson, which has Django's lines beside each block of Rust, and folds what a terminal does.
    pub lesson: PreEscaped<String>,
    /// What one reads there, without any signs.
    pub words: String,
    /// What its presenter asks, shows and says, a line each: `Ask: ...`.
    pub notes: Vec<String>,
    /// What of the notes somebody who reads alone gets in their place.
    pub talk: Markup,
}

/// What a slide is for: its heading says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text and code.
    Text,
    /// The question to answer before the step is run.
    Predict,
    /// The answer to it.
    Answer,
    /// One of an exercise's hints.
    Hint,
    /// An exercise.
    YourTurn,
    /// An exercise's solution.
    Solution,
    /// The broken program.
    FindTheLine,
}

impl Part {
    /// Whether it would spoil what comes before it: an overview of all slides leaves it out.
    pub fn is_folded(self) -> bool {
        matches!(self, Self::Answer | Self::Hint | Self::Solution)
    }

    /// Whether the way through the slides passes it by, until somebody asks for it.
    pub fn is_aside(self) -> bool {
        matches!(self, Self::Hint | Self::Solution)
    }
}

impl Slide {
    /// What the slide is for.
    pub fn part(&self) -> Part {
        match self.heading.as_str() {
            "Predict" => Part::Predict,
            "Answer" => Part::Answer,
            "Find the line" => Part::FindTheLine,
            heading if heading.starts_with("Your turn") => Part::YourTurn,
            heading if heading.starts_with("Hint") => Part::Hint,
            heading if heading.starts_with("Solution") => Part::Solution,
            _ => Part::Text,
        }
    }

    /// Its name in addresses: `your-turn-again`.
    pub fn anchor(&self) -> String {
        slug(&self.heading)
    }

    fn read(text: &str, source: &Source<'_>, django: &DjangoBlocks) -> Self {
        let (text, comments) = without_comments(text);
        let text = text.trim_start();
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        let heading = first.trim_start_matches('#').trim().to_string();
        let notes = comments
            .iter()
            .filter(|comment| !comment.trim_start().starts_with("_class"));
        let notes = notes.flat_map(|comment| comment.lines().map(str::trim));
        let notes: Vec<_> = notes
            .filter(|line| !line.is_empty())
            .map(str::to_string)
            .collect();
        let body = markdown::to_html(rest, source);
        let lesson = match django.under(&heading) {
            [] => markdown::with_terminal_folded(&body.0), // Colouring code takes a moment, and most slides have none in Django.
            django => {
                markdown::with_terminal_folded(&markdown::with_django(rest, source, django).0)
            }
        };
        Self {
            body,
            lesson,
            words: markdown::words(rest),
            heading,
            talk: notes::to_html(&notes, source),
            notes,
        }
    }
}

impl Deck {
    /// The first slide alone: to read it takes no time, and to read a whole deck with its code a tenth of a second.
    pub fn title(text: &str, source: &Source<'_>) -> Option<Slide> {
        let first = text.split("\n---\n").nth(1)?;
        Some(Slide::read(first, source, &DjangoBlocks::default()))
    }

    /// Reads a deck: front matter, then slides with a line `---` between them.
    pub fn read(text: &str, source: &Source<'_>, django: &DjangoBlocks) -> Self {
        let slides = text.split("\n---\n").skip(1); // The front matter comes first.
        Self {
            slides: slides
                .map(|slide| Slide::read(slide, source, django))
                .collect(),
        }
    }
}

/// The text without its HTML comments, and the comments.
pub fn without_comments(text: &str) -> (String, Vec<&str>) {
    let (mut kept, mut comments, mut rest) = (String::new(), Vec::new(), text);
    while let Some((before, after)) = rest.split_once("<!--") {
        let (comment, behind) = after.split_once("-->").unwrap_or((after, ""));
        kept.push_str(before);
        comments.push(comment);
        rest = behind;
    }
    kept.push_str(rest);
    (kept, comments)
}

/// Words as an address has them: `Your turn, again` becomes `your-turn-again`.
pub fn slug(words: &str) -> String {
    let letters = words.chars().map(|c| {
        if c.is_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            ' '
        }
    });
    letters
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join("-")
}
