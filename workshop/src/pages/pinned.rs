//! The pinned pages: what the tests compare every page with.

use axum::{extract::State, http::StatusCode, response::Redirect};
use journey::{Journey, lines, text};
use locallibrary::{Error, form::Path};
use maud::{Markup, html};

use super::{Context, StepNumber, navigation, program::compiler};
use crate::{
    course::Lesson,
    learner::build::BuildError,
    shell::layout::{acts, difference, not_found, page_window},
    text::code,
    workshop::Workshop,
};

/// `/steps/3/pages`: each behind a fold, `/steps/3/pages#second-visit` among them.
pub(super) async fn list(
    State(workshop): State<Context>,
    number: StepNumber,
) -> Result<Markup, Error> {
    let lesson = workshop.lesson(number);
    let mut pinned = Vec::new();
    for journey in lesson.step.journeys {
        let name = format!("step{}-{}", lesson.step.number, journey.slug());
        let (page, wire) = (
            workshop.snapshot(&name)?,
            workshop.snapshot(&format!("{name}-wire"))?,
        );
        pinned.push((journey, page, wire));
    }
    let compares = workshop.mine.source().is_some();
    let content = html! {
        p.lead {
            "The last page of each journey, as the tests expect it. They are the answer key: "
            "compare with them, and leave them as they are."
        }
        @for (place, (journey, page, wire)) in pinned.iter().enumerate() {
            details.fold id=(journey.slug()) open[place == 0] {
                summary { h2 { (journey.title) } }
                @if compares { (compare_button(lesson.step.number, journey)) }
                div.split {
                    (page_window("pinned", page, "", &format!("Pinned: {}", journey.title)))
                    div {
                        h3 { "On the wire, and in the store" }
                        (code::block("http", wire))
                    }
                }
                h3 { "Its HTML" }
                (code::block("html", page))
            }
        }
    };
    Ok(navigation::step_page(&workshop, lesson, "/pages", content))
}

fn compare_button(step: u8, journey: &Journey) -> Markup {
    html! {
        form method="post" action={ "/steps/" (step) "/pages/" (journey.slug()) } {
            button data-works="Building and running …" { "Compare with my program" }
        }
    }
}

/// `/steps/3/pages/second-visit`: a reloaded comparison leads back to the pinned page.
pub(super) async fn one(
    State(workshop): State<Context>,
    number: StepNumber,
    Path((_, name)): Path<(String, String)>,
) -> Result<Redirect, Error> {
    let lesson = workshop.lesson(number);
    find(lesson, &name)?;
    Ok(Redirect::to(&format!(
        "/steps/{}/pages#{name}",
        lesson.step.number
    )))
}

fn find(lesson: &Lesson, name: &str) -> Result<&'static Journey, Error> {
    let step = lesson.step;
    let found = step.journeys.iter().find(|journey| journey.slug() == name);
    found.ok_or_else(|| not_found(format!("step {} has no journey of this name", step.number)))
}

/// `POST /steps/3/pages/second-visit`: builds the learner's program, makes the journey at it, and shows its last page
/// beside the pinned one.
pub(super) async fn compare(
    State(workshop): State<Context>,
    number: StepNumber,
    Path((_, name)): Path<(String, String)>,
) -> Result<Markup, Error> {
    let lesson = workshop.lesson(number);
    let number = lesson.step.number;
    let journey = find(lesson, &name)?;
    let pinned = workshop.snapshot(&format!("step{number}-{name}"))?;
    let one_at_a_time = workshop.checking.lock().await;
    let seen = workshop.mine.journey(journey).await;
    drop(one_at_a_time);
    let said = match seen {
        Ok(seen) => {
            let mine = &seen.last().page;
            let (mine_says, pinned_says) = (lines(mine), lines(&pinned));
            html! {
                @if mine_says == pinned_says {
                    p.lead { span.good { "Your page says what the pinned one says." } }
                    (page_window(&seen.last().path, mine, "", "Your page"))
                } @else {
                    p.lead { span.bad { "Your page differs from the pinned one." } " The marks show where." }
                    (difference(&seen.last().path, mine, &pinned))
                }
            }
        }
        Err(BuildError::Compiler(words)) => html! {
            p.lead { span.bad { "Your program does not compile yet." } " The compiler says:" }
            (compiler(&words))
        },
        Err(BuildError::Other(cause)) => {
            return Err(Error::Request(StatusCode::CONFLICT, cause.to_string()));
        }
    };
    let content = html! {
        h2.caption { "My program and the pinned page: " (journey.title) }
        (acts(journey))
        (said)
        (compare_button(number, journey))
        p { a href={ "/steps/" (number) "/pages#" (name) } { "All pinned pages of this step" } }
    };
    Ok(navigation::step_page(&workshop, lesson, "/pages", content))
}

impl Workshop {
    /// The text of `snapshots/NAME.snap`. The name comes from the list of journeys, never from an address.
    fn snapshot(&self, name: &str) -> Result<String, Error> {
        let file = self.root.join("snapshots").join(format!("{name}.snap"));
        let text = text::read(&file).map_err(|_| {
            not_found(format!(
                "snapshots/{name}.snap is missing; git restore snapshots brings it back"
            ))
        })?;
        // Insta's own header stands between two lines of three dashes.
        let pinned = text.splitn(3, "---\n").nth(2).unwrap_or_default();
        Ok(pinned.to_string())
    }
}
