//! What the workshop does on the learner's machine: look at it, and open a file in the editor.

use axum::{extract::State, http::StatusCode};
use locallibrary::{Error, form::Form};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Context, navigation};
use crate::{
    machine::{doctor, editor},
    shell::layout::{self, not_found},
};

/// `/doctor`.
pub(super) async fn doctor(State(workshop): State<Context>) -> Markup {
    let signs = doctor::examine(&workshop.course).await;
    let content = html! {
        div data-live="Here stands what a machine has, and what it lacks." {
            p {
                "What this machine has. Copy it for your instructor when something does not work; "
                "it names no person and no folder."
            }
            pre.code tabindex="0" { code { (signs.to_string()) } }
        }
    };
    navigation::page(&workshop, "Doctor", content)
}

/// A place in a file of this project.
#[derive(Deserialize)]
pub(super) struct Place {
    file: String,
    #[serde(default = "first")]
    line: u32,
}

fn first() -> u32 {
    1
}

/// `POST /open`: opens a file of this project in the learner's editor.
pub(super) async fn open(
    State(workshop): State<Context>,
    Form(Place { file, line }): Form<Place>,
) -> Result<(StatusCode, Markup), Error> {
    let outside = || not_found("there is no such file in this project");
    let path = editor::file_in(&workshop.root, &file).ok_or_else(outside)?;
    let (status, said) = match editor::open(&path, line).await {
        Ok(editor) => (
            StatusCode::OK,
            format!("Opened {file} at line {line} in {editor}."),
        ),
        Err(reason) => (
            StatusCode::CONFLICT,
            layout::sentence(&format!("{reason}; copy the path instead")),
        ),
    };
    let content = html! {
        p { (said) }
        pre.code tabindex="0" { code { (path.display()) ":" (line) } }
        p { a href="/" { "Go to the overview of the workshop" } }
    };
    Ok((
        status,
        navigation::page(&workshop, "Open in the editor", content),
    ))
}
