//! Markdown to HTML, with colours in its code, and with its drawings in the page itself: there they take its colours.

use std::slice;

use journey::text;
use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd};

use crate::{
    project::root,
    text::{code, django::DjangoBlock},
};

/// The program that a text is about, and the page that shows it.
pub struct Source<'a> {
    /// Its text.
    pub text: &'a str,
    /// The address of its page; each line has an anchor there.
    pub page: String,
}

impl Source<'_> {
    /// No program: then no code leads anywhere.
    pub fn none() -> Self {
        Self {
            text: "",
            page: String::new(),
        }
    }

    /// The first line of the program that begins this code, whatever its indentation.
    pub fn line_of(&self, code: &str) -> Option<usize> {
        let wanted = dedented(code.lines());
        let lines: Vec<_> = self.text.lines().collect();
        let mut places = lines.windows(wanted.len().max(1));
        let place = places.position(|window| dedented(window.iter().copied()) == wanted)?;
        Some(place + 1)
    }

    fn link_to(&self, code: &str) -> Markup {
        html! {
            @if let Some(line) = self.line_of(code) {
                p.origin { a href={ (self.page) "#L" (line) } { "In the source, line " (line) } }
            }
        }
    }
}

/// Lines without the indentation that all of them have.
fn dedented<'a>(lines: impl Iterator<Item = &'a str> + Clone) -> Vec<&'a str> {
    let full = lines.clone().filter(|line| !line.trim().is_empty());
    let indent = full
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    lines.map(|line| line.get(indent..).unwrap_or("")).collect()
}

/// What is being collected: it becomes one piece of HTML at its end.
enum Open {
    Code { language: String, text: String },
    Drawing { file: String, says: String },
}

/// The HTML of a Markdown text of ours. Code that stands in `source` leads there, to a page like `/steps/3/code`.
pub fn to_html(text: &str, source: &Source<'_>) -> PreEscaped<String> {
    with_django(text, source, &[])
}

/// How a quote begins that says what a terminal does instead, in pulldown-cmark's HTML and in ours.
const QUOTE: &str = "<blockquote>\n<p>In a terminal: ";
const TERMINAL: &str = "<blockquote class=\"terminal\">\n<p>In a terminal: ";

/// The HTML of a slide as a lesson has it: what a terminal does is behind a fold.
pub fn with_terminal_folded(html: &str) -> PreEscaped<String> {
    let mut parts = html.split(TERMINAL);
    let mut page = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let (inside, rest) = part.split_once("</blockquote>").unwrap_or((part, ""));
        page += &format!(
            "<details class=\"terminal\"><summary>In a terminal</summary><p>{inside}</details>{rest}"
        );
    }
    PreEscaped(page)
}

/// The words of a Markdown text, without its signs and its drawings.
pub fn words(text: &str) -> String {
    let pieces: Vec<CowStr<'_>> = Parser::new_ext(text, Options::ENABLE_TABLES)
        .filter_map(|event| match event {
            Event::Text(words) | Event::Code(words) => Some(words),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Item
                | TagEnd::TableCell
                | TagEnd::CodeBlock
                | TagEnd::Heading(_),
            )
            | Event::SoftBreak => Some(" ".into()),
            _ => None,
        })
        .collect();
    pieces
        .concat()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The same, and beside each block of Rust what it is in Django, in order.
pub fn with_django(text: &str, source: &Source<'_>, django: &[DjangoBlock]) -> PreEscaped<String> {
    let (mut open, mut django) = (None, django.iter());
    let events = Parser::new_ext(text, Options::ENABLE_TABLES);
    let mut page = String::with_capacity(text.len() * 2);
    pulldown_cmark::html::push_html(
        &mut page,
        events.filter_map(|event| replaced(event, &mut open, source, &mut django)),
    );
    // A page may have no style of its own, and pulldown-cmark aligns a column with one.
    let page = page.replace("style=\"text-align: right\"", "class=\"right\"");
    PreEscaped(page.replace(QUOTE, TERMINAL))
}

/// The event itself, or our own HTML at the end of a block of code and of a drawing.
fn replaced<'a>(
    event: Event<'a>,
    open: &mut Option<Open>,
    source: &Source<'_>,
    django: &mut slice::Iter<'_, DjangoBlock>,
) -> Option<Event<'a>> {
    match (event, open.take()) {
        (Event::Start(Tag::CodeBlock(kind)), _) => {
            let language = match kind {
                CodeBlockKind::Fenced(language) => language.into_string(),
                CodeBlockKind::Indented => String::new(),
            };
            *open = Some(Open::Code {
                language,
                text: String::new(),
            });
            None
        }
        (Event::Start(Tag::Image { dest_url, .. }), _) => {
            *open = Some(Open::Drawing {
                file: dest_url.into_string(),
                says: String::new(),
            });
            None
        }
        (Event::Text(words), Some(mut collecting)) => {
            match &mut collecting {
                Open::Code { text, .. } => text.push_str(&words),
                Open::Drawing { says, .. } => says.push_str(&words),
            }
            *open = Some(collecting);
            None
        }
        (Event::End(TagEnd::CodeBlock), Some(Open::Code { language, text })) => {
            let html = html! { (code::block(&language, &text)) (source.link_to(&text)) };
            let block = if language == "rust" {
                django.next()
            } else {
                None
            };
            let html = match block {
                Some(block) => beside(html, block),
                None => html,
            };
            Some(Event::Html(html.into_string().into()))
        }
        (Event::End(TagEnd::Image), Some(Open::Drawing { file, says })) => Some(Event::InlineHtml(
            drawing(&file, &says).into_string().into(),
        )),
        (event, before) => {
            *open = before;
            Some(event)
        }
    }
}

/// Code and what it is in Django, which the style sheet shows when a lesson's switch is on.
fn beside(code: Markup, block: &DjangoBlock) -> Markup {
    html! {
        div.twins {
            div { (code) }
            figure.django {
                (code::block(&block.language, &block.code))
                figcaption.origin { "In Django" }
            }
        }
    }
}

/// A drawing of `slides/`. The decks name it; no address of a request does.
fn drawing(file: &str, says: &str) -> Markup {
    let svg = text::read(root().join("slides").join(file)).unwrap_or_default();
    html! { span.drawing role="img" aria-label=(says) { (PreEscaped(svg)) } }
}
