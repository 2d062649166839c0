//! The changed lines between a step and the one it builds on. Observe: one idea is few lines.

use similar::{ChangeTag, TextDiff};

use crate::{
    steps::STEPS,
    support::{pin, step},
};

/// A step's idea fits on a page or two. Comments, imports and blank lines are not counted: they explain the code, or
/// follow from it. Neither is what a step leaves out of the one before it, because nobody has to read that again.
const MOST_NEW_LINES: usize = 60;

fn is_code(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with("//") && !line.starts_with("use ")
}

#[test]
fn every_diff_is_short_and_as_pinned() {
    for new in STEPS {
        let Some(base) = new.builds_on else { continue };
        let (before, after) = (step(base).program(), new.program());
        let diff = TextDiff::from_lines(&before, &after);
        let added = diff
            .iter_all_changes()
            .filter(|change| change.tag() == ChangeTag::Insert && is_code(change.value()));
        let count = added.count();
        assert!(
            count <= MOST_NEW_LINES,
            "step {}: {count} new lines",
            new.number
        );
        let text = diff.unified_diff().context_radius(2).to_string();
        pin(&format!("diff-{base:02}-{:02}", new.number), &text);
    }
}
