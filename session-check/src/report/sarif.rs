//! The report as SARIF 2.1.0, which code hosts show beside the code.

use serde_json::{Value, json};

use crate::{
    finding::{Finding, Level, Report},
    question::Question,
    questions,
};

/// What is weak or broken, as SARIF results; every question is a rule.
pub fn sarif(report: &Report) -> Value {
    let rules: Vec<_> = questions::all().map(rule).collect();
    let bad = report
        .findings
        .iter()
        .filter(|finding| finding.level >= Level::Weak);
    let results: Vec<_> = bad.map(|finding| result(finding, &report.site)).collect();
    let stopped = report
        .stopped
        .as_ref()
        .map(|failure| json!({ "level": "error", "message": { "text": failure.to_string() } }));
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "session-check", "rules": rules } },
            "invocations": [{
                "executionSuccessful": stopped.is_none(),
                "toolExecutionNotifications": stopped.into_iter().collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    })
}

fn rule(question: &Question) -> Value {
    let lines = question
        .remedy
        .lines()
        .map(|(framework, line)| format!("{framework}: {line}"));
    json!({
        "id": question.id,
        "shortDescription": { "text": question.title },
        "fullDescription": { "text": format!("{} ({})", question.why, question.source) },
        "help": { "text": lines.join("\n") },
    })
}

fn result(finding: &Finding, site: &str) -> Value {
    let question = finding.question;
    let level = if finding.level == Level::Broken {
        "error"
    } else {
        "warning"
    };
    json!({
        "ruleId": question.id,
        "level": level,
        "message": { "text": format!("{}. Asked: {}. Came: {}. Should come: {}", question.title, finding.asked, finding.came, question.should) },
        "locations": [{
            "physicalLocation": { "artifactLocation": { "uri": format!("http://{site}/") } },
        }],
    })
}
