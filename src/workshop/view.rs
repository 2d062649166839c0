//! What every page of the workshop has around its content.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, html};

use super::{Workshop, course::Lesson};

/// The views of a step, as its tabs show them: the last part of the address, and the word.
const TABS: [(&str, &str); 7] = [
    ("", "Lesson"),
    ("/source", "Source"),
    ("/diff", "What changed"),
    ("/replays", "Replays"),
    ("/pages", "Pinned pages"),
    ("/mine", "My work"),
    ("/slides", "Slides"),
];

/// A whole page. `kind` names its script, and its own style sheet beside the common one: "workshop" or "slides".
pub fn layout(title: &str, kind: &str, content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · LocalLibrary workshop" }
                link rel="icon" href="/static/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/static/workshop.css";
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
    let word = TABS.iter().find(|(path, _)| *path == tab).map_or("", |(_, word)| word);
    let title = format!("Step {}: {}", step.number, step.title);
    layout(
        &format!("{word} · {title}"),
        "workshop",
        html! {
            (header(workshop, Some(lesson)))
            main #content .single[!tab.is_empty()] {
                div.title {
                    h1 { (title) }
                    p { (lesson.minutes()) " minutes" }
                }
                nav.tabs aria-label="This step" {
                    @for (path, word) in TABS {
                        a href={ "/steps/" (step.number) (path) }
                            aria-current=[(path == tab).then_some("page")] { (word) }
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
                span { "LocalLibrary workshop" }
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
            nav.more aria-label="Workshop" { a href="/schedule" { "Schedule" } a href="/doctor" { "Doctor" } }
        }
    }
}

/// What could not be done, as a page with one sentence.
pub struct Problem(pub StatusCode, pub String);

impl Problem {
    /// There is nothing at this address; the sentence says what there is.
    pub fn not_found(sentence: impl Into<String>) -> Self {
        Self(StatusCode::NOT_FOUND, sentence.into())
    }
}

impl Problem {
    /// The workshop itself failed.
    pub fn broken() -> Self {
        let sentence = "Something went wrong in the workshop; the terminal says what";
        Self(StatusCode::INTERNAL_SERVER_ERROR, sentence.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.0.canonical_reason().unwrap_or("Error");
        let page = layout(
            title,
            "workshop",
            html! {
                main #content .single {
                    h1 { (title) }
                    p { (sentence(&self.1)) }
                    p { a href="/" { "Go to the overview of the workshop" } }
                }
            },
        );
        (self.0, page).into_response()
    }
}

impl From<crate::Error> for Problem {
    fn from(cause: crate::Error) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, cause.to_string())
    }
}

/// A sentence of the command line as a page shows it: with a capital and a full stop.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let closed = text.trim_end_matches('”').ends_with(['.', '?', '!']);
    let end = if closed { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
