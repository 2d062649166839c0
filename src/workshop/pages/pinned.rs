//! The pinned pages: what the tests compare every page with.

use std::fs;

use axum::extract::State;
use maud::{Markup, html};

use super::{
    Path, Shared, StepNumber,
    replays::{find_journey, framed},
};
use crate::workshop::{
    Workshop, code,
    deck::slug,
    view::{self, Problem},
};

/// `/steps/3/pages`.
pub(super) async fn list(State(workshop): State<Shared>, number: StepNumber) -> Markup {
    let lesson = workshop.lesson(number);
    let content = html! {
        p { "The last page of each journey, as the tests expect it. They are the answer key: compare with them, and leave them as they are." }
        ul.cards {
            @for journey in lesson.step.journeys {
                li { a href={ "/steps/" (lesson.step.number) "/pages/" (slug(journey.title)) } { (journey.title) } }
            }
        }
    };
    view::step_page(&workshop, lesson, "/pages", content)
}

/// `/steps/3/pages/second-visit`.
pub(super) async fn page(
    State(workshop): State<Shared>,
    number: StepNumber,
    Path((_, name)): Path<(String, String)>,
) -> Result<Markup, Problem> {
    let lesson = workshop.lesson(number);
    let journey = find_journey(lesson.step, &name)?;
    let page = workshop.snapshot(&format!("step{}-{name}", lesson.step.number))?;
    let wire = workshop.snapshot(&format!("step{}-{name}-wire", lesson.step.number))?;
    let content = html! {
        h2 { "Pinned: " (journey.title) }
        (framed(&page, "The pinned page"))
        h3 { "On the wire, and in the store" }
        (code::block("text", &wire))
        h3 { "Its HTML" }
        (code::block("html", &page))
        p { a href={ "/steps/" (lesson.step.number) "/replays/" (name) } { "Replay this journey" } }
    };
    Ok(view::step_page(&workshop, lesson, "/pages", content))
}

impl Workshop {
    /// The text of `snapshots/NAME.snap`. The name comes from the list of journeys, never from an address.
    fn snapshot(&self, name: &str) -> Result<String, Problem> {
        let file = self.root.join("snapshots").join(format!("{name}.snap"));
        let text = fs::read_to_string(&file).map_err(|_| {
            Problem::not_found(format!(
                "snapshots/{name}.snap is missing; git restore snapshots brings it back"
            ))
        })?;
        // Insta's own header stands between two lines of three dashes.
        let pinned = text.splitn(3, "---\n").nth(2).unwrap_or_default();
        Ok(pinned.to_string())
    }
}
