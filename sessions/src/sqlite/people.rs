//! The sessions of one person in SQLite. The table has a computed column for the person's number, with an index, so they
//! are found without reading every row.

use rusqlite::{Connection, OptionalExtension, named_params};
use tower_sessions::session::Id;

use super::{Database, Error};
use crate::{
    people::{MOST_LISTED, OwnSession},
    store::row_key,
};

/// The sessions of the site's database, by person.
#[derive(Clone, Debug)]
pub struct PersonSessions(Database);

impl PersonSessions {
    /// The sessions in this database, where a [`SqliteStore`](super::SqliteStore) keeps them.
    pub fn new(database: &Database) -> Self {
        Self(database.clone())
    }

    /// A person's sessions that have not expired and were made with the password that counts now, and how many more there
    /// are than are listed. The one with the id `own` comes first, then the others, latest first.
    ///
    /// # Errors
    /// [`Error`], here and below, when the database cannot do it.
    pub async fn list(
        &self,
        person: i64,
        auth_hash: String,
        own: Option<Id>,
    ) -> Result<(Vec<OwnSession>, usize), Error> {
        let own = own.map(|id| row_key(&id));
        let query = move |connection: &Connection| {
            let mut listed = connection.prepare_cached(
                "select substr(hex(key), 1, 32), coalesce(data ->> '_device', ''), saved, key is :own
                 from session where person = :person and expires > unixepoch()
                 and data ->> '$._auth_hash' = :auth_hash
                 order by key is :own desc, saved desc limit :most",
            )?;
            let listed = listed.query_map(
                named_params! {
                    ":person": person, ":auth_hash": auth_hash, ":own": own, ":most": MOST_LISTED as i64
                },
                |row| {
                    Ok(OwnSession {
                        handle: row.get(0)?,
                        device: row.get(1)?,
                        seen: row.get(2)?,
                        this_one: row.get(3)?,
                    })
                },
            )?;
            let listed: Vec<_> = listed.collect::<Result<_, _>>()?;
            let all: i64 = connection
                .prepare_cached(
                    "select count(*) from session where person = :person and expires > unixepoch()
                     and data ->> '$._auth_hash' = :auth_hash",
                )?
                .query_row(
                    named_params! { ":person": person, ":auth_hash": auth_hash },
                    |row| row.get(0),
                )?;
            let more = (all as usize).saturating_sub(listed.len());
            Ok((listed, more))
        };
        self.0.read(query).await
    }

    /// Ends one session of a person. The handle of somebody else's session has no effect.
    pub async fn end(&self, person: i64, handle: String) -> Result<(), Error> {
        let change = move |connection: &Connection| end(connection, person, &handle);
        self.0.write(change).await.map(drop)
    }

    /// Ends every session of a person except the one with this id.
    pub async fn end_others(&self, person: i64, own: Option<Id>) -> Result<(), Error> {
        let change = move |connection: &Connection| end_others(connection, person, own);
        self.0.write(change).await
    }
}

/// Ends one session of a person, within a transaction that does more. Returns its data, as JSON, if there was one.
///
/// # Errors
/// When SQLite does, here and below.
pub fn end(connection: &Connection, person: i64, handle: &str) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached(
            "delete from session where person = :person and substr(hex(key), 1, 32) = :handle returning data",
        )?
        .query_row(
            named_params! { ":person": person, ":handle": handle },
            |row| row.get(0),
        )
        .optional()
}

/// Ends every session of a person that has this number under `key`, within a transaction that does more.
pub fn end_with(
    connection: &Connection,
    person: i64,
    key: &str,
    number: i64,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("delete from session where person = :person and data ->> :key = :number")?
        .execute(named_params! { ":person": person, ":key": key, ":number": number })
        .map(drop)
}

/// Ends every session of a person except the one with this id, within a transaction that does more.
pub fn end_others(connection: &Connection, person: i64, own: Option<Id>) -> rusqlite::Result<()> {
    let own = own.map(|id| row_key(&id));
    connection
        .prepare_cached("delete from session where person = :person and key is not :own")?
        .execute(named_params! { ":person": person, ":own": own })
        .map(drop)
}
