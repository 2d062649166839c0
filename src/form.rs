//! What people type: axum's extractors, answering bad input with our page instead of a bare line.

use axum::extract::{FromRequest, FromRequestParts};
use serde::Deserialize;

use crate::Error;

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
        // Bytes that are no UTF-8 arrive as the replacement character: the form decoder puts it there.
        if text.contains(|c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER) {
            return Err("use only characters that can be printed, in UTF-8".into());
        }
        Ok(Self(text.into()))
    }
}

/// A form of one text field, as [`page::text_form`](crate::page::text_form) draws it.
#[derive(Deserialize)]
pub struct TextField {
    /// What was typed.
    pub text: ShortText,
}
