//! A step's lesson, with the step live beside it.

use axum::{extract::State, http::HeaderMap, response::Redirect};
use locallibrary::{Error, form::Form};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Context, StepNumber, contents, lab, live, navigation, off_thread};
use crate::{
    course::Lesson,
    observe::event::Subject,
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
    let progress = workshop.progress.read();
    let predicted = workshop.predictions.about(&number.to_string());
    let slides = &lesson.deck().slides;
    let (opening, rest) = slides.split_at(slides.len().min(OPENING));
    let content = html! {
        div.lesson-page {
            (contents::of(lesson))
            div.lesson.opening {
                p.note { "About " (lesson.minutes()) " minutes" (contents::go_on(lesson, progress.reached.get(&number))) }
                (self::opening(opening))
            }
            (beside(&workshop, lesson, &headers))
            article.lesson {
                (text(lesson, rest, predicted.as_deref()))
                (navigation::go_on(&workshop, Some((lesson, ""))))
            }
        }
    };
    navigation::step_page(&workshop, lesson, "", content)
}

/// How many slides open a lesson: the title, the symptom, and what one will be able to do.
const OPENING: usize = 3;

/// The lesson's beginning: what it is about in a sentence, what goes wrong without it, and what one will be able to do.
fn opening(slides: &[Slide]) -> Markup {
    let mut slides = slides.iter();
    html! {
        @if let Some(title) = slides.next() { div.lead { (title.body) } (title.talk) }
        // The style sheet does the rest: it works without script.
        p.lens {
            label { input #django type="checkbox"; " Show what each block of Rust is in Django" }
        }
        @for slide in slides { (section(slide, "", html! {})) }
    }
}

/// The text. What is done in one's own program stands in My work; here is the way there.
fn text(lesson: &Lesson, slides: &[Slide], predicted: Option<&str>) -> Markup {
    let number = lesson.step.number;
    let answer = html! {
        @if let Some(predicted) = predicted { p.predicted { "You predicted: " strong { (predicted) } } }
    };
    let is_turn = |slide: &&Slide| slide.part() == Part::YourTurn;
    let first_turn = slides.iter().find(is_turn).map(Slide::anchor);
    html! {
        @for slide in slides {
            @match slide.part() {
                Part::Text => { (section(slide, "", html! {})) }
                Part::Predict => { (section(slide, "predict", prediction_form(number, predicted))) }
                Part::Answer => { (folded(slide, predicted.is_some(), &answer)) }
                Part::YourTurn if Some(slide.anchor()) == first_turn => { (your_turn(lesson)) }
                Part::YourTurn | Part::Hint | Part::Solution | Part::FindTheLine => {}
            }
        }
    }
}

/// The exercises, which are done in My work.
fn your_turn(lesson: &Lesson) -> Markup {
    let exercises = lesson.tasks().filter(|task| task.exercise.is_some());
    html! {
        section.turn #your-turn {
            h2 { "Your turn" }
            p { "You change a copy of this program, and it is built, run and checked each time you save it." }
            p {
                @for task in exercises {
                    a.button href=(task.address()) { "Exercise " (task.exercise.unwrap_or_default()) } " "
                }
                a.button href={ "/steps/" (lesson.step.number) "/mine#find-the-line" } { "Find the line" }
            }
        }
    }
}

fn section(slide: &Slide, class: &str, after: Markup) -> Markup {
    html! {
        section class=(class) id=(slide.anchor()) {
            h2 { (slide.heading) }
            (lab::with_buttons(&slide.lesson))
            (lab::with_buttons(&slide.talk))
            (after)
        }
    }
}

fn folded(slide: &Slide, open: bool, before: &Markup) -> Markup {
    html! {
        details.fold id=(slide.anchor()) open[open] {
            summary { h2 { (slide.heading) } }
            (before)
            (lab::with_buttons(&slide.lesson))
            (lab::with_buttons(&slide.talk))
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

/// What the learner expects.
#[derive(Deserialize)]
pub(super) struct Prediction {
    predicted: String,
}

/// `POST /steps/3/predictions`: keeps a prediction, and goes on to its answer.
pub(super) async fn predict(
    State(workshop): State<Context>,
    number: StepNumber,
    Form(Prediction { predicted }): Form<Prediction>,
) -> Result<Redirect, Error> {
    let number = workshop.lesson(number).step.number;
    if !predicted.trim().is_empty() {
        off_thread(move || workshop.predictions.keep(number.to_string(), &predicted)).await?;
    }
    Ok(Redirect::to(&format!("/steps/{number}#answer")))
}

/// The visitors of the step, and below them its timeline.
fn beside(workshop: &Context, lesson: &Lesson, headers: &HeaderMap) -> Markup {
    let number = lesson.step.number;
    html! {
        section.live aria-label="The step, live"
            data-live={ "Here step " (number) " runs, and each request to it is listed with what it did to the session." } {
            @if let Some(lab) = workshop.labs.get(&number) {
                div.present { (lab::section(lab, &workshop.predictions, live::host_name(headers))) }
            }
            (live::timeline(number, &workshop.timeline.latest(Subject::Step(number))))
            @if let Some(address) = live::address(workshop, number, headers) {
                p.note {
                    "In your own browser, with its tools: "
                    a href={ (address) (lesson.step.opens_at) } target="live" { (address) }
                }
            }
        }
    }
}
