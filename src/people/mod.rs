//! People who sign in: their accounts, their passwords, and what they have borrowed.
//!
//! ```text
//! client    who is at the other end, as far as a request can tell
//! next      where to go after signing in
//! password  slow hashes of passwords, and the comparison with them
//! hashers   the threads that compute them, away from those that serve requests
//! throttle  slows down repeated attempts to sign in, per device, address and account
//! subject   what they are counted by, and how many may fail
//! turns     one attempt at a time for each of these
//! device    browsers that somebody has signed in with before
//! secret    the site's key, and what it signs
//! signed_in who is signed in, as a session says
//! sign_in   the sign-in form, and the pages after an attempt that failed
//! pages     my sessions, my password
//! basket    the books that somebody wants to borrow
//! remember  a second cookie, with which somebody stays signed in
//! confirm   the password again, before something that matters
//! ```

mod basket;
mod client;
mod confirm;
mod device;
mod hashers;
mod next;
mod pages;
mod password;
pub mod remember;
mod secret;
mod sign_in;
mod signed_in;
mod subject;
mod throttle;
mod turns;

use rusqlite::{Connection, OptionalExtension, ToSql, named_params};
use tower_sessions::{cookie::time::OffsetDateTime, session::Id};

use crate::{
    Error, Library,
    catalog::{AUTHOR_NAME, BookLine, book_line},
};
pub use basket::{BASKET, Basket};
pub use client::Client;
pub use confirm::{CONFIRMED, Confirmed, password_given};
use lossless_sessions::sqlite::{self as database, end_others};
pub use next::Next;
pub use pages::pages;
use password::Password;
use secret::Secret;
pub use sign_in::{Credentials, refused, sign_in_form};
pub use signed_in::flush_if_of_another;
use subject::Subject;

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
    /// Tells the password with which somebody has signed in from any other: the signature of its hash, in hexadecimal
    /// digits. A session keeps it as [`AUTH_HASH`](lossless_sessions::AUTH_HASH). Django: `get_session_auth_hash`.
    pub auth_hash: String,
}

/// What a signature of a password's hash is for, so that it is worth nothing anywhere else.
const AUTH: &str = "session";

/// Why somebody was not signed in.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The name, the password or both are wrong. The answer does not say which (OWASP: authentication responses).
    #[error("The name or the password is wrong.")]
    Wrong,
    /// Too many attempts have failed; the next one is allowed in this many seconds, as `Retry-After` says.
    #[error("Too many attempts have failed. Please wait {} and try again.", in_words(.0))]
    TooSoon(i64),
}

fn in_words(seconds: &i64) -> String {
    match seconds {
        1 => "1 second".into(),
        more => format!("{more} seconds"),
    }
}

impl Library {
    /// The person with this name and password, who comes from this client.
    ///
    /// An unknown name takes as long as a wrong password, so the time does not reveal who has an account.
    ///
    /// # Errors
    /// [`Error`] when the database cannot be reached, or too many others are signing in.
    pub async fn authenticate(
        &self,
        name: &str,
        password: &str,
        client: &Client,
    ) -> Result<Result<Person, Refused>, Error> {
        let name = name.trim().to_lowercase();
        let (person, hash) = self.account(name.clone()).await?.unzip();
        let device = match &person {
            Some(person) => self.device_of(person, client.known.as_deref()).await?,
            None => None,
        };
        let subjects = match device {
            Some(number) => subject::of_known(format!("device {number}")),
            None => subject::of_stranger(&name, client.address),
        };
        let checked = self.check(Password::new(password), hash, subjects).await?;
        Ok(checked.and_then(|()| person.ok_or(Refused::Wrong)))
    }

    /// Whether this is the password of somebody who is signed in. What strangers try at the sign-in does not count here.
    async fn confirm(&self, person: &Person, password: &str) -> Result<Result<(), Refused>, Error> {
        let account = self.account(person.name.clone()).await?;
        let subjects = subject::of_known(format!("signed in {}", person.id));
        let hash = account.map(|(_, hash)| hash);
        self.check(Password::new(password), hash, subjects).await
    }

