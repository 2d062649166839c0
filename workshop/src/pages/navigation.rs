//! What stands around each view: the bar with the steps, and the tabs of one step.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use locallibrary::{Error, Sentence, form::Form};
use maud::{Markup, html};
use serde::Deserialize;

use super::off_thread;
use crate::{
    course::Lesson,
    learner::progress::Next,
    shell::layout::{WORKSHOP, layout, sentence},
    text::search::LONGEST,
    workshop::Workshop,
};

/// The views of a step, as its tabs show them: the last part of the address, and the word.
const TABS: [(&str, &str); 4] = [
    ("", "Lesson"),
    ("/mine", "My work"),
    ("/code", "Code"),
    ("/slides", "Slides"),
];

/// A page that belongs to no step.
pub fn page(workshop: &Workshop, title: &str, content: Markup) -> Markup {
    layout(
        title,
        "workshop",
        html! {
            (header(workshop, None, None))
            main #content .single { h1 { (title) } (content) }
        },
    )
}

/// The page that answers a search, whose field has the focus.
pub fn found_page(workshop: &Workshop, asked: &str, content: Markup) -> Markup {
    layout(
        "Search",
        "workshop",
        html! {
            (header(workshop, None, Some(asked)))
            main #content .single { h1 { "Search" } (content) }
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
            (header(workshop, Some((lesson, tab)), None))
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

/// The bar at the top: a search, the steps, with a mark on those that are done or looked at, and what comes next.
fn header(workshop: &Workshop, here: Option<(&Lesson, &str)>, asked: Option<&str>) -> Markup {
    let progress = workshop.progress.read();
    html! {
        header.top {
            a.brand href="/" {
                img src="/static/icon.svg" alt="" width="28" height="28";
                span { (WORKSHOP) }
            }
            form.find role="search" action="/search" {
                input #find type="search" name="q" value=[asked] autofocus[asked.is_some()] maxlength=(LONGEST)
                    aria-label="Search the workshop" aria-keyshortcuts="/" placeholder="Search" title="The key / leads here" autocomplete="off";
            }
            nav.steps aria-label="Steps" {
                @for lesson in workshop.course.lessons() {
                    @let step = lesson.step;
                    @let done = progress.is_done(lesson);
                    @let seen = progress.looked_at.contains(&step.number);
                    a.done[done].seen[seen] href={ "/steps/" (step.number) } title=(step.title)
                        aria-current=[here.is_some_and(|(it, _)| it.step.number == step.number).then_some("true")] {
                        span.hidden { "Step " } (step.number)
                        @if done { span.hidden { ", done" } } @else if seen { span.hidden { ", looked at" } }
                    }
                }
            }
            (go_on(workshop, here))
            nav.more aria-label="Workshop" {
                a href="/glossary" { "Glossary" }
                a href="/api" { "API" }
                a href="/instructor" { "For the instructor" }
            }
        }
    }
}

/// The views that somebody who goes on from them has seen: a lesson, and the exercises behind it.
const LEFT_BEHIND: [&str; 2] = ["", "/mine"];

/// The one button that goes on, with what comes next. It is a form: pressing it is noted.
pub(super) fn go_on(workshop: &Workshop, here: Option<(&Lesson, &str)>) -> Markup {
    let mut progress = workshop.progress.read();
    let is_new = progress.looked_at.is_empty() && progress.reached.is_empty();
    let seen = here.filter(|(_, tab)| LEFT_BEHIND.contains(tab));
    match (here, seen) {
        (_, Some((lesson, _))) => progress.look_at(lesson.step.number),
        (Some((lesson, _)), None) => progress.current = lesson.step.number,
        (None, None) => {}
    }
    html! {
        form.go-on method="post" action="/continue" data-part="go-on" {
            @if let Some((lesson, _)) = here { input type="hidden" name="step" value=(lesson.step.number); }
            @if seen.is_some() { input type="hidden" name="seen" value="true"; }
            button {
                @match progress.next(&workshop.course) {
                    Some(Next::Lesson(lesson)) => {
                        @if is_new && seen.is_none() { "Begin: step " } @else { "Continue: step " } (lesson.step.number)
                        span.title-of { ", " (lesson.step.title) }
                    }
                    Some(Next::Exercise(task)) => {
                        "Continue: exercise " (task.exercise.unwrap_or_default()) " of step " (task.lesson.step.number)
                    }
                    None => "Continue: take it home",
                }
            }
        }
    }
}

/// From where somebody goes on.
#[derive(Deserialize)]
pub(super) struct From {
    step: Option<u8>,
    #[serde(default)]
    seen: bool,
}

/// `POST /continue`: notes what was seen, and goes to what comes next.
pub(super) async fn proceed(
    State(workshop): State<Arc<Workshop>>,
    Form(From { step, seen }): Form<From>,
) -> Result<Redirect, Error> {
    let step = step.filter(|step| workshop.course.get(*step).is_some());
    let to = off_thread(move || {
        let mut to = "/take-it-home".to_string();
        workshop.progress.change(|progress| {
            match step {
                Some(step) if seen => progress.look_at(step),
                Some(step) => progress.current = step,
                None => {}
            }
            let (step, address) = match progress.next(&workshop.course) {
                Some(Next::Lesson(lesson)) => {
                    let number = lesson.step.number;
                    let section = progress.reached.get(&number);
                    let place = section.map(|section| format!("#{section}"));
                    (
                        number,
                        format!("/steps/{number}{}", place.unwrap_or_default()),
                    )
                }
                Some(Next::Exercise(task)) => (task.lesson.step.number, task.address()),
                None => return,
            };
            (progress.current, to) = (step, address);
        })?;
        Ok(to)
    });
    Ok(Redirect::to(&to.await?))
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
        p { a.button href="/" { "Go to the overview of the workshop" } }
    };
    (status, page(&workshop, title, content)).into_response()
}
