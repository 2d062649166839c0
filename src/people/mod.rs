//! People who sign in: their accounts, their passwords, and what they have borrowed.
//!
//! ```text
//! client    who is at the other end, as far as a request can tell
//! next      where to go after signing in
//! password  slow hashes, computed away from the threads that serve requests
//! throttle  slows down repeated attempts to sign in, per account and per address
//! secret    the site's key, and what it signs
//! pages     the sign-in form, my sessions, my password
//! ```

mod client;
mod next;
mod pages;
mod password;
#[allow(dead_code, reason = "what it signs comes next")]
mod secret;
mod throttle;

use std::net::IpAddr;

use rusqlite::OptionalExtension;

use crate::{Library, catalog::BookLine, database::Error};
pub use client::Client;
pub use next::Next;
pub use pages::{Credentials, pages, refused, sign_in_form, signed_in};
use password::Password;

/// The names and passwords of the workshop's people. The sign-in page shows them.
pub const PEOPLE: [(&str, &str); 3] = [
    ("ann", "ann reads austen"),
    ("ben", "ben reads balzac"),
    ("cleo", "cleo reads conrad"),
];

/// The shortest password that somebody may choose, in characters (NIST SP 800-63B, section 3.1.1.2).
pub const SHORTEST_PASSWORD: usize = 15;

/// Somebody who has an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Identifies the account for ever, even if the name changes.
    pub id: i64,
    /// The name to sign in with.
    pub name: String,
}

/// Why somebody was not signed in.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The name, the password or both are wrong. The answer does not say which (OWASP: authentication responses).
    #[error("The name or the password is wrong.")]
    Wrong,
    /// Too many attempts have failed; the next one is allowed in this many seconds, as `Retry-After` says.
    #[error("Too many attempts have failed. Please wait half a minute and try again.")]
    TooSoon(i64),
}

impl Library {
    /// The person with this name and password; `address` is where the attempt comes from, if that is known.
    ///
    /// An unknown name takes as long as a wrong password, so the time does not reveal who has an account.
    ///
    /// # Errors
    /// [`Error`] when the database cannot be reached.
    pub async fn authenticate(
        &self,
        name: &str,
        password: &str,
        address: Option<IpAddr>,
    ) -> Result<Result<Person, Refused>, Error> {
        let name = name.trim().to_lowercase();
        let subjects = throttle::subjects(&name, address);
        if let Err(seconds) = throttle::begin(self.database(), &subjects).await? {
            return Ok(Err(Refused::TooSoon(seconds)));
        }
        let account = self.account(name).await?;
        let hash = account.as_ref().map(|(_, hash)| hash.clone());
        if !Password::new(password).matches(hash).await {
            return Ok(Err(Refused::Wrong));
        }
        throttle::succeeded(self.database(), subjects).await?;
        Ok(account.map(|(person, _)| person).ok_or(Refused::Wrong))
    }

    /// Gives a person a new password.
    ///
    /// # Errors
    /// [`Error`] when the database cannot be written.
    pub async fn set_password(&self, person: i64, password: &str) -> Result<(), Error> {
        let hash = Password::new(password).hash().await;
        let change = move |connection: &rusqlite::Connection| {
            connection
                .prepare_cached("update person set password = :hash where id = :person")?
                .execute(rusqlite::named_params! { ":hash": hash, ":person": person })
        };
        self.database().write(change).await.map(drop)
    }

    /// The person with this number, if there still is one.
    ///
    /// # Errors
    /// [`Error`], here and below, when the database cannot be read.
    pub async fn person(&self, id: i64) -> Result<Option<Person>, Error> {
        let query = move |connection: &rusqlite::Connection| {
            connection
                .prepare_cached("select name from person where id = ?")?
                .query_row([id], |row| {
                    Ok(Person {
                        id,
                        name: row.get(0)?,
                    })
                })
                .optional()
        };
        self.database().read(query).await
    }

    /// The books that a person has borrowed, by title.
    pub async fn loans(&self, person: i64) -> Result<Vec<BookLine>, Error> {
        let query = move |connection: &rusqlite::Connection| {
            connection
                .prepare_cached(
                    "select book.id, book.title, trim(author.given_name || ' ' || author.family_name)
                     from loan join copy on copy.id = loan.copy_id
                     join book on book.id = copy.book_id join author on author.id = book.author_id
                     where loan.person_id = ? order by book.title",
                )?
                .query_map([person], |row| {
                    Ok(BookLine { id: row.get(0)?, title: row.get(1)?, author: row.get(2)? })
                })?
                .collect()
        };
        self.database().read(query).await
    }

    /// The account with this name, and the hash of its password.
    async fn account(&self, name: String) -> Result<Option<(Person, String)>, Error> {
        let query = move |connection: &rusqlite::Connection| {
            connection
                .prepare_cached("select id, name, password from person where name = ?")?
                .query_row([name], |row| {
                    Ok((
                        Person {
                            id: row.get(0)?,
                            name: row.get(1)?,
                        },
                        row.get(2)?,
                    ))
                })
                .optional()
        };
        self.database().read(query).await
    }
}
