//! Sessions in PostgreSQL: for a site that has outgrown one machine, so that every process finds every session.
//!
//! It promises what [`SqliteStore`](crate::SqliteStore) promises, and passes the same tests. Each load and each save
//! is one statement, one round trip, answered after its commit: with PostgreSQL's own settings it then survives
//! whatever happens to this process or to the server's (`synchronous_commit`).
//!
//! Which sessions have expired is told by the clock of the process that asks. Machines that share a server
//! therefore keep their clocks together, as machines with NTP do.

mod address;
mod connections;
mod failure;
mod people;
mod saves;
mod schema;
mod sweep;
#[cfg(feature = "rustls")]
mod tls;

use std::{env, sync::Arc};

use async_trait::async_trait;
pub use deadpool_postgres::{Manager, Pool};
pub use failure::Error;
pub use people::PersonSessions;
use tokio_postgres::Row;
use tower_sessions::{
    ExpiredDeletion, SessionStore,
    cookie::time::{Duration, OffsetDateTime, UtcOffset},
    session::{Id, Record},
    session_store::{self, Error as StoreError},
};

use self::{
    connections::{Connections, Parameters},
    saves::{Outcome, Save, Saves},
};
use crate::{
    Fault, PERSON,
    store::{
        Version,
        limits::{Limits, Moment},
        row::{dictionary, json, row_key, warn_of_unreadable},
    },
};

/// The store; clones share its connections. Django: `django.contrib.sessions.backends.db` on PostgreSQL.
#[derive(Clone, Debug)]
pub struct PostgresStore {
    connections: Arc<Connections>,
    saves: Arc<Saves>,
    limits: Limits,
}

impl PostgresStore {
    /// The sessions of the database at this address: `postgres://name:password@host:5432/database`.
    ///
    /// Connects when it is first used, and makes the tables when there are none: so a site starts, and serves what needs
    /// no session, while the server is away. To be used within a tokio runtime.
    ///
    /// A Unix socket's folder is written like `postgres://name@%2Frun%2Fpostgresql/database`.
    ///
    /// With the feature `rustls` the connection is encrypted as `?sslmode=` says: `disable`, `prefer` (the default),
    /// `require`, `verify-ca` or `verify-full`, as in libpq. `prefer` and `require` do not ask who the server is. For the other
    /// two, `&sslrootcert=` names the file of the certificates that are trusted. Without the feature, an address that insists
    /// on TLS is refused.
    ///
    /// # Errors
    /// [`Error`] when the address cannot be read.
    pub fn new(url: &str) -> Result<Self, Error> {
        let connections = Arc::new(Connections::to(url)?);
        Ok(Self {
            saves: Arc::new(Saves::on(connections.clone())),
            connections,
            limits: Limits::default(),
        })
    }

    /// The sessions of the database that this pool of the application connects to. To be used within a tokio runtime.
    ///
    /// The store makes its tables when it is first used, and does not change the pool's settings. A statement that nobody
    /// waits for any more goes on in the server, unless the pool's connections have a `statement_timeout`.
    pub fn on(pool: Pool) -> Self {
        let connections = Arc::new(Connections::of(pool));
        Self {
            saves: Arc::new(Saves::on(connections.clone())),
            connections,
            limits: Limits::default(),
        }
    }

    /// [`new`](Self::new), and connects at once: for a program that had better not start where it cannot.
    ///
    /// # Errors
    /// [`Error`] also when the server cannot be used, or a newer program has changed the tables.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        let store = Self::new(url)?;
        store.connections.try_one().await?;
        Ok(store)
    }

    /// [`new`](Self::new) with the address in the environment's `DATABASE_URL`.
    ///
    /// # Errors
    /// [`Error`] also when there is none, with a sentence that says how to have a server.
    pub fn from_env() -> Result<Self, Error> {
        env::var("DATABASE_URL").map_or_else(|_| Err(failure::no_address()), |url| Self::new(&url))
    }

    /// The sessions of each person, to be listed and ended.
    pub fn people(&self) -> PersonSessions {
        PersonSessions::new(self)
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
}

