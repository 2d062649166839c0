//! Addresses from before a step had four places: each leads to where its content is now.

use axum::{Router, response::Redirect, routing::get};
use locallibrary::{Error, form::Path};

use super::{Context, StepNumber};
use crate::shell::layout::not_found;

pub(super) fn router() -> Router<Context> {
    let code = || get(async |StepNumber(step): StepNumber| to(step, "/code", ""));
    let lab = || get(async |StepNumber(step): StepNumber| to(step, "", "replays"));
    let pinned = async |StepNumber(step): StepNumber, Path((_, page)): Path<(String, String)>| {
        to(step, "/code", &page)
    };
    let exercise = async |StepNumber(step): StepNumber, Path((_, number)): Path<(String, u8)>| {
        to(step, "/mine", &format!("exercise-{number}"))
    };
    Router::new()
        .route(
            "/schedule",
            get(async || Redirect::permanent("/instructor")),
        )
        .route("/steps/{number}/source", code())
        .route("/steps/{number}/diff", code())
        .route("/steps/{number}/pages", code())
        .route("/steps/{number}/pages/{page}", get(pinned))
        .route("/steps/{number}/replays", lab())
        .route("/steps/{number}/replays/{replay}", lab())
        .route("/steps/{number}/exercises/{exercise}", get(exercise))
}

/// The way to a place of a step, and to a part of it. Only what could be such a part gets into the address.
fn to(step: u8, place: &str, part: &str) -> Result<Redirect, Error> {
    if !part.chars().all(|c| c.is_alphanumeric() || c == '-') {
        return Err(not_found("there is no page at this address"));
    }
    let part = if part.is_empty() {
        String::new()
    } else {
        format!("#{part}")
    };
    Ok(Redirect::permanent(&format!("/steps/{step}{place}{part}")))
}
