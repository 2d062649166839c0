//! The maud layout, and the parts that the pages are made of.

use std::fmt;

use axum::http::StatusCode;
use maud::{DOCTYPE, Markup, html};

use serde_json::Value;
use tower_sessions::{
    Expiry,
    cookie::time::{OffsetDateTime, UtcOffset},
};

use crate::{
    form::SHORT_TEXT,
    library::{AuthorLine, BookLine, Counts, Listing},
};

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

/// The home page's "Dynamic content": the record counts of Django's tutorial.
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

/// The search field and one page of books, with links to the other pages.
pub fn book_list(listing: &Listing, search: &str) -> Markup {
    html! {
        form.search action="/books" role="search" {
            label for="q" { "Title or author" }
            input #q type="search" name="q" value=(search) maxlength="100";
            button { "Search" }
        }
        p.found {
            @match listing.total { 1 => "1 book", n => { (n) " books" } }
            @if !search.is_empty() { " found for “" (search) "”" }
        }
        (book_lines(&listing.books))
        @if listing.pages > 1 { (pager(listing, search)) }
    }
}

fn pager(listing: &Listing, search: &str) -> Markup {
    let link = |page: u32, rel: &str, text: &str| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !search.is_empty() {
            query.append_pair("q", search);
        }
        query.append_pair("page", &page.to_string());
        html! { a rel=(rel) href={ "/books?" (query.finish()) } { (text) } }
    };
    html! {
        nav.pager aria-label="Pages" {
            @if listing.page > 1 { (link(listing.page - 1, "prev", "Previous")) }
            span { "Page " (listing.page) " of " (listing.pages) }
            @if listing.page < listing.pages { (link(listing.page + 1, "next", "Next")) }
        }
    }
}

/// Books as a list of links.
pub fn book_lines(books: &[BookLine]) -> Markup {
    html! {
        ul.lines {
            @for book in books {
                li { a href={ "/books/" (book.id) } { (book.title) } span { (book.author) } }
            }
        }
    }
}

/// Authors as a list of links, with their years.
pub fn author_lines(authors: &[AuthorLine]) -> Markup {
    html! {
        ul.lines {
            @for author in authors {
                li { (author_link(author)) span { (Lived(author.lived)) } }
            }
        }
    }
}

/// An author's name, leading to the page about them.
pub fn author_link(author: &AuthorLine) -> Markup {
    html! { a href={ "/authors/" (author.id) } { (author.name) } }
}

/// A year as people write it: `1813`, `44 BCE`.
pub struct Year(pub i32);

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            year if year < 0 => write!(f, "{} BCE", -year),
            year => write!(f, "{year}"),
        }
    }
}

/// Years of birth and death: `1775 to 1817`, `born 1775`, `died 1817`, or nothing.
pub struct Lived(pub (Option<i32>, Option<i32>));

impl fmt::Display for Lived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            (Some(born), Some(died)) => write!(f, "{} to {}", Year(born), Year(died)),
            (Some(born), None) => write!(f, "born {}", Year(born)),
            (None, Some(died)) => write!(f, "died {}", Year(died)),
            (None, None) => Ok(()),
        }
    }
}

/// The page for a request that could not be served.
pub fn error(status: StatusCode, sentence: &str) -> Markup {
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

/// A form of one text field, posted to `action`; [`TextField`](crate::form::TextField) receives it.
pub fn text_form(action: &str, label: &str, submit: &str) -> Markup {
    html! {
        form method="post" action=(action) {
            label for="text" { (label) }
            input #text name="text" required maxlength=(SHORT_TEXT);
            button { (submit) }
        }
    }
}

/// A button that posts to `action`: whatever changes something is a POST, never a link.
pub fn button(action: &str, label: &str) -> Markup {
    html! {
        form method="post" action=(action) { button { (label) } }
    }
}

/// A form of one number out of `offered`, posted to `action`; [`NumberField`](crate::form::NumberField)
/// receives it.
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

/// A notice of the library, with a button that posts to `action`.
pub fn notice(action: &str) -> Markup {
    html! {
        aside.notice aria-label="Notice" {
            p { "The reading room is closed on Mondays." }
            (button(action, "Do not show this again"))
        }
    }
}

/// How long a session lives, in words; `None` is the site's policy.
pub fn expiry(name: &str, expiry: Option<Expiry>) -> Markup {
    html! {
        dl.fact {
            dt { (name) }
            dd {
                @match expiry {
                    None => "none: as the site has it",
                    Some(Expiry::OnSessionEnd) => "until the browser closes",
                    Some(Expiry::OnInactivity(age)) => { "until " (age.whole_seconds()) " seconds without a visit" }
                    Some(Expiry::AtDateTime(at)) => { "until " (date(at)) }
                }
            }
        }
    }
}

/// A moment, to the second, in UTC: `2026-11-23 14:36:40 UTC`.
pub fn date(date: OffsetDateTime) -> Markup {
    let utc = date.to_offset(UtcOffset::UTC);
    let (hour, minute, second) = utc.to_hms();
    html! { time { (utc.date()) " " (format!("{hour:02}:{minute:02}:{second:02}")) " UTC" } }
}

/// The attributes that the steps give to their session cookie, and what each does (RFC 6265bis, section 4.1.2);
/// what follows is the server's side.
pub fn cookie_attributes(name: &str) -> Markup {
    let attributes = [
        (name, "The name. The value is 22 random characters: a ticket, and no data."),
        ("HttpOnly", "No script on the page can read it."),
        ("SameSite=Lax", "Other sites' forms and pictures do not bring it; a link to us does."),
        ("Path=/", "It comes with every request to this site."),
        ("Max-Age", "The seconds it lives. Without Max-Age it ends when the browser is closed."),
        (
            "Secure",
            "It comes over https only. Not set here, on plain http; always set in production.",
        ),
        ("Domain", "Which other hosts get it. Not set: only this host."),
    ];
    html! {
        h2 { "What the browser holds" }
        dl {
            @for (attribute, meaning) in attributes {
                dt { code { (attribute) } } dd { (meaning) }
            }
        }
        h2 { "What the server holds" }
    }
}
