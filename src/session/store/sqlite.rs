//! Sessions in the site's own SQLite database.
//!
//! Why not a ready-made store? The published ones store a session whether or not its row is still there, so a
//! request in flight undoes a logout; they overwrite what another tab has stored meanwhile; they keep the bare
//! id, which lets whoever reads the table log in; and they pack the data so that no learner can read it. This
//! one refuses each of these with a [`Fault`], and is short enough to read.
//!
//! What a crash costs: a save is answered after its commit, and survives the end of the process, however
//! sudden. [`Durability`](crate::library::Durability) says what survives the loss of power.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};
use tower_sessions::{
    ExpiredDeletion, SessionStore,
    cookie::time::{Duration, OffsetDateTime},
    session::{Id, Record},
    session_store::{self, Error},
};

use super::version::Version;
use crate::{
    database::{self, Database},
    session::Fault,
};

/// However busy a session is, it ends this long after it began (OWASP: absolute timeout).
const ABSOLUTE_LIMIT: Duration = Duration::days(90);

/// The store; clones share its connection, which is the site's. Django: `django.contrib.sessions.backends.db`.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    pub(super) database: Arc<Database>,
    pub(super) absolute_limit: Duration,
    pub(super) clock: fn() -> OffsetDateTime,
}

impl SqliteStore {
    /// The sessions of this database; makes their table where it is missing, and blocks until that is done.
    ///
    /// # Errors
    /// [`database::Error`] when the table cannot be made.
    pub fn new(database: &Database) -> Result<Self, database::Error> {
        database.set_up(|connection| connection.execute_batch(include_str!("schema.sql")))?;
        Ok(Self {
            database: Arc::new(database.clone()),
            absolute_limit: ABSOLUTE_LIMIT,
            clock: OffsetDateTime::now_utc,
        })
    }

    /// The same store with another absolute limit; the default is 90 days.
    #[must_use]
    pub fn with_absolute_limit(mut self, limit: Duration) -> Self {
        self.absolute_limit = limit;
        self
    }

    /// The same store with another clock, for tests that cannot wait for two weeks.
    #[must_use]
    pub fn with_clock(mut self, clock: fn() -> OffsetDateTime) -> Self {
        self.clock = clock;
        self
    }

    /// Now, and the latest beginning of a session that is over now whatever it did, in UTC seconds.
    pub(super) fn now(&self) -> (i64, i64) {
        let now = (self.clock)();
        (
            now.unix_timestamp(),
            now.saturating_sub(self.absolute_limit).unix_timestamp(),
        )
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> session_store::Result<T> {
        self.database
            .write(work)
            .await
            .map_err(Fault::from_database)
    }
}

#[async_trait]
impl SessionStore for SqliteStore {
    /// Always under a new id: whatever id the record came with may be one that somebody planted.
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        record.id = Id::default();
        let version = Version::first();
        version.put(&mut record.data);
        let (key, data, expires) = (
            key(&record.id),
            json(record)?,
            record.expiry_date.unix_timestamp(),
        );
        let (created, _) = self.now();
        self.write(move |connection| {
            connection
                .prepare_cached(
                    "insert into session (key, data, expires, created, saved, version, writer)
                     values (?1, ?2, ?3, ?4, ?4, ?5, ?6)",
                )?
                .execute(params![
                    key,
                    data,
                    expires,
                    created,
                    version.number,
                    version.writer
                ])
        })
        .await?;
        Ok(())
    }

    /// Only over the row that this record was loaded from: one that is gone stays gone, and one that another
    /// request has changed stays as that request left it.
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let (key, data, expires) = (
            key(&record.id),
            json(record)?,
            record.expiry_date.unix_timestamp(),
        );
        let loaded = Version::of(&record.data);
        let writer = loaded.unwrap_or_else(Version::first).writer;
        let (now, oldest) = self.now();
        let refused = self
            .write(move |connection| {
                let saved = connection
                    .prepare_cached(
                        "update session set data = ?1, expires = ?2, saved = ?5, version = version + 1, writer = ?3
                         where key = ?4 and expires > ?5 and created > ?6
                         and (?7 is null or version = ?7 or writer = ?3)",
                    )?
                    .execute(params![data, expires, writer, key, now, oldest, loaded.map(|l| l.number)])?;
                if saved == 1 {
                    return Ok(None);
                }
                let there = connection
                    .prepare_cached("select 1 from session where key = ? and expires > ? and created > ?")?
                    .exists(params![key, now, oldest])?;
                Ok(Some(if there { Fault::Changed } else { Fault::Gone }))
            })
            .await?;
        refused.map_or(Ok(()), |fault| Err(fault.report("it was not stored")))
    }

    /// A row that cannot be read makes a new visitor, not a page that fails for ever.
    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let hashed = key(id);
        let (now, oldest) = self.now();
        let row = self
            .database
            .read(move |connection| {
                connection
                    .prepare_cached(
                        "select data, expires, version from session
                         where key = ? and expires > ? and created > ?",
                    )?
                    .query_row(params![hashed, now, oldest], |row| {
                        Ok((
                            row.get::<_, String>(0)?,
                            row.get::<_, i64>(1)?,
                            row.get::<_, i64>(2)?,
                        ))
                    })
                    .optional()
            })
            .await
            .map_err(Fault::from_database)?;
        let Some((data, expires, number)) = row else {
            return Ok(None);
        };
        let (Ok(mut data), Ok(expiry_date)) = (
            serde_json::from_str(&data),
            OffsetDateTime::from_unix_timestamp(expires),
        ) else {
            tracing::warn!("a session that cannot be read was deleted; its visitor is new again");
            self.delete(id).await?;
            return Ok(None);
        };
        Version::loaded(number).put(&mut data);
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let key = key(id);
        self.write(move |connection| {
            connection
                .prepare_cached("delete from session where key = ?")?
                .execute([key])
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

/// What stands for an id in the table. An id is 128 random bits, so a plain hash cannot be searched through.
pub(in crate::session) fn key(id: &Id) -> [u8; 32] {
    Sha256::digest(id.to_string()).into()
}

/// The dictionary as a JSON object, sorted by key; the version has columns of its own.
fn json(record: &Record) -> session_store::Result<String> {
    let data: BTreeMap<_, _> = record
        .data
        .iter()
        .filter(|(key, _)| *key != Version::KEY)
        .collect();
    serde_json::to_string(&data).map_err(|cause| Error::Encode(cause.to_string()))
}
