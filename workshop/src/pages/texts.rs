//! The texts that belong to no step: the Rust primer, the glossary, and how to take the sessions home.

use std::sync::LazyLock;

use axum::extract::State;
use journey::text;
use maud::{Markup, PreEscaped, html};

use super::{Context, navigation};
use crate::text::{deck::slug, markdown, search::Passage};

/// A text, and what is made of it at the first call: colouring its code takes a moment.
struct Text {
    source: &'static str,
    body: LazyLock<Markup>,
}

static PRIMER: Text = Text {
    source: text!("../../../slides/00-rust-primer.md"),
    body: LazyLock::new(|| sections(&PRIMER)),
};
static GLOSSARY: Text = Text {
    source: text!("../../../slides/glossary.md"),
    body: LazyLock::new(|| rows(&GLOSSARY)),
};
static TAKE_IT_HOME: Text = Text {
    source: text!("../../../slides/take-it-home.md"),
    body: LazyLock::new(|| sections(&TAKE_IT_HOME)),
};

/// `/primer`: the Rust that the steps use, for people who know Django.
pub(super) async fn primer(State(workshop): State<Context>) -> Markup {
    page(&workshop, &PRIMER)
}

/// `/glossary`: the words that the lessons use.
pub(super) async fn glossary(State(workshop): State<Context>) -> Markup {
    page(&workshop, &GLOSSARY)
}

/// `/take-it-home`: the sessions in a program of one's own.
pub(super) async fn take_it_home(State(workshop): State<Context>) -> Markup {
    let content = html! {
        (*TAKE_IT_HOME.body)
        p { a.button href="/security" { "Check the sessions of your own site" } }
    };
    navigation::page(&workshop, TAKE_IT_HOME.title(), content)
}

fn page(workshop: &Context, text: &Text) -> Markup {
    navigation::page(workshop, text.title(), text.body.clone())
}

impl Text {
    fn title(&self) -> &'static str {
        let title = self.source.lines().next().unwrap_or_default();
        title.trim_start_matches("# ")
    }

    /// What stands before the first heading, and then each part with its own.
    fn parts(&self) -> impl Iterator<Item = &'static str> {
        let body = self.source.split_once('\n').map_or("", |(_, body)| body);
        body.split("\n## ")
    }

    /// The parts as they can be found.
    fn passages(&self, address: &str) -> impl Iterator<Item = Passage> {
        self.parts().skip(1).map(move |part| {
            let (heading, text) = part.split_once('\n').unwrap_or((part, ""));
            let address = format!("{address}#{}", slug(heading));
            Passage::new(
                self.title(),
                &markdown::words(heading),
                address,
                markdown::words(text),
            )
        })
    }
}

fn to_html(text: &str) -> Markup {
    // The code comes from several files; the words around it say from which.
    markdown::to_html(text, &markdown::Source::none())
}

/// A text whose parts have names.
fn sections(text: &Text) -> Markup {
    html! {
        (to_html(text.parts().next().unwrap_or_default()))
        @for part in text.parts().skip(1) {
            section id=(slug(part.lines().next().unwrap_or_default())) { (to_html(&format!("## {part}"))) }
        }
    }
}

/// A text that is a table, whose rows have names.
fn rows(text: &Text) -> Markup {
    let html = to_html(text.parts().next().unwrap_or_default()).into_string();
    let mut rows = html.split("<tr><td>");
    html! {
        (PreEscaped(rows.next().unwrap_or_default()))
        @for row in rows {
            (PreEscaped(format!("<tr id=\"{}\"><td>{row}", slug(row.split("</td>").next().unwrap_or_default()))))
        }
    }
}

/// Each word of the glossary, and each part of the other texts.
pub(super) fn passages() -> impl Iterator<Item = Passage> {
    let rows = GLOSSARY
        .source
        .lines()
        .filter_map(|line| line.strip_prefix("| "));
    let words = rows.skip(1).filter_map(|row| row.split_once(" | "));
    let words = words.map(|(word, meaning)| {
        let meaning = markdown::words(&meaning.replace('|', ""));
        Passage::new(
            GLOSSARY.title(),
            word,
            format!("/glossary#{}", slug(word)),
            meaning,
        )
    });
    let home = TAKE_IT_HOME.passages("/take-it-home");
    words.chain(PRIMER.passages("/primer")).chain(home)
}
