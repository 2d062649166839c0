//! The pinned pages: what the tests compare every page with.

use std::fs;

use axum::extract::State;
use locallibrary::Error;
use maud::{Markup, html};

use super::{Context, StepNumber};
use crate::{
    Workshop,
    view::{self, framed, not_found},
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
    let content = html! {
        p {
            "The last page of each journey, as the tests expect it. They are the answer key: "
            "compare with them, and leave them as they are."
        }
        @for (journey, page, wire) in &pinned {
            details.fold id=(journey.slug()) {
                summary { h2 { (journey.title) } }
                (framed(page, &format!("Pinned: {}", journey.title)))
                h3 { "On the wire, and in the store" }
                (plain(wire))
                h3 { "Its HTML" }
                (plain(page))
            }
        }
    };
    Ok(view::step_page(&workshop, lesson, "/pages", content))
}

fn plain(text: &str) -> Markup {
    html! { pre.code tabindex="0" { code { (text) } } }
}

impl Workshop {
    /// The text of `snapshots/NAME.snap`. The name comes from the list of journeys, never from an address.
    fn snapshot(&self, name: &str) -> Result<String, Error> {
        let file = self.root.join("snapshots").join(format!("{name}.snap"));
        let text = fs::read_to_string(&file).map_err(|_| {
            not_found(format!(
                "snapshots/{name}.snap is missing; git restore snapshots brings it back"
            ))
        })?;
        // Insta's own header stands between two lines of three dashes.
        let pinned = text.splitn(3, "---\n").nth(2).unwrap_or_default();
        Ok(pinned.to_string())
    }
}
