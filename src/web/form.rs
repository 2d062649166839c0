//! Forms, and what people type into them. The extractors are axum's, but answer bad input with a page of ours instead of
//! a bare line.

use axum::{
    extract::{FromRequest, FromRequestParts},
    http::StatusCode,
};
use maud::{Markup, html};
use serde::Deserialize;

use super::Error;

/// `axum::Form` whose refusal is an error page.
#[derive(FromRequest)]
#[from_request(via(axum::Form), rejection(Error))]
pub struct Form<T>(pub T);

/// `axum::extract::Query` whose refusal is an error page.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Error))]
pub struct Query<T>(pub T);

/// `axum::extract::Path` whose refusal is the page "not found".
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Error))]
pub struct Path<T>(pub T);

/// The longest [`ShortText`], in characters.
pub const SHORT_TEXT: usize = 100;

/// One line that a person typed: 1 to [`SHORT_TEXT`] characters, trimmed, no control characters.
///
/// A session is stored as a whole at each change, so what goes into it has a limit.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub struct ShortText(pub String);

impl TryFrom<String> for ShortText {
    type Error = String;

    fn try_from(typed: String) -> Result<Self, String> {
        let text = typed.trim();
        if text.is_empty() {
            return Err("type at least one character".into());
        }
        if text.chars().count() > SHORT_TEXT {
            return Err(format!("type at most {SHORT_TEXT} characters"));
        }
        // The form decoder replaces bytes that are not UTF-8 with the replacement character.
        if text.contains(|c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER) {
            return Err("use only characters that can be printed, in UTF-8".into());
        }
        Ok(Self(text.into()))
    }
}

/// What the form of [`text_form`] sends.
#[derive(Deserialize)]
pub struct TextField {
    /// What was typed.
    pub text: ShortText,
}

/// A form with one text field, posted to `action`; [`TextField`] receives it.
pub fn text_form(action: &str, label: &str, submit: &str) -> Markup {
    html! {
        form method="post" action=(action) {
            label for="text" { (label) }
            input #text name="text" required maxlength=(SHORT_TEXT);
            button { (submit) }
        }
    }
}

/// A button that posts to `action`. Whatever changes something must be a POST, and never a link.
pub fn button(action: &str, label: &str) -> Markup {
    html! {
        form method="post" action=(action) { button { (label) } }
    }
}

/// What the form of [`number_form`] sends.
#[derive(Deserialize)]
pub struct NumberField {
    /// What was chosen.
    pub number: u32,
}

impl NumberField {
    /// The number, if it is one of those that were offered; a form can send anything.
    ///
    /// # Errors
    /// [`Error::Request`] when it was not offered.
    pub fn one_of(&self, offered: &[u32]) -> Result<u32, Error> {
        if offered.contains(&self.number) {
            return Ok(self.number);
        }
        Err(Error::Request(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!(
                "{} is not on offer; choose one of {offered:?}.",
                self.number
            ),
        ))
    }
}

/// A form for choosing one of the `offered` numbers, posted to `action`; [`NumberField`] receives it.
pub fn number_form(action: &str, label: &str, offered: &[u32], chosen: u32) -> Markup {
    html! {
        form method="post" action=(action) {
            label for="number" { (label) }
            select #number name="number" {
                @for number in offered {
                    option value=(number) selected[*number == chosen] { (number) }
                }
            }
            button { "Choose" }
        }
    }
}
