//! A step's deck: for the room, and for whoever presents it.

use axum::extract::State;
use maud::{Markup, html};

use super::{Context, StepNumber};
use crate::{course::Lesson, deck::Slide, view};

/// `/steps/3/slides`: one slide at a time with script, one below the other without.
pub(super) async fn deck(State(workshop): State<Context>, number: StepNumber) -> Markup {
    let lesson = workshop.lesson(number);
    let number = lesson.step.number;
    deck_page(
        lesson,
        "Slides",
        html! {
            main #content .deck data-deck=(number) {
                @for (place, slide) in (1..).zip(&lesson.deck().slides) { (slide_box(place, slide)) }
            }
            nav.deck-bar aria-label="Slides" {
                a href={ "/steps/" (number) } { "Lesson" }
                button type="button" data-go="previous" { "Previous" }
                output #place {}
                button type="button" data-go="next" { "Next" }
                button type="button" data-go="overview" aria-pressed="false" { "Overview" }
                a href={ "/steps/" (number) "/presenter" } target="presenter" { "Presenter" }
            }
        },
    )
}

/// `/steps/3/presenter`: the notes, the next slide, the time. It leads the window with the slides.
/// The two frames are the slides' own page: `slides.js` knows them by their names.
pub(super) async fn presenter(State(workshop): State<Context>, number: StepNumber) -> Markup {
    let lesson = workshop.lesson(number);
    let number = lesson.step.number;
    deck_page(
        lesson,
        "Presenter",
        html! {
            main #content .presenter data-deck=(number) data-minutes=(lesson.minutes()) {
                h1.hidden { "Presenter: step " (number) }
                header.clock {
                    a href={ "/steps/" (number) "/slides" } target="slides" { "Open the slides" }
                    button type="button" data-go="previous" { "Previous" }
                    output #place {}
                    button type="button" data-go="next" { "Next" }
                    button type="button" data-go="clock" { "Start the clock" }
                    output #elapsed { "00:00" }
                    span { "of " (lesson.minutes()) " minutes" }
                    output #pace aria-live="polite" {}
                }
                div.stage {
                    iframe name="now" src={ "/steps/" (number) "/slides" } title="This slide" {}
                    iframe name="next" src={ "/steps/" (number) "/slides" } title="The next slide" {}
                }
                ol.talk {
                    @for slide in &lesson.deck().slides {
                        li.spoken {
                            h2 { (slide.heading) }
                            ul.notes { @for note in &slide.notes { li { (spoken(note)) } } }
                        }
                    }
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
    view::layout(&title, "slides", content)
}

fn slide_box(place: usize, slide: &Slide) -> Markup {
    html! {
        section.slide.lead[place == 1] id={ "slide-" (place) } aria-label={ "Slide " (place) ": " (slide.heading) } {
            @if place == 1 { h1 { (slide.heading) } } @else { h2 { (slide.heading) } }
            (slide.body)
        }
    }
}

/// `Ask: ...` with its first word marked.
fn spoken(note: &str) -> Markup {
    match note.split_once(": ") {
        Some((word @ ("Ask" | "Demo" | "Say"), rest)) => html! { strong { (word) } " " (rest) },
        _ => html! { (note) },
    }
}
