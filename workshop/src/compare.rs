//! Two texts, side by side in one column: what went, what came, what stayed.

use maud::{Markup, html};
use similar::{ChangeTag, TextDiff};

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

/// The same as a page shows it. The signs stand in the style sheet, so what is selected and copied is code.
pub fn changes(before: &str, after: &str) -> Markup {
    let (before, after) = (unix(before), unix(after));
    let diff = TextDiff::from_lines(&before, &after);
    html! {
        pre.code.diff tabindex="0" {
            code {
                @for (number, hunk) in diff.grouped_ops(CONTEXT).iter().enumerate() {
                    @if number > 0 { span.gap aria-hidden="true" { "⋯" } "\n" }
                    @for change in hunk.iter().flat_map(|operation| diff.iter_changes(operation)) {
                        @match change.tag() {
                            ChangeTag::Equal => { (change.value()) }
                            ChangeTag::Delete => { del { (change.value()) } }
                            ChangeTag::Insert => { ins { (change.value()) } }
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
    let text = text.replace("\r\n", "\n");
    if text.ends_with('\n') || text.is_empty() {
        text
    } else {
        text + "\n"
    }
}
