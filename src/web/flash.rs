//! A message for the next page: shown once, and by the page that it was meant for.
//!
//! Somebody sends a form, and the answer sends the browser to another page, which should say what has happened. So the
//! message waits in the session. If the next page that comes along showed and deleted it, it would be lost to a page that
//! the browser loads in advance, or be shown in another tab. So each message has a number, and only the page whose
//! address has that number shows it: `/basket?said=3`. Django: `django.contrib.messages`.

use std::collections::BTreeMap;

use axum::{
    extract::{FromRequestParts, Query},
    http::{HeaderMap, Method, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use lossless_sessions::SessionExt;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use super::Error;

/// The session's key for the messages.
const KEY: &str = "flash";

/// How many messages wait. If a page is never opened, its message is dropped when others have come.
const MOST_WAITING: usize = 8;

/// The messages of a session.
#[derive(Default, Deserialize, Serialize)]
struct Messages {
    /// The number of the last one. It only rises, so an address that was used before shows no later message.
    last: u64,
    waiting: BTreeMap<u64, String>,
}

/// The messages of this visitor, for a handler that leaves one or shows one.
pub struct Flash {
    session: Session,
    /// The message that this page should show.
    asked: Option<u64>,
}

/// What the address of a page carries.
#[derive(Deserialize)]
struct Said {
    said: u64,
}

impl<S: Send + Sync> FromRequestParts<S> for Flash {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let session = Session::from_request_parts(parts, state).await;
        let session = session.map_err(IntoResponse::into_response)?;
        let said = Query::<Said>::try_from_uri(&parts.uri);
        let is_seen = parts.method == Method::GET && !is_in_advance(&parts.headers);
        let asked = said.ok().filter(|_| is_seen).map(|Query(said)| said.said);
        Ok(Self { session, asked })
    }
}

/// Whether the browser loads a page before somebody asks for it, and may never show it: `Sec-Purpose: prefetch` (Fetch
/// standard), and what older browsers call it.
fn is_in_advance(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"]
        .iter()
        .flat_map(|name| headers.get_all(*name))
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.starts_with("prefetch") || value.starts_with("preview"))
}

impl Flash {
    /// Sends the browser to `path`, which has no query, and leaves a message for that page.
    ///
    /// # Errors
    /// [`Error`], here and below, when the session cannot be read.
    pub async fn redirect(self, path: &str, message: impl Into<String>) -> Result<Redirect, Error> {
        let change = |messages: &mut Messages| {
            messages.last += 1;
            messages.waiting.insert(messages.last, message.into());
            while messages.waiting.len() > MOST_WAITING {
                messages.waiting.pop_first();
            }
        };
        let messages = self.session.edit(KEY, Messages::default(), change).await?;
        Ok(Redirect::to(&format!("{path}?said={}", messages.last)))
    }

    /// The message for this page, which takes it out of the session; nothing if there is none.
    ///
    /// Call it last. A page that fails afterwards would have taken a message that nobody sees.
    pub async fn show(self) -> Result<Markup, Error> {
        let mut messages = self.session.get_or(KEY, Messages::default()).await?;
        let message = self
            .asked
            .and_then(|number| messages.waiting.remove(&number));
        if message.is_some() {
            self.session.insert(KEY, messages).await?;
        }
        Ok(html! { @if let Some(message) = message { p.flash role="status" { (message) } } })
    }
}
