//! The books with which a new file begins.

use rusqlite::{Connection, params};
use serde::Deserialize;

use crate::database::Tables;

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

/// The tables of the site: the catalog; from version 2 on, the people who borrow from it; from version 3 on, what their
/// signing in needs as well.
pub(super) const TABLES: Tables = Tables {
    version: 3,
    bring_up_to_date,
};

fn bring_up_to_date(connection: &Connection, from: i32) -> rusqlite::Result<()> {
    if from == 0 {
        fill(connection)?;
    }
    if from < 2 {
        connection.execute_batch(include_str!("people.sql"))?;
    }
    connection.execute_batch(include_str!("signing_in.sql"))
}

/// Makes the catalog's tables, and fills them with the books of `catalog.json`.
fn fill(new: &Connection) -> rusqlite::Result<()> {
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
