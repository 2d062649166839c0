//! A step's lesson, with the step live beside it.

use axum::{extract::State, http::HeaderMap, response::Redirect};
use locallibrary::{Error, form::Form};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Context, StepNumber, lab, live, navigation, off_thread};
use crate::{
    course::Lesson,
    shell::layout::not_found,
    text::deck::{Part, Slide},
};

/// `/steps/3`. In a narrow window the opening comes first, then the live step, then the rest of the text.
pub(super) async fn page(
    State(workshop): State<Context>,
    number: StepNumber,
    headers: HeaderMap,
) -> Markup {
    let lesson = workshop.lesson(number);
    let number = lesson.step.number;
    let predicted = workshop.predictions.about(&number.to_string());
    let slides = &lesson.deck().slides;
    let (opening, rest) = slides.split_at(slides.len().min(OPENING));
    let content = html! {
        div.lesson-page {
            div.lesson.opening { (self::opening(lesson, opening)) }
            (beside(&workshop, lesson, &headers))
            article.lesson {
                (text(lesson, rest, predicted.as_deref()))
                (after(&workshop, lesson, predicted.is_some()))
            }
        }
    };
    navigation::step_page(&workshop, lesson, "", content)
}

/// How many slides open a lesson: the title, the symptom, and what one will be able to do.
const OPENING: usize = 3;

/// The lesson's beginning: how long it takes, what it is about in a sentence, what goes wrong without it, and what one
/// will be able to do.
fn opening(lesson: &Lesson, slides: &[Slide]) -> Markup {
    let mut slides = slides.iter();
    html! {
        p.note { "About " (lesson.minutes()) " minutes" }
        @if let Some(title) = slides.next() { div.lead { (title.body) } (title.talk) }
        // The style sheet does the rest: it works without script.
        p.lens {
            label { input #django type="checkbox"; " Show what each block of Rust is in Django" }
            " (" a href="/api" { "the whole API" } ")"
        }
        @for slide in slides { (section(slide, "", html! {})) }
    }
}

fn text(lesson: &Lesson, slides: &[Slide], predicted: Option<&str>) -> Markup {
    let number = lesson.step.number;
    let answer = html! {
        @if let Some(predicted) = predicted { p.predicted { "You predicted: " strong { (predicted) } } }
    };
    let turns = slides.iter().filter(|slide| slide.part() == Part::YourTurn);
    let turns: Vec<_> = turns.map(Slide::anchor).collect();
    let own_copy = |slide: &Slide| {
        let place = turns
            .iter()
            .position(|turn| *turn == slide.anchor())
            .unwrap_or(0)
            + 1;
        html! { p { a.button href={ "/steps/" (number) "/exercises/" (place) } { "Do it in your own copy" } } }
    };
    html! {
        @for slide in slides {
            @match slide.part() {
                Part::Text => { (section(slide, "", html! {})) }
                Part::YourTurn => { (section(slide, "turn", own_copy(slide))) }
                Part::Predict => { (section(slide, "predict", prediction_form(number, predicted))) }
                Part::Answer => { (folded(slide, predicted.is_some(), &answer)) }
                Part::Hint | Part::Solution => { (folded(slide, false, &html! {})) }
            }
        }
    }
}

fn section(slide: &Slide, class: &str, after: Markup) -> Markup {
    html! {
        section class=(class) id=(slide.anchor()) {
            h2 { (slide.heading) }
            (slide.lesson)
            (slide.talk)
            (after)
        }
    }
}

fn folded(slide: &Slide, open: bool, before: &Markup) -> Markup {
    html! {
        details.fold id=(slide.anchor()) open[open] {
            summary { h2 { (slide.heading) } }
            (before)
            (slide.lesson)
            (slide.talk)
        }
    }
}

/// The answer opens with the prediction beside it. It is an ordinary form, so it works without script.
fn prediction_form(number: u8, predicted: Option<&str>) -> Markup {
    html! {
        form method="post" action={ "/steps/" (number) "/predictions" } {
            label for="predicted" { "I expect" }
            input #predicted name="predicted" value=[predicted] maxlength="200" required autocomplete="off";
            button.primary[predicted.is_none()] { "Keep it, and show the answer" }
        }
    }
}

/// What the learner expects: of the lesson, or of a replay.
#[derive(Deserialize)]
pub(super) struct Prediction {
    #[serde(default)]
    replay: String,
    predicted: String,
}

/// `POST /steps/3/predictions`: keeps a prediction, and goes on to what it was about.
pub(super) async fn predict(
    State(workshop): State<Context>,
    number: StepNumber,
    Form(Prediction { replay, predicted }): Form<Prediction>,
) -> Result<Redirect, Error> {
    let step = workshop.lesson(number).step;
    let (what, then) = if replay.is_empty() {
        (
            step.number.to_string(),
            format!("/steps/{}#answer", step.number),
        )
    } else {
        let known = step.journeys.iter().any(|journey| journey.slug() == replay);
        if !known {
            return Err(not_found(format!(
                "step {} has no journey of this name",
                step.number
            )));
        }
        let then = format!("/steps/{}/replays/{replay}", step.number);
        (format!("{}/{replay}", step.number), then)
    };
    if !predicted.trim().is_empty() {
        off_thread(move || workshop.predictions.keep(what, &predicted)).await?;
    }
    Ok(Redirect::to(&then))
}

fn after(workshop: &Context, lesson: &Lesson, predicted: bool) -> Markup {
    let number = lesson.step.number;
    let done = workshop.progress.read().done.contains(&number);
    let predicts = lesson
        .deck()
        .slides
        .iter()
        .any(|slide| slide.part() == Part::Predict);
    let link = |number: u8, rel: &str| {
        let lesson = workshop.course.get(number)?;
        Some(
            html! { a rel=(rel) href={ "/steps/" (number) } { (number) ". " (lesson.step.title) } },
        )
    };
    html! {
        form.done method="post" action={ "/steps/" (number) "/done" } {
            @if done { p { "You have marked this step as done. " } }
            button.primary[!done && (predicted || !predicts)] name="done" value=(!done) {
                (if done { "It is not done" } else { "Done: go on" })
            }
        }
        nav.neighbours aria-label="Neighbours" {
            @if let Some(link) = link(number - 1, "prev") { span { "← " (link) } }
            @if let Some(link) = link(number + 1, "next") { span { (link) " →" } }
        }
    }
}

/// The visitors of the step, and below them its timeline.
fn beside(workshop: &Context, lesson: &Lesson, headers: &HeaderMap) -> Markup {
    let number = lesson.step.number;
    html! {
        section.live aria-label="The step, live"
            data-live={ "Here step " (number) " runs, and each request to it is listed with what it did to the session." } {
            @if let Some(lab) = workshop.labs.get(&number) {
                div.present { (lab::section(lab, live::host_name(headers))) }
            }
            (live::timeline(number, &workshop.timeline.latest(number)))
            @if let Some(address) = live::address(workshop, number, headers) {
                p.note {
                    "In your own browser, with its tools: "
                    a href={ (address) (lesson.step.opens_at) } target="live" { (address) }
                }
            }
        }
    }
}
