//! A step's journeys, replayed: predict first, then see each page, its wire and its store.

use axum::extract::State;
use journey::{Exchange, Journey, Transcript};
use locallibrary::{Error, Library, form::Path};
use lossless_sessions::Operation;
use maud::{Markup, html};

use super::{Context, StepNumber, navigation};
use crate::{
    course::questions::{Question, Verdict},
    shell::layout::{acts, not_found, page_window, told},
    text::code,
};

/// `/steps/3/replays`.
pub(super) async fn list(State(workshop): State<Context>, number: StepNumber) -> Markup {
    let step = workshop.lesson(number).step;
    let content = html! {
        p.lead {
            "A replay is a scripted visitor. Choose one, say what its last page will show, and run it. "
            "Each runs on a fresh server with an empty store."
        }
        ul.cards {
            @for journey in step.journeys {
                li {
                    h2 { (journey.title) }
                    (acts(journey))
                    @let question = Question::about(journey, step.journeys);
                    (prediction_form(step.number, journey, &question, kept(&workshop, step.number, journey), false))
                }
            }
        }
    };
    let lesson = workshop.lesson(StepNumber(step.number));
    navigation::step_page(&workshop, lesson, "/replays", content)
}

/// What the learner has predicted of a journey.
fn kept(workshop: &Context, step: u8, journey: &Journey) -> Option<String> {
    workshop
        .predictions
        .about(&format!("{step}/{}", journey.slug()))
}

/// The replay's button, which asks for a prediction first.
fn prediction_form(
    step: u8,
    journey: &Journey,
    question: &Question,
    predicted: Option<String>,
    primary: bool,
) -> Markup {
    let name = journey.slug();
    let field = format!("predicted-{name}");
    html! {
        form method="post" action={ "/steps/" (step) "/predictions" } {
            input type="hidden" name="replay" value=(name);
            @match question {
                Question::Visits => {
                    label for=(field) { "Visits on the last page" }
                    input.number id=(field) name="predicted" type="number" min="0" max="99" value=[predicted] required;
                }
                Question::Choice { of, .. } if of.is_empty() => {
                    input type="hidden" name="predicted" value="";
                }
                Question::Choice { of, .. } => {
                    label for=(field) { "The last page shows" }
                    select id=(field) name="predicted" required {
                        option value="" { "choose" }
                        @for choice in of.iter().map(ToString::to_string) {
                            option selected[predicted.as_ref() == Some(&choice)] { (choice) }
                        }
                    }
                }
            }
            button.primary[primary] { "Run it" }
        }
    }
}

/// `/steps/3/replays/second-visit`.
pub(super) async fn replay(
    State(workshop): State<Context>,
    number: StepNumber,
    Path((_, name)): Path<(String, String)>,
) -> Result<Markup, Error> {
    let lesson = workshop.lesson(number);
    let (step, number) = (lesson.step, lesson.step.number);
    let found = step.journeys.iter().find(|journey| journey.slug() == name);
    let journey =
        found.ok_or_else(|| not_found(format!("step {number} has no journey of this name")))?;
    let mut site = step.site(Library::in_memory()?).map_err(told)?;
    let seen = journey.run(&mut site).await.map_err(told)?;
    let question = Question::about(journey, step.journeys);
    let predicted = kept(&workshop, number, journey);
    let again = predicted.clone();
    let content = html! {
        h2.caption { "Replay: " (journey.title) }
        @if let Some(predicted) = predicted {
            (verdict(&predicted, &question.verdict(&predicted, &seen), &why(&seen)))
        }
        ol.moments { (moments(journey, &seen)) }
        h2 { "Again" }
        (prediction_form(number, journey, &question, again, true))
        p { a href={ "/steps/" (number) "/replays" } { "All replays of this step" } " · "
            a href={ "/steps/" (number) "/pages#" (name) } { "The pinned page of this one" } }
    };
    Ok(navigation::step_page(
        &workshop, lesson, "/replays", content,
    ))
}

fn verdict(predicted: &str, verdict: &Verdict, why: &str) -> Markup {
    html! {
        div.verdict.right[verdict.right] role="status" {
            p {
                strong { (if verdict.right { "You were right. " } else { "Not this time. " }) }
                "You predicted " b { (predicted) } "; the last page shows " b { (verdict.shows) } "."
            }
            p { (why) }
        }
    }
}

/// Why the last page is as it is: what came with its request, and what the store answered.
fn why(seen: &Transcript) -> String {
    let last = seen.last();
    let load = last
        .calls
        .iter()
        .find(|call| call.operation == Operation::Load);
    let before = match load.map(|call| &call.before) {
        _ if last.cookies.is_empty() => {
            "The last request brought no cookie, so nobody was recognized.".to_string()
        }
        None => "The last request did not ask the session store.".into(),
        Some(None) => {
            "The last request brought its cookie, but the store held no record for it.".into()
        }
        Some(Some(data)) => {
            let data = serde_json::to_string(data).unwrap_or_default();
            format!("When the last page was made, the store held {data} for this browser.")
        }
    };
    let stored = last
        .calls
        .iter()
        .rev()
        .find(|call| call.before != call.after);
    match stored.map(|call| &call.after) {
        None => before,
        Some(None) => format!("{before} Afterwards the record was gone."),
        Some(Some(data)) => {
            let data = serde_json::to_string(data).unwrap_or_default();
            format!("{before} Afterwards it held {data}.")
        }
    }
}

/// The journey from its beginning: its pages, and between them what else happened.
fn moments(journey: &Journey, seen: &Transcript) -> Markup {
    html! {
        @for (number, act) in journey.acts.iter().enumerate() {
            @let here: Vec<_> = (1..).zip(&seen.exchanges).filter(|(_, exchange)| exchange.act == number).collect();
            @if here.is_empty() { li.between { (act) } }
            @for (place, exchange) in here {
                (exchange_card(place, exchange, before(&seen.exchanges[..place - 1], exchange)))
            }
        }
    }
}

/// The same page as it was before, whoever saw it; empty when it is seen for the first time.
fn before<'a>(earlier: &'a [Exchange], exchange: &Exchange) -> &'a str {
    let same = |other: &&Exchange| other.path == exchange.path && !other.page.is_empty();
    let page = earlier.iter().rev().find(same);
    page.map_or("", |page| &page.page)
}

/// One exchange: the page as a visitor sees it, and beside it what went over the wire and to the store.
fn exchange_card(number: usize, exchange: &Exchange, before: &str) -> Markup {
    html! {
        li.exchange {
            h3 { (number) ". " (exchange.browser) " browser: " (exchange.method) " " (exchange.path) }
            div.split {
                @match exchange.redirects_to() {
                    Some(to) => p.note { "The answer has no page. It sends the browser to " code { (to) } "." },
                    None => (page_window(&exchange.path, &exchange.page, before, &format!("Page {number}"))),
                }
                (code::block("http", &exchange.to_string()))
            }
        }
    }
}