#[async_trait]
impl SessionStore for PostgresStore {
    /// Always under a new id: whatever id the record came with may be one that somebody planted.
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let now = self.limits.moment().now;
        let loaded = Version::of(&record.data).map(|loaded| loaded.created);
        let version = Version::first(loaded.unwrap_or(now.unix_timestamp()));
        record.id = Id::default();
        version.clone().put(&mut record.data);
        let (key, data, expires) = (row_key(&record.id), json(record)?, expires(record)?);
        let insert =
            "insert into session (key, data, expires, created, version, writer, saved, person)
                      values ($1, $2::text::json, $3, to_timestamp($4::bigint), $5, $6, $7, $8)";
        let person = person(record);
        let Version {
            created,
            number,
            writer,
            ..
        } = version;
        let row: Parameters = &[
            &key.as_slice(),
            &data,
            &expires,
            &created,
            &number,
            &writer,
            &now,
            &person,
        ];
        self.connections.query(insert, row).await.map(drop)
    }

    /// Only over the row that this record was loaded from: one that is gone stays gone, and one that another
    /// request has changed stays as that request left it.
    ///
    /// A save that changes no data only moves the expiry. It raises no version, so it is in nobody's way. When
    /// another request has changed the row meanwhile, that one has moved the expiry too, and nothing is left to do.
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let data = json(record)?;
        let loaded = Version::of(&record.data);
        let is_changed = loaded.as_ref().is_none_or(|loaded| loaded.data != data);
        let (version, writer) = match loaded {
            Some(loaded) => (Some(loaded.number), loaded.writer),
            None => (None, Version::first(0).writer),
        };
        let Moment { now, oldest } = self.limits.moment();
        let save = Save {
            key: row_key(&record.id),
            data,
            expires: expires(record)?,
            writer,
            now,
            oldest,
            version,
            person: person(record),
        };
        match self.saves.save(save).await? {
            Outcome::Saved => Ok(()),
            Outcome::Changed if !is_changed => Ok(()),
            Outcome::Changed => Err(Fault::Changed.report("it was not stored")),
            Outcome::Gone => Err(Fault::Gone.report("it was not stored")),
        }
    }

    /// A row that cannot be read makes a new visitor, not a page that fails for ever.
    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let Moment { now, oldest } = self.limits.moment();
        let select = "select data::text, expires, version, extract(epoch from created)::bigint
                      from session
                      where key = $1 and expires > $2 and created > $3";
        let row = self
            .connections
            .query(select, &[&row_key(id).as_slice(), &now, &oldest])
            .await?;
        let Some(row) = row else { return Ok(None) };
        let record = read(&row, *id);
        if record.is_none() {
            warn_of_unreadable();
            self.delete(id).await?;
        }
        Ok(record)
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let delete = "delete from session where key = $1";
        self.connections
            .query(delete, &[&row_key(id).as_slice()])
            .await
            .map(drop)
    }
}

#[async_trait]
impl ExpiredDeletion for PostgresStore {
    async fn delete_expired(&self) -> session_store::Result<()> {
        self.clear_expired().await.map(drop)
    }
}

fn read(row: &Row, id: Id) -> Option<Record> {
    Some(Record {
        id,
        data: dictionary(row.try_get(0).ok()?, row.get(2), row.get(3))?,
        expiry_date: row.try_get(1).ok()?,
    })
}

/// Whose session it is.
fn person(record: &Record) -> Option<i64> {
    record.data.get(PERSON)?.as_i64()
}

/// In UTC, as `timestamptz` keeps it.
fn expires(record: &Record) -> session_store::Result<OffsetDateTime> {
    let date = record.expiry_date.checked_to_offset(UtcOffset::UTC);
    date.ok_or_else(|| StoreError::Encode("the expiry is no date".into()))
}
