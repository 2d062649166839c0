//! A step's source, and what it changes in the step it builds on.

use axum::extract::State;
use locallibrary::{Error, form::Query};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;

use super::{Context, StepNumber, navigation};
use crate::{
    shell::layout::{not_found, open_button},
    text::diff,
};

/// `/steps/3/source`: each line has its number, which opens it in the editor, and an anchor: `#L42`.
pub(super) async fn source(State(workshop): State<Context>, number: StepNumber) -> Markup {
    let lesson = workshop.lesson(number);
    let content = html! {
        p.lead {
            code { (lesson.path()) } ", " (lesson.step.source.lines().count()) " lines: the whole program. "
            "Click a line's number to open it in your editor."
        }
        (open_button(&lesson.path()))
        (listing(&lesson.path(), lesson.listing()))
    };
    navigation::step_page(&workshop, lesson, "/source", content)
}

/// Code with numbered lines. The numbers are not selected with the code. With the keyboard one types a line's number
/// into the form above, so they do not stand in its way.
fn listing(file: &str, lines: &[PreEscaped<String>]) -> Markup {
    html! {
        form.listing method="post" action="/open" data-quiet {
            input type="hidden" name="file" value=(file);
            output {}
            pre.code.listing tabindex="0" {
                code {
                    @for (number, line) in (1..).zip(lines) {
                        span id={ "L" (number) } {
                            button name="line" value=(number) tabindex="-1" aria-label={ "Open line " (number) } { (number) }
                            (line) "\n"
                        }
                    }
                }
            }
        }
    }
}

/// The step to compare with; without one it is the step this one builds on.
#[derive(Deserialize)]
pub(super) struct From {
    from: Option<String>,
}

/// `/steps/3/diff?from=1`.
pub(super) async fn changes(
    State(workshop): State<Context>,
    number: StepNumber,
    Query(From { from }): Query<From>,
) -> Result<Markup, Error> {
    let lesson = workshop.lesson(number);
    let base = match from {
        Some(from) => Some(workshop.course.find(&from).map_err(not_found)?),
        None => lesson
            .step
            .builds_on
            .and_then(|number| workshop.course.get(number)),
    };
    let after = lesson.step.program();
    let content = html! {
        form {
            label for="from" { "Compare with" }
            select #from name="from" {
                @for other in workshop.course.lessons().iter().filter(|other| other.step.number != lesson.step.number) {
                    @let chosen = base.is_some_and(|base| base.step.number == other.step.number);
                    option value=(other.step.number) selected[chosen] {
                        "step " (other.step.number) ": " (other.step.title)
                    }
                }
            }
            button.primary { "Show" }
        }
        @match base {
            Some(base) => {
                @let before = base.step.program();
                p { (diff::changed_lines(&before, &after)) " lines differ from step " (base.step.number)
                    ". What you select and copy is the new code, without signs and without the lines that went." }
                (diff::code_changes(&before, &after))
            }
            None => { p { "This is the first step: it changes nothing." } }
        }
    };
    Ok(navigation::step_page(&workshop, lesson, "/diff", content))
}
