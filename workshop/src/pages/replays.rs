//! The replays of a step in its lab: predict first, then watch, then compare.

use journey::{Journey, Transcript};
use maud::{Markup, html};

use crate::{
    course::{
        predictions::Predictions,
        questions::{Mark, Quiz, why},
    },
    shell::layout::acts,
    sites::lab::Lab,
};

/// All replays, or the one that somebody has chosen.
pub(super) fn panel(lab: &Lab, predictions: &Predictions, action: &str) -> Markup {
    let step = lab.step();
    let Some(chosen) = lab.chosen() else {
        return html! {
            form method="post" action=(action) data-background {
                h3 { "Replays" }
                input type="hidden" name="act" value="choose";
                @for journey in step.journeys { button name="name" value=(journey.slug()) { (journey.title) } }
            }
        };
    };
    let journey = chosen.journey;
    let question = Quiz::about(journey, step.journeys);
    let predicted = predictions.about(&format!("{}/{}", step.number, journey.slug()));
    html! {
        h3 { "Replay: " (journey.title) }
        @if let Some(seen) = &chosen.seen {
            (mark(&question, predicted.as_deref().unwrap_or_default(), seen))
        } @else { (acts(journey)) }
        (prediction(action, journey, &question, predicted.as_deref(), chosen.seen.is_some()))
        form method="post" action=(action) data-background {
            button name="act" value="put-away" { "All replays" }
        }
    }
}

/// The button that plays, which asks for a prediction first.
fn prediction(
    action: &str,
    journey: &Journey,
    question: &Quiz,
    predicted: Option<&str>,
    again: bool,
) -> Markup {
    html! {
        form method="post" action=(action) data-background {
            input type="hidden" name="name" value=(journey.slug());
            @match question {
                Quiz::Visits => {
                    label for="expected" { "Visits on the last page" }
                    input.number #expected name="predicted" type="number" min="0" max="99" value=[predicted] required;
                }
                Quiz::Choice { of, .. } if of.is_empty() => {}
                Quiz::Choice { of, .. } => {
                    label for="expected" { "The last page shows" }
                    select #expected name="predicted" required {
                        option value="" { "choose" }
                        @for choice in of.iter().map(ToString::to_string) {
                            option selected[predicted == Some(&choice)] { (choice) }
                        }
                    }
                }
            }
            button name="act" value="play" { @if again { "Play it again" } @else { "Play it" } }
        }
    }
}

/// Whether the prediction was right, and why the last page is as it is.
fn mark(question: &Quiz, predicted: &str, seen: &Transcript) -> Markup {
    let Mark { right, shows } = question.mark(predicted, seen);
    html! {
        div.verdict.right[right || predicted.is_empty()] role="status" {
            p {
                @if predicted.is_empty() { "The last page shows " b { (shows) } "." }
                @else {
                    strong { (if right { "You were right. " } else { "Not this time. " }) }
                    "You predicted " b { (predicted) } "; the last page shows " b { (shows) } "."
                }
            }
            p { (why(seen)) }
        }
    }
}
