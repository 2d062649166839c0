//! How books and authors look in a page, and the search for them.

use std::fmt;

use maud::{Markup, html};
use serde::Deserialize;

use super::form::SHORT_TEXT;
use crate::catalog::{AuthorLine, BookLine, Listing};

/// What the address of a book list carries: `/books?q=austen&page=2`. Both parts may be absent.
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

/// The search field and one page of books, with links to the other pages.
pub fn book_list(listing: &Listing, search: &str) -> Markup {
    html! {
        form.search action="/books" role="search" {
            label for="q" { "Title or author" }
            input #q type="search" name="q" value=(search) maxlength=(SHORT_TEXT);
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

/// What the form of [`choice`] sends.
#[derive(Deserialize)]
pub struct Chosen {
    /// The number of the book.
    pub book: i64,
}

/// A form for choosing one of the books, posted to `action`; [`Chosen`] receives it.
pub fn choice(action: &str, submit: &str, books: &[BookLine]) -> Markup {
    html! {
        form method="post" action=(action) {
            label for="book" { "Book" }
            select #book name="book" {
                @for book in books { option value=(book.id) { (book.title) } }
            }
            button { (submit) }
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

/// An author's name, as a link to the page about them.
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
