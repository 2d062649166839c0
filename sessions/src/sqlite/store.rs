//! Sessions as rows of a SQLite table.

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, named_params};
use tower_sessions::{
    ExpiredDeletion, SessionStore,
    cookie::time::{Duration, OffsetDateTime},
    session::{Id, Record},
    session_store,
};

use super::{Database, Durability, Error, PersonSessions, schema};
use crate::{
    Fault,
    store::{
        Version,
        limits::Limits,
        row::{dictionary, json, row_key, warn_of_unreadable},
    },
};

/// The store; clones share its connection. Django: `django.contrib.sessions.backends.db`.
///
/// A save is answered only after its commit, so it survives the end of the process, however sudden. [`Durability`] says
/// what survives a power failure.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    pub(super) database: Arc<Database>,
    pub(super) limits: Limits,
}

impl SqliteStore {
    /// The sessions of the file at this path, which is made if it is missing. Blocks until that is done.
    ///
    /// It may be a file of their own, such as `sessions.db`, or the file of an application, where they are in tables called
    /// `session` and `session_schema` beside the others. The file is switched to write-ahead logging.
    ///
    /// # Errors
    /// As [`Database::open`] and [`SqliteStore::on`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::on(&Database::open(path, Durability::Normal)?)
    }

    /// The sessions of this database, whose connection the application may use as well. Makes their table if it is missing,
    /// and blocks until that is done.
    ///
    /// # Errors
    /// [`Error`] when the table cannot be made, or was made by a newer or an unknown program. The table is then left as it
    /// is.
    pub fn on(database: &Database) -> Result<Self, Error> {
        database.set_up(schema::set_up)?.map_err(Error::Unusable)?;
        Ok(Self {
            database: Arc::new(database.clone()),
            limits: Limits::default(),
        })
    }

    /// The same store with another absolute limit; the default is 90 days.
    #[must_use]
    pub fn with_absolute_limit(mut self, limit: Duration) -> Self {
        self.limits.absolute = limit;
        self
    }

    /// The same store with another clock, for tests that cannot wait for two weeks.
    #[must_use]
    pub fn with_clock(mut self, clock: fn() -> OffsetDateTime) -> Self {
        self.limits.clock = clock;
        self
    }

    /// The sessions of each person, to be listed and ended.
    pub fn people(&self) -> PersonSessions {
        PersonSessions::new(&self.database)
    }

    /// Now, and when the youngest session that has reached the absolute limit began, in UTC seconds.
    pub(super) fn now(&self) -> (i64, i64) {
        let moment = self.limits.moment();
        (moment.now.unix_timestamp(), moment.oldest.unix_timestamp())
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> session_store::Result<T> {
        self.database.write(work).await.map_err(reported)
    }
}

#[async_trait]
impl SessionStore for SqliteStore {
    /// Always stores under a new id, because the id that the record came with may be a planted one.
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let (now, _) = self.now();
        let created = Version::of(&record.data).map_or(now, |loaded| loaded.created);
        let version = Version::first(created);
        record.id = Id::default();
        version.clone().put(&mut record.data);
        let (key, data, expires) = row(record)?;
        let stored = self.database.write_session(move |connection| {
            connection
                .prepare_cached(
                    "insert into session (key, data, expires, created, saved, version, writer)
                     values (:key, :data, :expires, :created, :now, :version, :writer)",
                )?
                .execute(named_params! {
                    ":key": key,
                    ":data": data,
                    ":expires": expires,
                    ":created": version.created,
                    ":now": now,
                    ":version": version.number,
                    ":writer": version.writer,
                })
        });
        stored.await.map(drop).map_err(reported)
    }

    /// Stores only over the version of the row that this record was loaded from. A row that is gone stays gone, and a row
    /// that another request has changed stays as that request left it.
    ///
    /// A save that changes no data only moves the expiry. It does not raise the version, so it hinders no other request.
    /// If another request has changed the row in the meantime, that one has moved the expiry as well, and nothing is left
    /// to do.
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let (key, data, expires) = row(record)?;
        let loaded = Version::of(&record.data);
        let is_changed = loaded.as_ref().is_none_or(|loaded| loaded.data != data);
        let (number, writer) = match loaded {
            Some(loaded) => (Some(loaded.number), loaded.writer),
            None => (None, Version::first(0).writer),
        };
        let (now, oldest) = self.now();
        let refused = self
            .database
            .write_session(move |connection| {
                let saved = connection
                    .prepare_cached(
                        "update session
                         set data = :data, expires = :expires, saved = :now,
                             version = version + (data <> :data),
                             writer = iif(data <> :data, :writer, writer)
                         where key = :key and expires > :now and created > :oldest
                         and (:number is null or version = :number or writer = :writer)",
                    )?
                    .execute(named_params! {
                        ":key": key,
                        ":data": data,
                        ":expires": expires,
                        ":writer": writer,
                        ":number": number,
                        ":now": now,
                        ":oldest": oldest,
                    })?;
                if saved == 1 {
                    return Ok(None);
                }
                let is_there = connection
                    .prepare_cached(
                        "select 1 from session
                         where key = :key and expires > :now and created > :oldest",
                    )?
                    .exists(named_params! { ":key": key, ":now": now, ":oldest": oldest })?;
                Ok(match is_there {
                    true => is_changed.then_some(Fault::Changed),
                    false => Some(Fault::Gone),
                })
            })
            .await
            .map_err(reported)?;
        refused.map_or(Ok(()), |fault| Err(fault.report("it was not stored")))
    }

    /// A row that cannot be read is deleted. Its visitor is new again, and does not see a page that fails for ever.
    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let hashed = row_key(id);
        let (now, oldest) = self.now();
        let row = self
            .database
            .read_once(move |connection| {
                connection
                    .prepare_cached(
                        "select data, expires, created, version from session
                         where key = :key and expires > :now and created > :oldest",
                    )?
                    .query_row(
                        named_params! { ":key": hashed, ":now": now, ":oldest": oldest },
                        |row| <(String, i64, i64, i64)>::try_from(row),
                    )
                    .optional()
            })
            .await
            .map_err(reported)?;
        let Some((json, expires, created, number)) = row else {
            return Ok(None);
        };
        let (Some(data), Ok(expiry_date)) = (
            dictionary(json, number, created),
            OffsetDateTime::from_unix_timestamp(expires),
        ) else {
            warn_of_unreadable();
            self.delete(id).await?;
            return Ok(None);
        };
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let key = row_key(id);
        self.write(move |connection| {
            connection
                .prepare_cached("delete from session where key = :key")?
                .execute(named_params! { ":key": key })
        })
        .await?;
        Ok(())
    }
}

#[async_trait]
impl ExpiredDeletion for SqliteStore {
    async fn delete_expired(&self) -> session_store::Result<()> {
        self.clear_expired().await.map(drop)
    }
}

/// What a record's row holds: its key, its JSON, and when it expires.
fn row(record: &Record) -> session_store::Result<([u8; 32], String, i64)> {
    let expires = record.expiry_date.unix_timestamp();
    Ok((row_key(&record.id), json(record)?, expires))
}

/// The store's error for what the database could not do.
fn reported(cause: Error) -> session_store::Error {
    let fault = match cause {
        Error::Transient(_) => Fault::Unavailable,
        Error::Damaged(_) => Fault::Damaged,
        _ => Fault::Broken,
    };
    fault.report(cause)
}
