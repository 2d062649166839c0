//! The maud layout, and the parts that pages of several steps are made of.

use std::fmt;

use axum::http::StatusCode;
use maud::{DOCTYPE, Markup, html};
use serde_json::Value;

use crate::catalog::Counts;

/// A whole page: head, sidebar, and `content` under its title.
pub fn layout(title: &str, content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="icon" href="/static/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/static/style.css";
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header.sidebar {
                    a.brand href="/" { img src="/static/icon.svg" alt="" width="32" height="32"; "LocalLibrary" }
                    nav aria-label="Site" {
                        a href="/" { "Home" }
                        a href="/books" { "Books" }
                        a href="/authors" { "Authors" }
                    }
                }
                main #content {
                    h1 { (title) }
                    (content)
                }
            }
        }
    }
}

/// The home page's "Dynamic content": the record counts of MDN's tutorial.
pub fn record_counts(counts: &Counts) -> Markup {
    html! {
        h2 { "Dynamic content" }
        p { "The library has the following record counts:" }
        ul.counts {
            li { strong { "Books:" } " " (counts.books) }
            li { strong { "Copies:" } " " (counts.copies) }
            li { strong { "Copies available:" } " " (counts.available) }
            li { strong { "Authors:" } " " (counts.authors) }
        }
    }
}

/// The page for a request that could not be served.
pub(super) fn error(status: StatusCode, sentence: &str) -> Markup {
    let title = status.canonical_reason().unwrap_or("Error");
    layout(
        title,
        html! {
            p { (sentence) }
            p { a href="/" { "Go to the home page" } }
        },
    )
}

/// A name and a value as Rust prints it: `None`, `"mini"`, `true`.
pub fn fact(name: &str, value: &dyn fmt::Debug) -> Markup {
    html! {
        dl.fact { dt { (name) } dd { code { (format!("{value:?}")) } } }
    }
}

/// The keys and values of a session, as JSON.
pub fn items(items: &[(String, Value)]) -> Markup {
    html! {
        h2 { "Everything in this session" }
        @if items.is_empty() { p { "Nothing." } }
        @else {
            dl.items {
                @for (key, value) in items {
                    dt { (key) } dd { code { (value) } }
                }
            }
        }
    }
}

/// A notice of the library, with the form that dismisses it.
pub fn notice(dismiss: Markup) -> Markup {
    html! {
        aside.notice aria-label="Notice" {
            p { "The reading room is closed on Mondays." }
            (dismiss)
        }
    }
}
