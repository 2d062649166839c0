//! Edit here: the learner's program in a field of My work. What is saved is built and checked, as after any other save.

use axum::{extract::State, http::StatusCode};
use journey::text;
use locallibrary::Error;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Context, StepNumber, off_thread};
use crate::{
    course::Lesson,
    learner::{
        edit::{LONGEST, Read, Saved},
        watch::State as Watched,
    },
    text::diff,
    workshop::Workshop,
};

/// The largest form: a program as a form has it, in which a sign may take three bytes.
pub(super) const LARGEST_FORM: usize = 3 * LONGEST;

/// What is sent.
#[derive(Deserialize)]
pub(super) struct Edited {
    text: String,
    /// The digest of what was read.
    read: String,
    /// Which of two versions is to stay.
    #[serde(default)]
    keep: Keep,
    /// Not empty when the script wants the field alone.
    #[serde(default)]
    pub(super) part: String,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Keep {
    #[default]
    Neither,
    Mine,
    File,
}

/// Saves: the field anew, or both versions when the file has changed since it was read.
pub(super) async fn save(
    workshop: &Workshop,
    step: u8,
    edited: Edited,
) -> Result<(StatusCode, Markup), Error> {
    let Edited {
        text, read, keep, ..
    } = edited;
    let (mine, typed) = (workshop.mine.clone(), text.clone());
    let saved = off_thread(move || match keep {
        Keep::File => Ok(mine.read().map(Saved::Done)),
        _ => mine.save(&typed, &read, keep == Keep::Mine).map(Some),
    });
    Ok(match saved.await? {
        Some(Saved::Changed(disk)) => (StatusCode::CONFLICT, field(step, &disk, Some(&text))),
        Some(Saved::Done(now)) => (StatusCode::OK, field(step, &now, None)),
        None => (StatusCode::OK, html! {}),
    })
}

/// `GET /steps/3/mine/file`: the field alone, for the script, when another editor has saved.
pub(super) async fn fresh(State(workshop): State<Context>, number: StepNumber) -> Markup {
    editor(&workshop, workshop.lesson(number))
}

/// The field, where there is something to edit.
pub(super) fn editor(workshop: &Workshop, lesson: &Lesson) -> Markup {
    let read = workshop.mine.read();
    html! { @if let Some(read) = &read { (field(lesson.step.number, read, None)) } }
}

/// The field; with what somebody has typed when the file was changed meanwhile, and what the file has beside it.
fn field(step: u8, disk: &Read, typed: Option<&str>) -> Markup {
    let text = typed.map_or(disk.text.clone(), |typed| text::normal(typed).into_owned());
    let (lines, longest) = (text.lines().count() + 1, text.lines().map(str::len).max());
    let numbers: String = (1..=lines).map(|line| format!("{line}\n")).collect();
    html! {
        details.fold.editor #edit open[typed.is_some()]
            data-live="Here you edit your own program." {
            summary { h2 { "Edit here" } }
            form method="post" action={ "/steps/" (step) "/mine/file" } {
                input type="hidden" name="read" value=(disk.digest);
                @if typed.is_some() { (conflict(&text, disk)) }
                div.source {
                    pre.numbers aria-hidden="true" { (numbers) }
                    div.marks aria-hidden="true" {}
                    // A browser leaves out the first line end.
                    textarea name="text" aria-label="steps/mine/main.rs" aria-describedby="edit-keys" rows=(lines)
                        cols=(longest.unwrap_or_default().max(40) + 1) wrap="off" spellcheck="false" autocapitalize="off"
                        autocomplete="off" { "\n" (text) }
                }
                button.primary[typed.is_none()] { "Save" }
                output {}
                p.note #edit-keys data-script hidden {
                    "Tab indents, Escape and then Tab leaves the field, and Ctrl-S or Cmd-S saves."
                }
            }
        }
    }
}

fn conflict(typed: &str, disk: &Read) -> Markup {
    html! {
        p.bad role="alert" {
            "steps/mine/main.rs has changed since you read it, so nothing was saved. Below is what you typed."
        }
        p {
            button.primary name="keep" value="mine" { "Keep mine" } " "
            button name="keep" value="file" { "Take the file’s" }
        }
        p.note { "The file’s version is kept beside it under another name when you keep yours. It differs from yours so:" }
        (diff::code_changes(typed, &disk.text))
    }
}

/// What the page is told while it stays open: whether the file has changed, and at which lines the compiler says what.
pub(super) fn parts(workshop: &Workshop, state: &Watched) -> Markup {
    let digest = workshop.mine.read().map(|read| read.digest);
    let lines = state.said.iter().filter_map(|one| Some((one.line?, one)));
    html! {
        span hidden data-part="file" data-digest=[digest] {}
        ul.lines data-part="lines" aria-label="What the compiler says of your program" {
            @for (line, one) in lines {
                li.bad[one.is_error] data-line=(line) { "Line " (line) ": " span { (one.message) } }
            }
        }
    }
}
