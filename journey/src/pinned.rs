//! The pages of a step as they are pinned in `snapshots/`, and where a program's pages differ.

use std::{
    fmt::{self, Write},
    path::Path,
};

use anstyle::{AnsiColor, Style};
use markup_fmt::{
    Language,
    config::{FormatOptions, WhitespaceSensitivity},
    format_text,
};

use crate::{Change, Journey, Piece, Transcript, changes, text};

/// How many different changes are shown.
const MOST_CHANGES: usize = 12;

/// What a journey leaves behind, in the form of the files in `snapshots/`.
pub struct Pinned {
    /// The file's name without its ending: `step3-second-visit`, or `step3-second-visit-wire`.
    pub name: String,
    /// The page, indented, or the wire.
    pub text: String,
}

impl Pinned {
    /// The last page of a journey of step `number`.
    pub fn page(number: u8, journey: &Journey, seen: &Transcript) -> Self {
        Self {
            name: format!("step{number}-{}", journey.slug()),
            text: indented(&seen.last().page),
        }
    }

    /// What went over the wire on it, and what the session store was asked.
    pub fn wire(number: u8, journey: &Journey, seen: &Transcript) -> Self {
        Self {
            name: format!("step{number}-{}-wire", journey.slug()),
            text: seen.to_string(),
        }
    }

    /// Compares it with its file in the folder `snapshots`; `None` if they agree.
    pub fn difference(&self, snapshots: &Path) -> Option<Difference> {
        let file = snapshots.join(format!("{}.snap", self.name));
        let pinned = text::read(file).unwrap_or_default();
        // Insta's own header is between two lines of three dashes.
        let pinned = pinned.splitn(3, "---\n").nth(2).unwrap_or_default();
        let changes = changes(pinned, &self.text);
        (!changes.is_empty()).then(|| Difference {
            name: self.name.clone(),
            changes,
        })
    }
}

/// A page as one would write it by hand, since maud puts everything on one line. What is not HTML stays as it is.
pub fn indented(page: &str) -> String {
    let mut options = FormatOptions::default();
    options.layout.print_width = 100;
    // Here people read the page. To a browser, the white space between two links would matter.
    options.language.whitespace_sensitivity = WhitespaceSensitivity::Ignore;
    format_text(page, Language::Html, &options, |code, _| Ok(code.into()))
        .unwrap_or_else(|_| page.into())
}

/// A text that differs from the pinned one.
pub struct Difference {
    /// The file's name without its ending.
    pub name: String,
    /// The lines that differ.
    pub changes: Vec<Change>,
}

/// Everything that differs, for people to read: a change that many pages share appears once.
pub struct Comparison(pub Vec<Difference>);

/// A change, and the places where it is found.
struct Shared<'a> {
    change: &'a Change,
    places: Vec<String>,
}

impl Comparison {
    /// The same in colour, with the words that differ marked.
    pub fn in_colour(&self) -> String {
        let (red, green) = (AnsiColor::Red.on_default(), AnsiColor::Green.on_default());
        self.written(red, green)
    }

    fn shared(&self) -> Vec<Shared<'_>> {
        let mut all: Vec<Shared> = Vec::new();
        // The pages that a visitor sees come before the wire, because most changes of the wire follow from theirs.
        let (wires, pages): (Vec<_>, Vec<_>) = self
            .0
            .iter()
            .partition(|found| found.name.ends_with("-wire"));
        for (name, change) in pages
            .into_iter()
            .chain(wires)
            .flat_map(|found| found.changes.iter().map(|change| (&found.name, change)))
        {
            let place = format!("{name}.snap:{}", change.line);
            let same = |known: &&mut Shared| {
                (&known.change.expected, &known.change.found) == (&change.expected, &change.found)
            };
            match all.iter_mut().find(same) {
                Some(known) => known.places.push(place),
                None => all.push(Shared {
                    change,
                    places: vec![place],
                }),
            }
        }
        all
    }

    fn written(&self, gone: Style, come: Style) -> String {
        let shared = self.shared();
        let mut text = String::new();
        for Shared { change, places } in shared.iter().take(MOST_CHANGES) {
            write_line(&mut text, "  pinned  ", &change.expected, gone);
            write_line(&mut text, "  now     ", &change.found, come);
            if let Some(words) = change.in_words() {
                let _ = writeln!(text, "          {words}");
            }
            let others = match places.len() - 1 {
                0 => String::new(),
                1 => ", and one more place".into(),
                others => format!(", and {others} more places"),
            };
            let _ = writeln!(text, "          {}{others}\n", places[0]);
        }
        if shared.len() > MOST_CHANGES {
            let _ = writeln!(
                text,
                "  {} more lines differ\n",
                shared.len() - MOST_CHANGES
            );
        }
        text
    }
}

impl fmt::Display for Comparison {
    /// For output without colours.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written(Style::new(), Style::new()))
    }
}

fn write_line(text: &mut String, label: &str, pieces: &[Piece], style: Style) {
    text.push_str(label);
    if pieces.is_empty() {
        text.push_str("(no such line)");
    }
    let mut pieces = pieces.to_vec();
    if let Some(first) = pieces.first_mut() {
        first.text = first.text.trim_start().into();
    }
    for piece in pieces.iter().filter(|piece| !piece.text.is_empty()) {
        let mark = piece.differs && style != Style::new();
        let style = if mark {
            style.bold().underline()
        } else {
            style
        };
        let _ = write!(text, "{style}{}{style:#}", piece.text);
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, expected: &str, found: &str) -> Difference {
        Difference {
            name: name.into(),
            changes: changes(expected, found),
        }
    }

    #[test]
    fn what_many_pages_share_is_told_once_and_pages_come_before_wires() {
        let visits = "You have visited this page";
        let comparison = Comparison(vec![
            found("step3-first-visit-wire", "create 1", "create 2"),
            found("step3-first-visit", "Welcome.", "Welcome!"),
            found(
                "step3-second-visit",
                &format!("Welcome.\n{visits} 1 time."),
                &format!("Welcome!\n{visits} 3 times."),
            ),
        ]);
        assert_eq!(
            comparison.to_string(),
            "  pinned  Welcome.\n  now     Welcome!\n          step3-first-visit.snap:1, and one more place\n\n  \
             pinned  You have visited this page 1 time.\n  now     You have visited this page 3 times.\n          \
             3 instead of 1: 2 too many\n          step3-second-visit.snap:2\n\n  \
             pinned  create 1\n  now     create 2\n          2 instead of 1: one too many\n          \
             step3-first-visit-wire.snap:1\n\n"
        );
        let marked = "\u{1b}[1m\u{1b}[4m\u{1b}[32m3\u{1b}[0m";
        assert!(
            comparison.in_colour().contains(marked),
            "{:?}",
            comparison.in_colour()
        );
    }
}
