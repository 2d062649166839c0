//! The books with which a new file begins.

use rusqlite::{Connection, params};
use serde::Deserialize;

/// One author of `catalog.json`.
#[derive(Deserialize)]
struct AuthorEntry {
    given_name: String,
    family_name: String,
    born: Option<i32>,
    died: Option<i32>,
    books: Vec<BookEntry>,
}

#[derive(Deserialize)]
struct BookEntry {
    title: String,
    year: i32,
    language: String,
    summary: String,
    /// One status per copy.
    copies: Vec<String>,
}

/// Makes the catalog's tables, and fills them with the books of `catalog.json`.
pub(super) fn fill(new: &Connection) -> rusqlite::Result<()> {
    new.execute_batch(include_str!("schema.sql"))?;
    let authors: Vec<AuthorEntry> = serde_json::from_str(include_str!("catalog.json"))
        .expect("catalog.json is compiled in, and every test reads it");
    for author in authors {
        new.execute(
            "insert into author (given_name, family_name, born, died) values (?, ?, ?, ?)",
            params![
                author.given_name,
                author.family_name,
                author.born,
                author.died
            ],
        )?;
        let author_id = new.last_insert_rowid();
        for book in author.books {
            new.execute(
                "insert into book (author_id, title, year, language, summary) values (?, ?, ?, ?, ?)",
                params![author_id, book.title, book.year, book.language, book.summary],
            )?;
            let book_id = new.last_insert_rowid();
            for status in book.copies {
                new.execute(
                    "insert into copy (book_id, status) values (?, ?)",
                    params![book_id, status],
                )?;
            }
        }
    }
    Ok(())
}