    /// Checks a password, unless too many attempts by these subjects have failed lately.
    ///
    /// Attempts of one subject are checked one after the other. So a thousand at once are seen no more often than a
    /// thousand in a row, and of several right ones none is refused because of the others.
    async fn check(
        &self,
        password: Password,
        hash: Option<String>,
        subjects: Vec<Subject>,
    ) -> Result<Result<(), Refused>, Error> {
        let mut turns = Vec::new();
        for subject in &subjects {
            turns.push(turns::turn(&subject.name).await);
        }
        let database = self.database().clone();
        // This is a task of its own, because a failure counts even if whoever made it hangs up before the answer.
        let checked = tokio::spawn(async move {
            let _until_counted = turns;
            let now = OffsetDateTime::now_utc().unix_timestamp();
            let seconds = throttle::too_soon(&database, &subjects, now).await?;
            if seconds > 0 {
                return Ok(Err(Refused::TooSoon(seconds)));
            }
            let is_right = password.matches(hash).await?;
            throttle::count(&database, subjects, is_right, now).await?;
            Ok(if is_right {
                Ok(())
            } else {
                Err(Refused::Wrong)
            })
        });
        checked.await.map_err(|_| Error::Panic)?
    }

    /// Gives a person a new password, ends all sessions of the person but `own`, and lets no browser stay signed in. All of
    /// it happens in one transaction.
    ///
    /// Returns the person with the new `auth_hash`. The answer is `None`, and nothing has happened, if the password has
    /// changed since the person was looked up: whoever changes a password has to know the one that counts.
    ///
    /// # Errors
    /// [`Error`] when the database cannot be written, or too many others are signing in.
    pub async fn set_password(
        &self,
        person: Person,
        password: &str,
        own: Option<Id>,
    ) -> Result<Option<Person>, Error> {
        let new = Password::new(password).hash().await?;
        let secret = Secret::of(self.database()).await?;
        let change = move |connection: &Connection| {
            let old = account(connection, "id", person.id)?;
            if !old.is_some_and(|(.., old)| secret.has_signed(AUTH, &old, &person.auth_hash)) {
                return Ok(None);
            }
            connection
                .prepare_cached("update person set password = :new where id = :person")?
                .execute(named_params! { ":new": new, ":person": person.id })?;
            end_others(connection, person.id, own)?;
            remember::table::end_all(connection, person.id, None)?;
            let auth_hash = secret.sign(AUTH, &new);
            Ok(Some(Person {
                auth_hash,
                ..person
            }))
        };
        Ok(self.database().write(change).await?)
    }

    /// The person with this number, if there still is one whose password has this `auth_hash`.
    ///
    /// # Errors
    /// [`database::Error`], here and below, when the database cannot be read.
    pub async fn person(
        &self,
        id: i64,
        auth_hash: String,
    ) -> Result<Option<Person>, database::Error> {
        let secret = Secret::of(self.database()).await?;
        let query = move |connection: &Connection| account(connection, "id", id);
        let account = self.database().read(query).await?;
        Ok(account.and_then(|(id, name, hash)| {
            let fits = secret.has_signed(AUTH, &hash, &auth_hash);
            fits.then_some(Person {
                id,
                name,
                auth_hash,
            })
        }))
    }

    /// The books that a person has borrowed, by title.
    pub async fn loans(&self, person: i64) -> Result<Vec<BookLine>, database::Error> {
        let query = move |connection: &Connection| {
            connection
                .prepare_cached(&format!(
                    "select book.id, book.title, {AUTHOR_NAME} from loan join copy on copy.id = loan.copy_id
                     join book on book.id = copy.book_id join author on author.id = book.author_id
                     where loan.person_id = ? order by book.title"
                ))?
                .query_map([person], book_line)?
                .collect()
        };
        self.database().read(query).await
    }

    /// The person with this name, and the hash of the person's password.
    async fn account(&self, name: String) -> Result<Option<(Person, String)>, database::Error> {
        let secret = Secret::of(self.database()).await?;
        let query = move |connection: &Connection| account(connection, "name", name);
        let account = self.database().read(query).await?;
        Ok(account.map(|(id, name, hash)| {
            let auth_hash = secret.sign(AUTH, &hash);
            (
                Person {
                    id,
                    name,
                    auth_hash,
                },
                hash,
            )
        }))
    }
}

/// The number, name and password hash of the account that has `value` in this column.
fn account(
    connection: &Connection,
    column: &'static str,
    value: impl ToSql,
) -> rusqlite::Result<Option<(i64, String, String)>> {
    connection
        .prepare_cached(&format!(
            "select id, name, password from person where {column} = ?"
        ))?
        .query_row([value], |row| row.try_into())
        .optional()
}
