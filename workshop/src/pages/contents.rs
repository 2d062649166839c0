//! What stands in a lesson, and how far somebody has read.

use axum::{extract::State, http::StatusCode};
use locallibrary::{Error, form::Form};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Context, StepNumber, off_thread};
use crate::{
    course::Lesson,
    shell::layout::not_found,
    text::deck::{Part, Slide},
};

/// The list of a lesson's sections. The script says in its summary where one is, and sends that to the server.
pub(super) fn of(lesson: &Lesson) -> Markup {
    html! {
        nav.contents aria-label="Contents" data-reached={ "/steps/" (lesson.step.number) "/reached" } {
            details {
                summary { "Contents" span.here {} }
                ol {
                    @for slide in sections(lesson) {
                        li { a href={ "#" (slide.anchor()) } { (slide.heading) } }
                    }
                }
            }
        }
    }
}

/// The way to where somebody has stopped reading.
pub(super) fn go_on(lesson: &Lesson, reached: Option<&String>) -> Markup {
    let slide = reached.and_then(|anchor| find(lesson, anchor));
    html! {
        @if let Some(slide) = slide {
            " · " a href={ "#" (slide.anchor()) } { "Go on at: " (slide.heading) }
        }
    }
}

/// The slides that are sections of the lesson: what is done in one's own program has one section in all.
fn sections(lesson: &Lesson) -> impl Iterator<Item = &Slide> {
    let slides = lesson.deck().slides.iter().skip(1); // The title is no section.
    slides.filter(|slide| match slide.part() {
        Part::Text | Part::Predict | Part::Answer => true,
        Part::YourTurn => slide.anchor() == "your-turn",
        Part::Hint | Part::Solution | Part::FindTheLine => false,
    })
}

fn find<'a>(lesson: &'a Lesson, anchor: &str) -> Option<&'a Slide> {
    sections(lesson).find(|slide| slide.anchor() == anchor)
}

/// Where somebody reads.
#[derive(Deserialize)]
pub(super) struct Reached {
    section: String,
}

/// `POST /steps/3/reached`: keeps the section for the next time.
pub(super) async fn reached(
    State(workshop): State<Context>,
    number: StepNumber,
    Form(Reached { section }): Form<Reached>,
) -> Result<StatusCode, Error> {
    let lesson = workshop.lesson(number);
    let step = lesson.step.number;
    if find(lesson, &section).is_none() {
        return Err(not_found("this lesson has no such section"));
    }
    off_thread(move || workshop.progress.reach(step, section)).await?;
    Ok(StatusCode::NO_CONTENT)
}
