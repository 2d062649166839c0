//! What a check found, in a terminal: a line per journey, and below a missed one what it did and what was expected.

use std::fmt::Write;

use anstyle::Style;

use crate::{
    console::{BAD, FAINT, GOOD, STRONG, UNSURE},
    learner::check::{Outcome, Report},
};

/// The whole report, with its colours.
pub fn report(report: &Report) -> String {
    let mut text = format!("{STRONG}{}{STRONG:#}\n", report.title);
    for finding in &report.findings {
        text += &line(style(finding), finding.word(), finding.journey.title);
        if !finding.missed.is_empty() {
            let acts = finding.journey.acts.iter().map(ToString::to_string);
            let acts = acts.collect::<Vec<_>>().join(", then: ");
            let _ = writeln!(text, "           {FAINT}{acts}{FAINT:#}");
        }
        for sentence in finding.missed.iter().chain(&finding.skipped) {
            let _ = writeln!(text, "           {sentence}");
        }
    }
    for sentence in &report.source {
        text += &line(BAD, "missed", sentence);
    }
    for sentence in [&report.counting, &report.open, &report.began]
        .into_iter()
        .flatten()
    {
        text += &line(UNSURE, "note", sentence);
    }
    text + &sum(report)
}

fn line(style: Style, word: &str, words: &str) -> String {
    format!("  {style}{word:<8}{style:#} {words}\n")
}

fn style(finding: &Outcome) -> Style {
    match finding.word() {
        "holds" => GOOD,
        "missed" => BAD,
        _ => UNSURE,
    }
}

/// `5 hold, 0 missed, 3 skipped`
fn sum(report: &Report) -> String {
    let count = |word| {
        let words = report.findings.iter().map(Outcome::word);
        words.filter(|found| *found == word).count()
    };
    let style = if report.holds() { GOOD } else { BAD };
    let missed = count("missed") + report.source.len();
    let skipped = match count("skipped") {
        0 => String::new(),
        skipped => format!(", {skipped} skipped"),
    };
    format!(
        "{style}{} hold, {missed} missed{skipped}{style:#}",
        count("holds")
    )
}
