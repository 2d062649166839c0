//! What the pages read from the catalog.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::Library;
use lossless_sessions::sqlite::Error;

/// The home page's four numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Titles.
    pub books: u32,
    /// Copies of them, whatever their status.
    pub copies: u32,
    /// Copies that can be borrowed now.
    pub available: u32,
    /// Authors.
    pub authors: u32,
}

/// A book in a list.
#[derive(Debug)]
pub struct BookLine {
    /// Its address is `/books/{id}`.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// The author's name, given name first.
    pub author: String,
}

/// One page of a list of books.
#[derive(Debug)]
pub struct Listing {
    /// The books of this page.
    pub books: Vec<BookLine>,
    /// How many books there are on all pages together.
    pub total: u32,
    /// This page, from 1.
    pub page: u32,
    /// The last page, from 1.
    pub pages: u32,
}

/// A book with everything that its page shows.
#[derive(Debug)]
pub struct Book {
    /// Its title.
    pub title: String,
    /// Who wrote it.
    pub author: AuthorLine,
    /// The year of its first publication; negative is BCE.
    pub year: i32,
    /// The language it was written in.
    pub language: String,
    /// What it is about, in one sentence.
    pub summary: String,
    /// The number and the status of each copy.
    pub copies: Vec<(i64, String)>,
}

/// An author in a list.
#[derive(Debug)]
pub struct AuthorLine {
    /// The address is `/authors/{id}`.
    pub id: i64,
    /// Given name, then family name.
    pub name: String,
    /// Years of birth and death, where known; negative is BCE.
    pub lived: (Option<i32>, Option<i32>),
}

/// An author with everything that the page shows.
#[derive(Debug)]
pub struct Author {
    /// Name and years.
    pub line: AuthorLine,
    /// The books, oldest first.
    pub books: Vec<BookLine>,
}

/// A name, given name first, in SQL; some people have only one name.
pub(crate) const AUTHOR_NAME: &str = "trim(author.given_name || ' ' || author.family_name)";

impl Library {
    /// The record counts of the home page. They are counted again when something has been written since.
    ///
    /// # Errors
    /// [`Error`], here and below, when the file cannot be read.
    pub async fn counts(&self) -> Result<Counts, Error> {
        self.0.counts.ask().await
    }

    /// The books whose title or author contains `search`, by title, `per_page` on a page.
    ///
    /// A page beyond the last one gives the last, and page 0 the first. `per_page` counts as 1 if it is 0.
    pub async fn books(&self, search: &str, page: u32, per_page: u32) -> Result<Listing, Error> {
        let (pattern, per_page) = (like_pattern(search), per_page.max(1));
        self.ask(move |connection| {
            let matching = format!(
                "from book join author on author.id = book.author_id
                 where book.title like :pattern escape '\\' or {AUTHOR_NAME} like :pattern escape '\\'"
            );
            let total: u32 = connection
                .prepare_cached(&format!("select count(*) {matching}"))?
                .query_row(named_params! { ":pattern": pattern }, |row| row.get(0))?;
            let pages = total.div_ceil(per_page).max(1);
            let page = page.clamp(1, pages);
            let books = connection
                .prepare_cached(&format!(
                    "select book.id, book.title, {AUTHOR_NAME} {matching}
                     order by book.title limit :limit offset :offset"
                ))?
                .query_map(
                    named_params! {
                        ":pattern": pattern,
                        ":limit": per_page,
                        ":offset": (page - 1) * per_page,
                    },
                    book_line,
                )?
                .collect::<rusqlite::Result<_>>()?;
            Ok(Listing {
                books,
                total,
                page,
                pages,
            })
        })
        .await
    }

    /// The book with this number, if there is one.
    pub async fn book(&self, id: i64) -> Result<Option<Book>, Error> {
        self.ask(move |connection| {
            let copies = connection
                .prepare_cached("select id, status from copy where book_id = ? order by id")?
                .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            connection
                .prepare_cached(&format!(
                    "select author.id, {AUTHOR_NAME}, author.born, author.died,
                            book.title, book.year, book.language, book.summary
                     from book join author on author.id = book.author_id where book.id = ?"
                ))?
                .query_row([id], |row| {
                    Ok(Book {
                        author: author_line(row)?,
                        title: row.get(4)?,
                        year: row.get(5)?,
                        language: row.get(6)?,
                        summary: row.get(7)?,
                        copies,
                    })
                })
                .optional()
        })
        .await
    }

    /// All authors, by family name.
    pub async fn authors(&self) -> Result<Vec<AuthorLine>, Error> {
        self.ask(|connection| {
            connection
                .prepare_cached(&format!(
                    "select id, {AUTHOR_NAME}, born, died from author order by family_name, given_name"
                ))?
                .query_map([], author_line)?
                .collect()
        })
        .await
    }

    /// The author with this number, if there is one.
    pub async fn author(&self, id: i64) -> Result<Option<Author>, Error> {
        self.ask(move |connection| {
            let Some(line) = connection
                .prepare_cached(&format!(
                    "select id, {AUTHOR_NAME}, born, died from author where id = ?"
                ))?
                .query_row([id], author_line)
                .optional()?
            else {
                return Ok(None);
            };
            let books = books_of(connection, id)?;
            Ok(Some(Author { line, books }))
        })
        .await
    }
}

pub(super) fn counts(connection: &Connection) -> rusqlite::Result<Counts> {
    connection
        .prepare_cached(
            "select (select count(*) from book), (select count(*) from copy),
                    (select count(*) from copy where status = 'available'),
                    (select count(*) from author)",
        )?
        .query_row([], |row| {
            Ok(Counts {
                books: row.get(0)?,
                copies: row.get(1)?,
                available: row.get(2)?,
                authors: row.get(3)?,
            })
        })
}

fn books_of(connection: &Connection, author: i64) -> rusqlite::Result<Vec<BookLine>> {
    connection
        .prepare_cached(&format!(
            "select book.id, book.title, {AUTHOR_NAME} from book join author on author.id = book.author_id
             where author.id = ? order by book.year"
        ))?
        .query_map([author], book_line)?
        .collect()
}

/// A book from its number, its title and [`AUTHOR_NAME`], in this order.
pub(crate) fn book_line(row: &Row) -> rusqlite::Result<BookLine> {
    Ok(BookLine {
        id: row.get(0)?,
        title: row.get(1)?,
        author: row.get(2)?,
    })
}

fn author_line(row: &Row) -> rusqlite::Result<AuthorLine> {
    Ok(AuthorLine {
        id: row.get(0)?,
        name: row.get(1)?,
        lived: (row.get(2)?, row.get(3)?),
    })
}

/// `%text%`, with the characters that mean something to SQL's `like` taken literally.
fn like_pattern(search: &str) -> String {
    let mut pattern = String::from("%");
    for c in search.trim().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern + "%"
}
