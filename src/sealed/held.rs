//! What a browser holds, as anybody who has the browser can read it.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use cookie::CookieJar;
use maud::{Markup, Render, html};

/// The cookie that came with a request; an extension of the request.
#[derive(Clone)]
pub struct Held {
    name: &'static str,
    value: Option<String>,
}

impl Held {
    pub(super) fn of(jar: &CookieJar, name: &'static str) -> Self {
        let value = jar.get(name).map(|cookie| cookie.value().into());
        Self { name, value }
    }

    pub(super) fn is_there(&self) -> bool {
        self.value.is_some()
    }
}

/// The part of a page that decodes the cookie. It needs no key for that.
impl Render for Held {
    fn render(&self) -> Markup {
        let Some(value) = &self.value else {
            return html! { p { "Your browser has sent no cookie " code { (self.name) } "." } };
        };
        html! {
            p { "Your browser has sent the cookie " code { (self.name) } ", of "
                (self.name.len() + value.len()) " bytes:" }
            p { code { (value) } }
            p { "Without any key, it can be read as:" }
            ul { @for part in parts(value) { li { code { (part) } } } }
        }
    }
}

/// A dot ends a part, and so does the padding of base64.
fn parts(value: &str) -> impl Iterator<Item = String> {
    let parts = value.split(['.', '=']).filter(|part| !part.is_empty());
    parts.map(read)
}

fn read(part: &str) -> String {
    // The two alphabets of base64 differ in two characters.
    let part = part.replace('+', "-").replace('/', "_");
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(&part).unwrap_or_default();
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains(char::is_control) => text,
        Ok(text) => unreadable(text.len()),
        Err(no_text) => unreadable(no_text.as_bytes().len()),
    }
}

fn unreadable(bytes: usize) -> String {
    format!("{bytes} bytes that say nothing")
}
