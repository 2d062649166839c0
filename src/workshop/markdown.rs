//! Markdown to HTML, with colours in its code.

use maud::PreEscaped;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd, html};

use super::code;

/// The HTML of a Markdown text of ours.
pub fn to_html(text: &str) -> PreEscaped<String> {
    let mut page = String::with_capacity(text.len() * 2);
    html::push_html(&mut page, with_colours(Parser::new_ext(text, Options::ENABLE_TABLES)));
    PreEscaped(page)
}

/// Replaces each block of code by its coloured HTML.
fn with_colours<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut open: Option<(String, String)> = None;
    events.filter_map(move |event| match (event, &mut open) {
        (Event::Start(Tag::CodeBlock(kind)), _) => {
            let language = match kind {
                CodeBlockKind::Fenced(language) => language.into_string(),
                CodeBlockKind::Indented => String::new(),
            };
            open = Some((language, String::new()));
            None
        }
        (Event::Text(text), Some((_, code))) => {
            code.push_str(&text);
            None
        }
        (Event::End(TagEnd::CodeBlock), _) => {
            let (language, code) = open.take().unwrap_or_default();
            Some(Event::Html(code::block(&language, &code).into_string().into()))
        }
        (event, _) => Some(event),
    })
}
