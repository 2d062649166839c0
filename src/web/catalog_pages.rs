//! The catalog's pages: every step serves them beside the pages of its own lesson.

use axum::{Router, extract::State, routing::get};
use maud::{Markup, html};

use super::{
    Error,
    books::{self, Search},
    files::{not_found, static_files},
    form::{Path, Query},
    page,
};
use crate::Library;

/// How many books one page of the list shows.
const PER_PAGE: u32 = 10;

pub(super) fn catalog() -> Router<Library> {
    Router::new()
        .route("/books", get(book_list))
        .route("/books/{id}", get(book_detail))
        .route("/authors", get(author_list))
        .route("/authors/{id}", get(author_detail))
        .nest_service("/static", static_files())
        .fallback(not_found)
}

async fn book_list(
    State(library): State<Library>,
    Query(search): Query<Search>,
) -> Result<Markup, Error> {
    let listing = library.books(&search.q, search.page, PER_PAGE).await?;
    Ok(page::layout(
        "Books",
        html! {
            (books::book_list(&listing, &search.q))
        },
    ))
}

async fn book_detail(State(library): State<Library>, Path(id): Path<i64>) -> Result<Markup, Error> {
    let book = library.book(id).await?.ok_or(Error::NotFound)?;
    Ok(page::layout(
        &book.title,
        html! {
            p.byline { "by " (books::author_link(&book.author)) }
            p { (book.summary) }
            dl {
                dt { "First published" } dd { (books::Year(book.year)) }
                dt { "Language" } dd { (book.language) }
            }
            h2 { "Copies" }
            ul.copies {
                @for (number, status) in &book.copies {
                    li { "Copy " (number) " " span.status data-status=(status) { (status) } }
                }
            }
        },
    ))
}

async fn author_list(State(library): State<Library>) -> Result<Markup, Error> {
    let authors = library.authors().await?;
    Ok(page::layout(
        "Authors",
        html! {
            (books::author_lines(&authors))
        },
    ))
}

async fn author_detail(
    State(library): State<Library>,
    Path(id): Path<i64>,
) -> Result<Markup, Error> {
    let author = library.author(id).await?.ok_or(Error::NotFound)?;
    Ok(page::layout(
        &author.line.name,
        html! {
            p.byline { (books::Lived(author.line.lived)) }
            h2 { "Books" }
            (books::book_lines(&author.books))
        },
    ))
}
