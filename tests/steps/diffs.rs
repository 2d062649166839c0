//! The changed lines between a step and the one it builds on. Observe: one idea is few lines.

use similar::{ChangeTag, TextDiff};

use crate::{
    steps::STEPS,
    support::{pin, step},
};

/// A step's idea fits on a page or two.
const MOST_CHANGED_LINES: usize = 60;

/// The program without the `//!` lines that introduce it: those are new in every step.
fn program(source: &str) -> String {
    source.lines().filter(|line| !line.starts_with("//!")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn every_diff_is_short_and_as_pinned() {
    for new in STEPS {
        let Some(base) = new.builds_on else { continue };
        let (before, after) = (program(step(base).source), program(new.source));
        let diff = TextDiff::from_lines(&before, &after);
        let changed = diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal);
        let count = changed.count();
        assert!(count <= MOST_CHANGED_LINES, "step {}: {count} changed lines", new.number);
        let text = diff.unified_diff().context_radius(2).to_string();
        pin(&format!("diff-{base:02}-{:02}", new.number), &text);
    }
}
