//! Mail that waits to be sent: an example of what a handler does outside the session.

use rusqlite::{Connection, named_params};

use crate::database::{Database, Error};

/// Letters in the site's database. On a real site another program would send them; here they are only counted.
#[derive(Clone, Debug)]
pub struct Outbox(Database);

impl Outbox {
    /// An empty outbox; letters of earlier experiments are thrown away.
    ///
    /// # Errors
    /// [`Error`], here and below, when the database cannot be written.
    pub async fn empty(database: &Database) -> Result<Self, Error> {
        const TABLE: &str = "create table outbox (key text unique, words text not null) strict";
        let table = |connection: &Connection| {
            connection.execute_batch("drop table if exists outbox")?;
            connection.execute_batch(TABLE)
        };
        database.write(table).await?;
        Ok(Self(database.clone()))
    }

    /// Sends a letter, which here means that it waits in the outbox.
    pub async fn send(&self, words: &'static str) -> Result<(), Error> {
        self.insert(None, words).await
    }

    /// Sends a letter, but only once for each `key`: a second letter with the same key is ignored.
    pub async fn send_once(&self, key: &str, words: &'static str) -> Result<(), Error> {
        self.insert(Some(key.into()), words).await
    }

    /// How many letters are waiting.
    pub async fn letters(&self) -> Result<u32, Error> {
        let count = |connection: &Connection| {
            connection.query_row("select count(*) from outbox", [], |row| row.get(0))
        };
        self.0.read(count).await
    }

    /// A letter without a key is always a new one, because SQL takes no two nulls for the same.
    async fn insert(&self, key: Option<String>, words: &'static str) -> Result<(), Error> {
        let change = move |connection: &Connection| {
            connection
                .prepare_cached("insert or ignore into outbox (key, words) values (:key, :words)")?
                .execute(named_params! { ":key": key, ":words": words })
        };
        self.0.write(change).await.map(drop)
    }
}
