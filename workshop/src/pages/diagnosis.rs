//! A broken program and its wire: which line is wrong?

use locallibrary::Error;
use maud::{Markup, html};

use super::code::numbered;
use crate::{
    course::Lesson,
    shell::layout::{acts, not_found, own_words},
    text::code,
};

/// The broken program behind a fold, and what there is to say about the line that somebody has chosen.
pub(super) async fn fold(lesson: &Lesson, line: Option<usize>) -> Result<Markup, Error> {
    let diagnosis = lesson.step.diagnosis;
    let verdict = line.map(|line| diagnosis.answer(line)).transpose();
    let verdict = verdict.map_err(not_found)?;
    let wire = diagnosis.seen().await.map_err(own_words)?.to_string();
    let lines = code::lines("rust", diagnosis.source);
    let here = format!("/steps/{}/mine#find-the-line", lesson.step.number);
    let lines: Vec<_> = (1..).zip(&lines).collect();
    Ok(html! {
        details.fold #find-the-line open[line.is_some()] {
            summary { h2 { "Find the line" } }
            p { (diagnosis.symptom) " One line of this program is wrong. Read the wire first, then click the number of the line." }
            @if let (Some(line), Some(verdict)) = (line, &verdict) {
                div.verdict.right[verdict.found] role="status" {
                    p { strong { "Line " (line) @if verdict.found { " is the one. " } @else { " is not to blame. " } } (verdict.why) }
                    @if verdict.found { (code::block("rust", &format!("{}  // wrong\n{}  // right", diagnosis.wrong, diagnosis.right))) }
                }
            }
            div.split {
                form.listing method="post" action=(here) {
                    input type="hidden" name="act" value="line";
                    (numbered(&lines, "Take line"))
                }
                div {
                    form method="post" action=(here) {
                        input type="hidden" name="act" value="line";
                        label for="wrong-line" { "The wrong line is" }
                        input.number #wrong-line type="number" name="line" min="1" value=[line] required;
                        button { "Answer" }
                    }
                    h3 { "What happened" }
                    (acts(&diagnosis.journey))
                    h3 { "On the wire, and in the store" }
                    (code::block("http", &wire))
                }
            }
        }
    })
}
