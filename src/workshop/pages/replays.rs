//! A step's journeys, replayed: predict first, then see each page, its wire and its store.

use axum::{extract::State, http::StatusCode};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Path, Query, Shared, StepNumber};
use crate::{
    Step,
    journey::{Exchange, Journey, Site},
    workshop::{
        deck::slug,
        view::{self, Problem},
    },
};

/// `/steps/3/replays`.
pub(super) async fn list(State(workshop): State<Shared>, number: StepNumber) -> Markup {
    let lesson = workshop.lesson(number);
    let content = html! {
        p { "A replay is a scripted visitor. Choose one, say what the last page will show, then run it. Each runs on a fresh server with an empty store." }
        ul.cards {
            @for journey in lesson.step.journeys {
                li {
                    a href={ "/steps/" (lesson.step.number) "/replays/" (slug(journey.title)) } { (journey.title) }
                    (acts(journey))
                }
            }
        }
    };
    view::step_page(&workshop, lesson, "/replays", content)
}

/// What the learner expects; without it nothing is run yet.
#[derive(Deserialize)]
pub(super) struct Prediction {
    predicted: Option<String>,
}

/// `/steps/3/replays/second-visit?predicted=1+time`.
pub(super) async fn replay(
    State(workshop): State<Shared>,
    number: StepNumber,
    Path((_, name)): Path<(String, String)>,
    Query(Prediction { predicted }): Query<Prediction>,
) -> Result<Markup, Problem> {
    let lesson = workshop.lesson(number);
    let journey = find_journey(lesson.step, &name)?;
    let seen = match predicted {
        Some(_) => run(lesson.step, journey).await?,
        None => Vec::new(),
    };
    let content = html! {
        h2 { "Replay: " (journey.title) }
        (acts(journey))
        form.inline {
            label for="predicted" { "The last page will show" }
            input #predicted name="predicted" value=[&predicted] maxlength="200" required autocomplete="off";
            button { "Run it" }
        }
        @if let Some(predicted) = &predicted { p.predicted role="status" { "You predicted: " strong { (predicted) } } }
        @for (number, exchange) in (1..).zip(&seen) { (exchange_card(number, exchange)) }
        p { a href={ "/steps/" (lesson.step.number) "/replays" } { "All replays of this step" } " · "
            a href={ "/steps/" (lesson.step.number) "/pages/" (name) } { "The pinned page of this one" } }
    };
    Ok(view::step_page(&workshop, lesson, "/replays", content))
}

/// The journey of this name in addresses.
pub(super) fn find_journey(step: &Step, name: &str) -> Result<&'static Journey, Problem> {
    let found = step.journeys.iter().find(|journey| slug(journey.title) == name);
    found.ok_or_else(|| {
        Problem::not_found(format!("step {} has no journey of this name", step.number))
    })
}

/// Runs a journey at the step itself, on a server of its own.
async fn run(step: &'static Step, journey: &Journey) -> Result<Vec<Exchange>, Problem> {
    let mut site = Site::of(step, crate::Library::in_memory().await?)?;
    let seen = journey
        .run(&mut site)
        .await
        .map_err(|cause| Problem(StatusCode::INTERNAL_SERVER_ERROR, cause.to_string()))?;
    Ok(seen.exchanges)
}

fn acts(journey: &Journey) -> Markup {
    html! { ol.acts { @for act in journey.acts { li { (act.to_string()) } } } }
}

/// One exchange: the page as a visitor sees it, and beside it what went over the wire and to the store.
pub(super) fn exchange_card(number: usize, exchange: &Exchange) -> Markup {
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

/// A page in a sandbox: it may use the styles of this origin, and can run no script, send no form, open no window.
pub(super) fn framed(page: &str, title: &str) -> Markup {
    html! {
        @if page.is_empty() { p.note { "This answer has no page." } }
        @else { iframe.page sandbox="allow-same-origin" srcdoc=(page) title=(title) loading="lazy" {} }
    }
}
