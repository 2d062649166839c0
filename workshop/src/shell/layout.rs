//! What every page of the workshop has around its content.
//!
//! What means something only while the workshop runs stands in an element with `data-live`, whose value is a sentence
//! about it: a page that was written by `export` shows the sentence instead.

use std::sync::Arc;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use journey::Journey;
use locallibrary::{Error, Sentence};
use maud::{DOCTYPE, Markup, html};

pub use crate::shell::frame::{difference, page_window};
use crate::{Workshop, course::Lesson, machine::neighbour::WORKSHOP};

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

/// A whole page. `kind` names its script, and its own style sheet beside the common one: "workshop", "slides" or
/// "room".
pub fn layout(title: &str, kind: &str, content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · " (WORKSHOP) }
                link rel="icon" href="/static/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/static/workshop.css";
                link rel="stylesheet" href="/static/code.css";
                link rel="stylesheet" href="/static/frame.css";
                @if kind == "workshop" { link rel="stylesheet" href="/static/timeline.css"; }
                link rel="stylesheet" href="/static/lab.css";
                link rel="stylesheet" href="/static/mine.css";
                @if kind != "workshop" { link rel="stylesheet" href={ "/static/" (kind) ".css" }; }
                script type="module" src={ "/static/" (kind) ".js" } {}
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                (content)
            }
        }
    }
}

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

/// There is nothing at this address; the sentence says what there is.
pub fn not_found(sentence: impl Into<String>) -> Error {
    Error::Request(StatusCode::NOT_FOUND, sentence.into())
}

/// This cannot be done, and the sentence says why.
pub fn refused(status: StatusCode, sentence: impl Into<String>) -> Error {
    Error::Request(status, sentence.into())
}

/// The workshop itself failed.
pub fn broken() -> Error {
    let sentence = "Something went wrong in the workshop; the terminal says what";
    Error::Request(StatusCode::INTERNAL_SERVER_ERROR, sentence.into())
}

/// Shows an error's own words: whoever sees a page of the workshop is the one who runs it.
pub fn told(cause: Error) -> Error {
    match cause {
        Error::Request(..) | Error::NotFound => cause,
        cause => Error::Request(StatusCode::INTERNAL_SERVER_ERROR, cause.to_string()),
    }
}

/// Makes a page of an answer that came from an [`Error`]. It has the header, so every step is one click away.
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

/// A sentence of the command line as a page shows it: with a capital and a full stop.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    let closed = text.trim_end_matches('”').ends_with(['.', '?', '!']);
    let end = if closed { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// A button that opens a file; the script sets the line to the one that was chosen.
pub fn open_button(file: &str) -> Markup {
    html! {
        form method="post" action="/open" data-quiet {
            input type="hidden" name="file" value=(file);
            label for="line" { "Line" }
            input #line type="number" name="line" value="1" min="1" required;
            button { "Open in my editor" }
            output {}
        }
    }
}

/// What a visitor does, as a list.
pub fn acts(journey: &Journey) -> Markup {
    html! { ol.acts { @for act in journey.acts { li { (act.to_string()) } } } }
}
