//! Mail that waits to be sent: an example of what a handler does outside the session.

use rusqlite::Connection;

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
        database
            .write(|connection| connection.execute_batch("drop table if exists outbox"))
            .await?;
        let table = "create table outbox (key text primary key, words text not null) strict";
        database
            .write(|connection| connection.execute_batch(table))
            .await?;
        Ok(Self(database.clone()))
    }

    /// Sends a letter, which here means that it waits in the outbox.
    pub async fn send(&self, words: &'static str) -> Result<(), Error> {
        self.insert(
            "insert into outbox (key, words) values (hex(randomblob(16)), ?2)",
            "",
            words,
        )
        .await
    }

    /// Sends a letter, but only once for each `key`: a second letter with the same key is ignored.
    pub async fn send_once(&self, key: &str, words: &'static str) -> Result<(), Error> {
        self.insert(
            "insert or ignore into outbox (key, words) values (?1, ?2)",
            key,
            words,
        )
        .await
    }

    /// How many letters are waiting.
    pub async fn letters(&self) -> Result<u64, Error> {
        let count = |connection: &Connection| {
            connection.query_row("select count(*) from outbox", [], |row| {
                row.get::<_, i64>(0)
            })
        };
        Ok(self.0.read(count).await?.unsigned_abs())
    }

    async fn insert(&self, sql: &'static str, key: &str, words: &'static str) -> Result<(), Error> {
        let key = key.to_string();
        let change = move |connection: &Connection| {
            connection
                .prepare_cached(sql)?
                .execute([key.as_str(), words])
                .map(drop)
        };
        self.0.write(change).await
    }
}
