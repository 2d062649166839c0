//! A step's journeys, replayed: predict first, then see each page, its wire and its store.

use axum::extract::State;
use journey::{Exchange, Journey};
use locallibrary::{
    Error, Library,
    form::{Path, Query},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Context, StepNumber};
use crate::view::{self, acts, framed, not_found, told};

/// `/steps/3/replays`.
pub(super) async fn list(State(workshop): State<Context>, number: StepNumber) -> Markup {
    let lesson = workshop.lesson(number);
    let content = html! {
        p {
            "A replay is a scripted visitor. Choose one, say what the last page will show, then run it. "
            "Each runs on a fresh server with an empty store."
        }
        ul.cards {
            @for journey in lesson.step.journeys {
                li {
                    h2 { (journey.title) }
                    (acts(journey))
                    (prediction_form(lesson.step.number, journey, ""))
                }
            }
        }
    };
    view::step_page(&workshop, lesson, "/replays", content)
}

/// The replay's button, which asks for a prediction first.
fn prediction_form(step: u8, journey: &Journey, predicted: &str) -> Markup {
    let name = journey.slug();
    let field = format!("predicted-{name}");
    html! {
        form action={ "/steps/" (step) "/replays/" (name) } {
            label for=(field) { "The last page will show" }
            input id=(field) name="predicted" value=(predicted) maxlength="200" required autocomplete="off";
            button { "Run it" }
        }
    }
}

/// What the learner expects.
#[derive(Deserialize)]
pub(super) struct Prediction {
    #[serde(default)]
    predicted: String,
}

/// `/steps/3/replays/second-visit?predicted=1+time`.
pub(super) async fn replay(
    State(workshop): State<Context>,
    number: StepNumber,
    Path((_, name)): Path<(String, String)>,
    Query(Prediction { predicted }): Query<Prediction>,
) -> Result<Markup, Error> {
    let lesson = workshop.lesson(number);
    let (step, number) = (lesson.step, lesson.step.number);
    let found = step.journeys.iter().find(|journey| journey.slug() == name);
    let journey =
        found.ok_or_else(|| not_found(format!("step {number} has no journey of this name")))?;
    let mut site = step.site(Library::in_memory()?).map_err(told)?;
    let seen = journey.run(&mut site).await.map_err(told)?;
    let content = html! {
        h2 { "Replay: " (journey.title) }
        (acts(journey))
        @if !predicted.is_empty() { p.predicted role="status" { "You predicted: " strong { (predicted) } } }
        @for (number, exchange) in (1..).zip(&seen.exchanges) { (exchange_card(number, exchange)) }
        h2 { "Again" }
        (prediction_form(number, journey, &predicted))
        p { a href={ "/steps/" (number) "/replays" } { "All replays of this step" } " · "
            a href={ "/steps/" (number) "/pages#" (name) } { "The pinned page of this one" } }
    };
    Ok(view::step_page(&workshop, lesson, "/replays", content))
}

/// One exchange: the page as a visitor sees it, and beside it what went over the wire and to the store.
fn exchange_card(number: usize, exchange: &Exchange) -> Markup {
    html! {
        section.exchange {
            h3 { (number) ". " (exchange.browser) " browser: " (exchange.method) " " (exchange.path) }
            div.split {
                (framed(&exchange.page, &format!("Page {number}")))
                pre.code tabindex="0" { code { (exchange.to_string()) } }
            }
        }
    }
}
