//! The texts that belong to no step: the Rust primer, the glossary, and how to take the sessions home.

use std::sync::LazyLock;

use axum::extract::State;
use journey::text;
use maud::{Markup, html};

use super::{Context, navigation};
use crate::text::markdown::{self, Source};

/// A text's title, and what stands below it, made at the first call: colouring its code takes a moment.
type Text = LazyLock<(&'static str, Markup)>;

static PRIMER: Text = LazyLock::new(|| read(text!("../../../slides/00-rust-primer.md")));
static GLOSSARY: Text = LazyLock::new(|| read(text!("../../../slides/glossary.md")));
static TAKE_IT_HOME: Text = LazyLock::new(|| read(text!("../../../slides/take-it-home.md")));

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
    let (title, body) = &*TAKE_IT_HOME;
    let content = html! {
        (body)
        p { a.button href="/security" { "Check the sessions of your own site" } }
    };
    navigation::page(&workshop, title, content)
}

fn page(workshop: &Context, (title, body): &(&str, Markup)) -> Markup {
    navigation::page(workshop, title, body.clone())
}

fn read(text: &'static str) -> (&'static str, Markup) {
    let (title, body) = text.split_once('\n').unwrap_or((text, ""));
    // The code comes from several files; the words around it say from which.
    let source = Source {
        text: "",
        page: String::new(),
    };
    (
        title.trim_start_matches("# "),
        markdown::to_html(body, &source),
    )
}
