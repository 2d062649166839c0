//! What people type: axum's extractors, answering bad input with our page instead of a bare line.

use axum::{
    extract::{FromRequest, FromRequestParts},
    http::StatusCode,
};
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

/// What the address of a book list carries: `/books?q=austen&page=2`. Both may be absent.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Search {
    /// What to look for, at most [`SHORT_TEXT`] characters; empty finds every book.
    #[serde(deserialize_with = "short")]
    pub q: String,
    /// The page, from 1.
    pub page: u32,
}

fn short<'de, D: serde::Deserializer<'de>>(typed: D) -> Result<String, D::Error> {
    let text = String::deserialize(typed)?;
    if text.chars().count() > SHORT_TEXT {
        return Err(serde::de::Error::custom(format!(
            "search for at most {SHORT_TEXT} characters"
        )));
    }
    Ok(text)
}

/// A form of one number out of several, as [`page::number_form`](crate::page::number_form) draws it.
#[derive(Deserialize)]
pub struct NumberField {
    /// What was chosen.
    pub number: u32,
}

impl NumberField {
    /// The number, if it is one that was offered: a form can send anything.
    ///
    /// # Errors
    /// [`Error::Request`] when it is not.
    pub fn one_of(&self, offered: &[u32]) -> Result<u32, Error> {
        if offered.contains(&self.number) {
            return Ok(self.number);
        }
        Err(Error::Request(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("{} is not on offer; choose one of {offered:?}.", self.number),
        ))
    }
}

/// A form of one text field, as [`page::text_form`](crate::page::text_form) draws it.
#[derive(Deserialize)]
pub struct TextField {
    /// What was typed.
    pub text: ShortText,
}
