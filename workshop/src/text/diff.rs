//! Two texts in one column: what went, what came, what stayed, with marks on the words that differ.

use journey::text;
use maud::{Markup, html};
use similar::{ChangeTag, TextDiff};

use crate::text::code;

/// How many unchanged lines are shown around a change.
const CONTEXT: usize = 3;

/// The changes from one text to another as a unified diff, for a terminal. Line ends are compared alike.
pub fn unified(before: &str, after: &str) -> String {
    let (before, after) = (unix(before), unix(after));
    TextDiff::from_lines(&before, &after)
        .unified_diff()
        .context_radius(CONTEXT)
        .to_string()
}

/// The same as a page shows it. The signs stand in the style sheet, so what is selected and copied is the new text.
pub fn changes(before: &str, after: &str) -> Markup {
    coloured("", before, after)
}

/// The changes from one program to another, in the colours of its language.
pub fn code_changes(before: &str, after: &str) -> Markup {
    coloured("rust", before, after)
}

fn coloured(language: &str, before: &str, after: &str) -> Markup {
    let (before, after) = (unix(before), unix(after));
    let (old, new) = (
        code::pieces(language, &before),
        code::pieces(language, &after),
    );
    let diff = TextDiff::from_lines(&before, &after);
    html! {
        pre.code.diff tabindex="0" {
            code {
                @for (number, hunk) in diff.grouped_ops(CONTEXT).iter().enumerate() {
                    @if number > 0 { span.gap aria-hidden="true" { "⋯" } "\n" }
                    @for change in hunk.iter().flat_map(|operation| diff.iter_inline_changes(operation)) {
                        @let line = match (change.tag(), change.old_index(), change.new_index()) {
                            (ChangeTag::Delete, Some(at), _) => &old[at],
                            (_, _, Some(at)) => &new[at],
                            _ => unreachable!("a line stands in one of the two texts"),
                        };
                        @let line = code::painted(line, change.values());
                        @match change.tag() {
                            ChangeTag::Equal => { (line) "\n" }
                            ChangeTag::Delete => { del { (line) "\n" } }
                            ChangeTag::Insert => { ins { (line) "\n" } }
                        }
                    }
                }
            }
        }
    }
}

/// How many lines differ.
pub fn changed_lines(before: &str, after: &str) -> usize {
    let (before, after) = (unix(before), unix(after));
    let diff = TextDiff::from_lines(&before, &after);
    diff.iter_all_changes()
        .filter(|change| change.tag() != ChangeTag::Equal)
        .count()
}

/// A file that was written on Windows differs in no line from its like.
fn unix(text: &str) -> String {
    let text = text::normal(text).into_owned();
    if text.ends_with('\n') || text.is_empty() {
        text
    } else {
        text + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_differ_are_marked_in_their_line() {
        let page = changes("You came 1 time here.\n", "You came 2 times here.\n").into_string();
        for line in [
            "<del>You came <mark>1</mark> <mark>time</mark> here.\n</del>",
            "<ins>You came <mark>2</mark> <mark>times</mark> here.\n</ins>",
        ] {
            assert!(page.contains(line), "{page}");
        }
    }

    #[test]
    fn a_changed_program_keeps_its_colours() {
        let page = code_changes("let a: u64 = f(1);\n", "let a: u64 = f(2);\n").into_string();
        assert!(
            page.contains(r#"<i class="n"><mark>2</mark></i>"#),
            "{page}"
        );
        assert!(page.contains(r#"<del><i class="k">let</i> a"#), "{page}");
    }
}
