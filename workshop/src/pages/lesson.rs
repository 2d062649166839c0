//! A step's lesson, with the step live beside it.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, header},
};
use locallibrary::form::Query;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Context, StepNumber};
use crate::{
    course::Lesson,
    deck::{Part, Slide},
    event::Event,
    view::{self, event_line},
};

/// What the learner wrote into the field below "Predict".
#[derive(Deserialize)]
pub(super) struct Prediction {
    #[serde(default)]
    predicted: String,
}

/// `/steps/3`.
pub(super) async fn page(
    State(workshop): State<Context>,
    number: StepNumber,
    Query(prediction): Query<Prediction>,
    headers: HeaderMap,
) -> Markup {
    let lesson = workshop.lesson(number);
    let number = lesson.step.number;
    let name = host_name(&headers);
    let address = workshop
        .ports
        .get(&number)
        .map(|port| format!("http://{name}:{port}"));
    let content = html! {
        div.split {
            article.lesson {
                (slides(lesson, prediction.predicted.trim()))
                (after(&workshop, lesson))
            }
            section.live aria-label="The step, live"
                data-live={ "Here step " (number) " runs, and each request to it is listed with what it did to the session." } {
                @if let Some(address) = address {
                    div.bar {
                        strong { "Live" }
                        a href={ (address) "/" } target="live" { "Home page" }
                        a href={ (address) "/" } target="_blank" rel="noopener" { "In a tab of its own" }
                    }
                    iframe name="live" src={ (address) "/" } title={ "Step " (number) ", live" } {}
                }
                (timeline(number, &workshop.timeline.latest(number)))
            }
        }
    };
    view::step_page(&workshop, lesson, "", content)
}

/// The name in the browser's address bar. A frame must have it too: to another name the browser sends no cookie
/// of ours.
fn host_name(headers: &HeaderMap) -> &'static str {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    if host.is_some_and(|host| host.starts_with("localhost")) {
        "localhost"
    } else {
        "127.0.0.1"
    }
}

fn slides(lesson: &Lesson, predicted: &str) -> Markup {
    let answer = html! {
        @if !predicted.is_empty() { p.predicted { "You predicted: " strong { (predicted) } } }
    };
    let own_copy = html! {
        p { a href={ "/steps/" (lesson.step.number) "/mine" } { "Do it in your own copy, and check it there" } }
    };
    html! {
        @for slide in lesson.deck().slides.iter().skip(1) {
            @match slide.part() {
                Part::Text => { (section(slide, "", html! {})) }
                Part::YourTurn => { (section(slide, "", own_copy.clone())) }
                Part::Predict => { (section(slide, "predict", prediction_form(predicted))) }
                Part::Answer => { (folded(slide, !predicted.is_empty(), &answer)) }
                Part::Hint | Part::Solution => { (folded(slide, false, &html! {})) }
            }
        }
    }
}

fn section(slide: &Slide, class: &str, after: Markup) -> Markup {
    html! {
        section class=(class) id=(slide.anchor()) { h2 { (slide.heading) } (slide.body) (after) }
    }
}

fn folded(slide: &Slide, open: bool, before: &Markup) -> Markup {
    html! {
        details id=(slide.anchor()) open[open] {
            summary { h2 { (slide.heading) } }
            (before)
            (slide.body)
        }
    }
}

/// The answer opens with the prediction beside it. It is an ordinary form, so it works without script.
fn prediction_form(predicted: &str) -> Markup {
    html! {
        form action="#answer" {
            label for="predicted" { "I expect" }
            input #predicted name="predicted" value=(predicted) maxlength="200" required autocomplete="off";
            button { "Keep it, and show the answer" }
        }
    }
}

fn after(workshop: &Context, lesson: &Lesson) -> Markup {
    let number = lesson.step.number;
    let done = workshop.progress.read().done.contains(&number);
    let link = |number: u8, rel: &str| {
        let lesson = workshop.course.get(number)?;
        Some(
            html! { a rel=(rel) href={ "/steps/" (number) } { (number) ". " (lesson.step.title) } },
        )
    };
    html! {
        form.done method="post" action={ "/steps/" (number) "/done" } {
            @if done { p { "You have marked this step as done. " } }
            button name="done" value=(!done) { (if done { "It is not done" } else { "Done: go on" }) }
        }
        nav.neighbours aria-label="Neighbours" {
            @if let Some(link) = link(number - 1, "prev") { span { "← " (link) } }
            @if let Some(link) = link(number + 1, "next") { span { (link) " →" } }
        }
    }
}

/// How many events a page shows at first; the script keeps to a like number.
const SHOWN: usize = 40;

fn timeline(step: u8, events: &[Arc<Event>]) -> Markup {
    let newest = events.first().map_or(0, |event| event.id);
    html! {
        section.timeline aria-labelledby="timeline-title" {
            h2 #timeline-title { "Timeline" }
            p.note {
                "Every request to this step, the newest first. "
                noscript { "Without script: reload to see more." }
            }
            ol #timeline data-events={ "/steps/" (step) "/events" } data-after=(newest) data-shown=(SHOWN) {
                @for event in events.iter().take(SHOWN) { (event_line(event)) }
            }
        }
    }
}
