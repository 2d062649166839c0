//! The basket of books that somebody wants to borrow: a visitor's is in the session, and a person's in a table.

use std::collections::BTreeSet;

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::request::Parts,
    response::{IntoResponse, Response},
};
use lossless_sessions::{SessionExt, sqlite as database};
use maud::{Markup, html};
use rusqlite::{Connection, Params, named_params};
use tower_sessions::Session;

use super::Person;
use crate::{
    Error, Library,
    books::{self, Chosen},
    catalog::{AUTHOR_NAME, BookLine, book_line},
};

/// The session's key for the numbers of the books.
pub const BASKET: &str = "basket";

/// How many books one can choose from; the catalog has fewer.
const MOST: u32 = 100;

/// The basket of whoever sent the request.
pub struct Basket {
    library: Library,
    session: Session,
    person: Option<Person>,
}

impl FromRequestParts<Library> for Basket {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, library: &Library) -> Result<Self, Response> {
        let session = Session::from_request_parts(parts, library).await;
        let person = <Person as OptionalFromRequestParts<Library>>::from_request_parts;
        Ok(Self {
            library: library.clone(),
            session: session.map_err(IntoResponse::into_response)?,
            person: person(parts, library).await?,
        })
    }
}

impl Basket {
    /// Its books, by title.
    ///
    /// # Errors
    /// [`Error`], here and below, when the session or the database cannot be reached.
    pub async fn books(&self) -> Result<Vec<BookLine>, Error> {
        Ok(match &self.person {
            Some(person) => self.library.basket(person.id).await?,
            None => {
                let books = self.session.get_or(BASKET, BTreeSet::new()).await?;
                self.library.chosen(&books).await?
            }
        })
    }

    /// Its books, and a form for putting one more into it, which posts to `action`.
    pub async fn page(&self, action: &str) -> Result<Markup, Error> {
        let (mine, all) = (self.books().await?, self.library.books("", 1, MOST).await?);
        Ok(html! {
            @if mine.is_empty() { p { "Your basket is empty." } }
            (books::book_lines(&mine))
            (books::choice(action, "Put it into my basket", &all.books))
        })
    }

    /// Puts a book into it; returns the book's title.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such book, so that a basket is never larger than the catalog.
    pub async fn put(&self, &Chosen { book }: &Chosen) -> Result<String, Error> {
        let found = self.library.book(book).await?.ok_or(Error::NotFound)?;
        match &self.person {
            Some(person) => {
                let books = BTreeSet::from([book]);
                self.library.put_into_basket(person.id, books).await?;
            }
            None => {
                let put = |books: &mut BTreeSet<i64>| _ = books.insert(book);
                self.session.edit(BASKET, BTreeSet::new(), put).await?;
            }
        }
        Ok(found.title)
    }

    /// Lends a copy of each book in a person's basket to the person, who may have one already. A book of which no copy is
    /// available stays there.
    pub async fn borrow(&self, person: &Person) -> Result<(), Error> {
        let person = person.id;
        let change = move |connection: &Connection| lend(connection, person);
        Ok(self.library.database().write(change).await?)
    }
}

impl Library {
    /// Gives the basket of an anonymous visitor, who is signing in, to the person. It leaves the session, so that it is
    /// given once.
    ///
    /// If the session cannot be stored afterwards, it is given again at the next attempt, and then nothing is new in it.
    ///
    /// # Errors
    /// [`Error`] when the session or the database cannot be reached.
    pub async fn keep_basket(&self, session: &Session, person: &Person) -> Result<(), Error> {
        if let Some(books) = session.get(BASKET).await? {
            self.put_into_basket(person.id, books).await?;
            session.remove_value(BASKET).await?;
        }
        Ok(())
    }

    /// The books in a person's basket, by title.
    ///
    /// # Errors
    /// [`database::Error`], here and below, when the database cannot be reached.
    async fn basket(&self, person: i64) -> Result<Vec<BookLine>, database::Error> {
        let which = "select book_id from basket where person_id = ?";
        let query = move |connection: &Connection| lines(connection, which, [person]);
        self.database().read(query).await
    }

    /// The books with these numbers, by title.
    async fn chosen(&self, books: &BTreeSet<i64>) -> Result<Vec<BookLine>, Error> {
        let books = serde_json::json!(books).to_string();
        let which = "select value from json_each(?)";
        let query = move |connection: &Connection| lines(connection, which, [books]);
        Ok(self.database().read(query).await?)
    }

    /// Puts these books into a person's basket. Those that are there already stay; so it makes no difference if it happens
    /// twice.
    ///
    /// # Errors
    /// [`database::Error`] when the database cannot be reached.
    pub async fn put_into_basket(
        &self,
        person: i64,
        books: BTreeSet<i64>,
    ) -> Result<(), database::Error> {
        let change = move |connection: &Connection| {
            let mut insert = connection.prepare_cached(
                "insert or ignore into basket select ?, id from book where id = ?",
            )?;
            let mut books = books.into_iter();
            books.try_for_each(|book| insert.execute([person, book]).map(drop))
        };
        self.database().write(change).await
    }
}

fn lend(connection: &Connection, person: i64) -> rusqlite::Result<()> {
    for change in [
        "insert into loan (copy_id, person_id)
             select min(copy.id), :person from basket join copy using (book_id)
             where basket.person_id = :person and copy.status = 'available' and book_id not in (
                 select book_id from loan join copy on copy.id = copy_id where loan.person_id = :person)
             group by book_id",
        "update copy set status = 'on loan'
             where status = 'available' and id in (select copy_id from loan where person_id = :person)",
        "delete from basket where person_id = :person and book_id in (
             select book_id from loan join copy on copy.id = copy_id where loan.person_id = :person)",
    ] {
        let mut change = connection.prepare_cached(change)?;
        change.execute(named_params! { ":person": person })?;
    }
    Ok(())
}

fn lines(
    connection: &Connection,
    which: &str,
    parameters: impl Params,
) -> rusqlite::Result<Vec<BookLine>> {
    connection
        .prepare_cached(&format!(
            "select book.id, book.title, {AUTHOR_NAME} from book join author on author.id = book.author_id
             where book.id in ({which}) order by book.title"
        ))?
        .query_map(parameters, book_line)?
        .collect()
}
