//! What stands around each view: the bar with the steps, and the tabs of one step.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use locallibrary::Sentence;
use maud::{Markup, html};

use crate::{
    course::Lesson,
    shell::layout::{WORKSHOP, layout, sentence},
    workshop::Workshop,
};

/// The views of a step, as its tabs show them: the last part of the address, and the word.
const TABS: [(&str, &str); 7] = [
    ("", "Lesson"),
    ("/replays", "Replays"),
    ("/mine", "My work"),
    ("/source", "Source"),
    ("/diff", "What changed"),
    ("/pages", "Pinned pages"),
    ("/slides", "Slides"),
];

/// A page that belongs to no step.
pub fn page(workshop: &Workshop, title: &str, content: Markup) -> Markup {
    layout(
        title,
        "workshop",
        html! {
            (header(workshop, None))
            main #content .single { h1 { (title) } (content) }
        },
    )
}

/// One view of a step: `tab` is the last part of its address.
pub fn step_page(workshop: &Workshop, lesson: &Lesson, tab: &str, content: Markup) -> Markup {
    let step = lesson.step;
    let word = TABS
        .iter()
        .find(|(path, _)| *path == tab)
        .map_or("Request", |(_, word)| word);
    let title = format!("Step {}: {}", step.number, step.title);
    layout(
        &format!("{word} · {title}"),
        "workshop",
        html! {
            (header(workshop, Some(lesson)))
            main #content .single[!tab.is_empty()] {
                div.title {
                    h1 { (title) }
                    nav.tabs aria-label="This step" {
                        @for (path, word) in TABS {
                            a href={ "/steps/" (step.number) (path) }
                                aria-current=[(path == tab).then_some("page")] { (word) }
                        }
                    }
                }
                (content)
            }
        },
    )
}

/// The bar at the top: the steps, with a mark on those that are done.
fn header(workshop: &Workshop, current: Option<&Lesson>) -> Markup {
    let progress = workshop.progress.read();
    html! {
        header.top {
            a.brand href="/" {
                img src="/static/icon.svg" alt="" width="28" height="28";
                span { (WORKSHOP) }
            }
            nav.steps aria-label="Steps" {
                @for lesson in workshop.course.lessons() {
                    @let step = lesson.step;
                    @let done = progress.done.contains(&step.number);
                    a.done[done] href={ "/steps/" (step.number) } title=(step.title)
                        aria-current=[current.is_some_and(|it| it.step.number == step.number).then_some("true")] {
                        span.hidden { "Step " } (step.number)
                        @if done { span.hidden { ", done" } }
                    }
                }
            }
            nav.more aria-label="Workshop" {
                a href="/primer" { "Rust primer" }
                a href="/glossary" { "Glossary" }
                a href="/api" { "API" }
                a href="/schedule" { "Schedule" }
                a href="/doctor" { "Doctor" }
            }
        }
    }
}

/// Makes a page of an answer that came from an [`Error`](locallibrary::Error). It has the header, so every step is one click away.
pub async fn with_page(State(workshop): State<Arc<Workshop>>, mut answer: Response) -> Response {
    let Some(Sentence(words)) = answer.extensions_mut().remove() else {
        return answer;
    };
    let status = answer.status();
    let title = status.canonical_reason().unwrap_or("Error");
    let content = html! {
        p.lead { (sentence(&words)) }
        p { a.button.primary href="/" { "Go to the overview of the workshop" } }
    };
    (status, page(&workshop, title, content)).into_response()
}
