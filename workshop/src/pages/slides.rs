//! A step's deck: for the room, and for whoever presents it.

use axum::extract::State;
use maud::{Markup, html};

use super::{Context, StepNumber};
use crate::{
    course::{Lesson, schedule::clock},
    shell::layout,
    text::deck::Slide,
};

/// `/steps/3/slides`: one slide at a time with script, one below the other without.
pub(super) async fn deck(State(workshop): State<Context>, number: StepNumber) -> Markup {
    let lesson = workshop.lesson(number);
    let number = lesson.step.number;
    deck_page(
        lesson,
        "Slides",
        html! {
            main #content .deck data-deck=(number) { (slides(lesson, |_| html! {})) }
            nav.deck-bar aria-label="Slides" {
                a href={ "/steps/" (number) } { "Lesson" }
                (steering())
                button type="button" data-go="overview" aria-pressed="false" { "Overview" }
                a href={ "/steps/" (number) "/presenter" } target="presenter" data-follows { "Presenter" }
            }
        },
    )
}

/// `/steps/3/presenter`: this slide and the next one, the notes, the time. It and the slides lead each other.
pub(super) async fn presenter(State(workshop): State<Context>, number: StepNumber) -> Markup {
    let lesson = workshop.lesson(number);
    let number = lesson.step.number;
    let from = (workshop.schedule.plan(&workshop.course)).begin_of(&workshop.course, number);
    deck_page(
        lesson,
        "Presenter",
        html! {
            header.deck-bar {
                a href={ "/steps/" (number) "/slides" } target="slides" data-follows { "Open the slides" }
                (steering())
                @if workshop.room.is_some() {
                    form method="post" action={ "/steps/" (number) "/room" } target="room" {
                        button name="act" value="begin" { "Ask the room" }
                    }
                }
                button type="button" data-go="darken" aria-pressed="false" { "Dark screen" }
            }
            main #content .deck.presenter data-deck=(number) {
                (slides(lesson, notes))
                section.clock aria-label="Time" data-minutes=(lesson.minutes()) data-from=(from) {
                    p.note { "Planned from " (clock(from)) " to " (clock(from + lesson.minutes())) }
                    p { output #elapsed { "00:00" } " of " (lesson.minutes()) " minutes" }
                    p { output #pace aria-live="polite" {} }
                    button type="button" data-go="clock" { "Start the clock" }
                }
            }
        },
    )
}

fn deck_page(lesson: &Lesson, what: &str, content: Markup) -> Markup {
    let title = format!(
        "{what} · Step {}: {}",
        lesson.step.number, lesson.step.title
    );
    layout::layout(&title, "slides", content)
}

/// The buttons that both windows have.
fn steering() -> Markup {
    html! {
        button type="button" data-go="back" { "Back" }
        output #place {}
        button type="button" data-go="forward" { "Forward" }
        button type="button" data-go="unfold" hidden {}
    }
}

/// Every slide, each with what `beside` makes of it.
fn slides(lesson: &Lesson, beside: fn(&Slide) -> Markup) -> Markup {
    let slides = &lesson.deck().slides;
    html! {
        @for (place, slide) in (1..).zip(slides) {
            (slide_box(place, slides.len(), slide))
            (beside(slide))
        }
    }
}

fn slide_box(place: usize, of: usize, slide: &Slide) -> Markup {
    html! {
        section.slide.lead[place == 1].folded[slide.part().is_folded()].aside[slide.part().is_aside()] id={ "slide-" (place) }
            aria-label={ "Slide " (place) " of " (of) ": " (slide.heading) } {
            @if place == 1 { h1 { (slide.heading) } } @else { h2 { (slide.heading) } }
            div.body { (slide.body) }
            p.number aria-hidden="true" { (place) " / " (of) }
        }
    }
}

fn notes(slide: &Slide) -> Markup {
    html! {
        ul.notes aria-label={ "Notes: " (slide.heading) } {
            @for note in &slide.notes { li { (spoken(note)) } }
        }
    }
}

/// `Ask: ...` with its first word marked.
fn spoken(note: &str) -> Markup {
    match note.split_once(": ") {
        Some((word @ ("Ask" | "Answer" | "Demo" | "Say" | "Right" | "Replay"), rest)) => {
            html! { strong { (word) } " " (rest) }
        }
        _ => html! { (note) },
    }
}
