//! What differs between an expected text and a found one: line by line, word by word, and in a sentence.

use similar::{ChangeTag, DiffTag, TextDiff};

use crate::page::numbers;

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its text.
    pub text: String,
    /// Whether the other line differs here.
    pub differs: bool,
}

/// A line that was expected, and the line that was found instead; either may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The number of the expected line, from 1.
    pub line: usize,
    /// The expected line, in pieces.
    pub expected: Vec<Piece>,
    /// The line that was found, in pieces.
    pub found: Vec<Piece>,
}

/// Everything that differs. Different kinds of line endings count as equal.
pub fn changes(expected: &str, found: &str) -> Vec<Change> {
    let (expected, found) = (unix(expected), unix(found));
    let diff = TextDiff::from_lines(&expected, &found);
    let mut all = Vec::new();
    for operation in diff.ops() {
        if operation.tag() == DiffTag::Equal {
            continue;
        }
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        for line in diff.iter_inline_changes(operation) {
            let pieces = line.iter_strings_lossy().map(|(differs, text)| Piece {
                text: text.trim_end_matches('\n').into(),
                differs,
            });
            match line.tag() {
                ChangeTag::Insert => come.push(pieces.collect()),
                _ => gone.push(pieces.collect()),
            }
        }
        for place in 0..gone.len().max(come.len()) {
            all.push(Change {
                line: operation.old_range().start + place.min(gone.len()) + 1,
                expected: gone.get(place).cloned().unwrap_or_default(),
                found: come.get(place).cloned().unwrap_or_default(),
            });
        }
    }
    all
}

impl Change {
    /// The difference in words, if the two lines differ in one number only: "2 instead of 1: one too many".
    pub fn in_words(&self) -> Option<String> {
        let (expected, found) = (text(&self.expected), text(&self.found));
        let wanted = numbers(&expected);
        let mut pairs = wanted.flat_map(|wanted| numbers(&found).map(move |got| (wanted, got)));
        let (wanted, got) = pairs.find(|(wanted, got)| {
            let same = wanted.before == got.before && singular(wanted.after) == singular(got.after);
            same && wanted.value != got.value
        })?;
        let verdict = too_many(wanted.value, got.value);
        Some(format!(
            "{} instead of {}: {verdict}",
            got.value, wanted.value
        ))
    }
}

/// How far a count is off: "one too many".
pub(crate) fn too_many(wanted: u64, found: u64) -> String {
    let number = match wanted.abs_diff(found) {
        1 => "one".to_string(),
        number => number.to_string(),
    };
    format!(
        "{number} too {}",
        if found > wanted { "many" } else { "few" }
    )
}

fn text(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

/// The word without its plural s, so that " times." and " time." count as equal.
fn singular(after: &str) -> String {
    let end = after.trim_start().find(|c: char| !c.is_alphabetic());
    let end = end.map_or(after.len(), |end| {
        end + after.len() - after.trim_start().len()
    });
    let (word, rest) = after.split_at(end);
    format!("{}{rest}", word.trim_end_matches('s'))
}

fn unix(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_string() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_differs_is_said_in_words() {
        let changes = changes(
            "<h1>Home</h1>\n<p>You have visited this page 1 time.</p>\n",
            "<h1>Home</h1>\r\n<p>You have visited this page 2 times.</p>\r\n",
        );
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].line, 2);
        assert_eq!(
            changes[0].in_words().as_deref(),
            Some("2 instead of 1: one too many")
        );
        let marked = |pieces: &[Piece]| -> Vec<String> {
            let marked = pieces.iter().filter(|piece| piece.differs);
            marked.map(|piece| piece.text.clone()).collect()
        };
        assert!(marked(&changes[0].expected).concat().starts_with('1'));
        assert!(marked(&changes[0].found).concat().starts_with('2'));
    }

    #[test]
    fn a_line_that_is_missing_or_new_stands_alone() {
        let gone = changes("one\ntwo\nthree\n", "one\nthree\n");
        assert_eq!((gone[0].line, gone[0].found.len()), (2, 0));
        let new = changes("one\nthree\n", "one\ntwo\nthree\n");
        assert_eq!((new[0].line, text(&new[0].found).as_str()), (2, "two"));
        assert!(new[0].expected.is_empty() && new[0].in_words().is_none());
    }
}
