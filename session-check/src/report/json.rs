//! The report as JSON.

use serde_json::{Map, Value, json};

use crate::finding::{Finding, Level, Report};

/// All of a report. Each finding has `id`, `level` ("good", "weak", "broken" or "not asked"), `title`, `asked`, `came`, `should`,
/// `why` and `source`; a weak or broken one has `todo` as well, with a line for each framework.
pub fn json(report: &Report) -> Value {
    let findings: Vec<_> = report.findings.iter().map(finding).collect();
    json!({
        "site": report.site,
        "level": report.worst().word(),
        "requests": report.requests,
        "stopped": report.stopped.as_ref().map(ToString::to_string),
        "findings": findings,
    })
}

fn finding(finding: &Finding) -> Value {
    let question = finding.question;
    let lines = question
        .remedy
        .lines()
        .map(|(framework, line)| (framework.to_string(), line.into()));
    let mut value = json!({
        "id": question.id,
        "level": finding.level.word(),
        "title": question.title,
        "asked": finding.asked,
        "came": finding.came,
        "should": question.should,
        "why": question.why,
        "source": question.source,
    });
    if finding.level >= Level::Weak {
        value["todo"] = Value::Object(Map::from_iter(lines));
    }
    value
}
