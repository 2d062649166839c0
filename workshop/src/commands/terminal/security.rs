//! What a security check found, in a terminal: what is bad in full, and a line for everything else.

use std::fmt::Write;

use anstyle::Style;
use session_check::{Finding, Level, Report};

use crate::console::{BAD, FAINT, GOOD, STRONG, UNSURE, printable};

/// The whole report, with its colours: the worst last, where it is read first.
pub fn security(report: &Report) -> String {
    let mut text = format!("{STRONG}The sessions of {}{STRONG:#}\n", report.site);
    let mut findings: Vec<_> = report.findings.iter().collect();
    findings.sort_by_key(|finding| finding.level);
    for finding in findings {
        text += &headline(finding);
        if finding.level >= Level::Weak {
            text += &explained(finding);
        }
    }
    if let Some(failure) = &report.stopped {
        let _ = writeln!(
            text,
            "{BAD}The check could not be finished: {}{BAD:#}",
            printable(&failure.to_string())
        );
    }
    text + &sum(report)
}

fn style(level: Level) -> Style {
    match level {
        Level::Good => GOOD,
        Level::NotAsked => FAINT,
        Level::Weak => UNSURE,
        Level::Broken => BAD,
    }
}

fn headline(finding: &Finding) -> String {
    let (style, word, question) = (style(finding.level), finding.level.word(), finding.question);
    let came = match finding.level {
        Level::Good | Level::NotAsked => format!(": {}", printable(&finding.came)),
        Level::Weak | Level::Broken => String::new(),
    };
    format!(
        "  {style}{word:<9}{style:#}  {}  {FAINT}{}{came}{FAINT:#}\n",
        question.title, question.id
    )
}

fn explained(finding: &Finding) -> String {
    let question = finding.question;
    let mut text = String::new();
    let mut line = |name: &str, words: &str| {
        let _ = writeln!(text, "             {FAINT}{name:<8}{FAINT:#}{words}");
    };
    line("asked", &printable(&finding.asked));
    line("came", &printable(&finding.came));
    line("should", question.should);
    line("why", question.why);
    line("source", question.source);
    for (place, (framework, words)) in question.remedy.lines().into_iter().enumerate() {
        let name = if place == 0 { "do" } else { "" };
        line(name, &format!("{framework}: {words}"));
    }
    text
}

fn sum(report: &Report) -> String {
    let count = |level| {
        report
            .findings
            .iter()
            .filter(|finding| finding.level == level)
            .count()
    };
    let style = style(report.worst());
    format!(
        "{style}{} broken, {} weak, {} good, {} not asked; {} requests{style:#}",
        count(Level::Broken),
        count(Level::Weak),
        count(Level::Good),
        count(Level::NotAsked),
        report.requests,
    )
}
