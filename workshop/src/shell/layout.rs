//! What every page of the workshop has around its content.
//!
//! What means something only while the workshop runs stands in an element with `data-live`, whose value is a sentence
//! about it: a page that was written by `export` shows the sentence instead.

use axum::http::StatusCode;
use journey::Journey;
use locallibrary::Error;
use maud::{DOCTYPE, Markup, html};

pub use crate::shell::frame::{difference, page_window};
/// What every page of the workshop has in its title.
pub const WORKSHOP: &str = "LocalLibrary workshop";

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
pub fn own_words(cause: Error) -> Error {
    match cause {
        Error::Request(..) | Error::NotFound => cause,
        cause => Error::Request(StatusCode::INTERNAL_SERVER_ERROR, cause.to_string()),
    }
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
