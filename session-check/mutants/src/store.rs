//! A session store that does one thing wrong.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use lossless_sessions::{PERSON, SqliteStore};
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// All visitors get one id.
    OneId,
    /// Ids are counted.
    CountedIds,
    /// Ids have 32 random bits.
    ShortIds,
    /// An unknown id becomes a session.
    Adopts,
    /// The row from before signing in stays.
    OldIdLives,
    /// A save that comes too late is dropped without a word.
    LosesSaves,
    /// A save of a row that was deleted makes it again.
    Revives,
}

/// The site's store, whose sessions have other names outside than inside.
#[derive(Clone, Debug)]
pub struct Faulty {
    inner: SqliteStore,
    fault: Fault,
    names: Arc<Mutex<HashMap<Id, Id>>>,
}

impl Faulty {
    /// The store with a fault.
    pub fn new(inner: SqliteStore, fault: Fault) -> Self {
        Self {
            inner,
            fault,
            names: Arc::default(),
        }
    }

    fn inside(&self, outside: Id) -> Option<Id> {
        self.names.lock().unwrap().get(&outside).copied()
    }

    fn rename(&self, inside: Id) -> Id {
        let mut names = self.names.lock().unwrap();
        let outside = match self.fault {
            Fault::OneId => Id(7),
            Fault::CountedIds => Id(0x0123_4567_0000 + names.len() as i128),
            Fault::ShortIds => Id(inside.0 & 0xffff_ffff),
            _ => inside,
        };
        names.insert(outside, inside);
        outside
    }

    async fn make(&self, record: &mut Record) -> Result<()> {
        self.inner.create(record).await?;
        record.id = self.rename(record.id);
        Ok(())
    }
}

#[async_trait]
impl SessionStore for Faulty {
    async fn create(&self, record: &mut Record) -> Result<()> {
        if self.fault == Fault::OneId && self.inside(Id(7)).is_some() {
            record.id = Id(7);
            return Ok(());
        }
        self.make(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let Some(inside) = self.inside(record.id) else {
            return Ok(());
        };
        let renamed = Record {
            id: inside,
            ..record.clone()
        };
        let saved = self.inner.save(&renamed).await;
        let is_there = self.inner.load(&inside).await?.is_some();
        match (saved, self.fault) {
            (Err(_), Fault::LosesSaves) => Ok(()),
            (_, Fault::Revives) if !is_there => {
                let mut again = record.clone();
                self.inner.create(&mut again).await?;
                self.names.lock().unwrap().insert(record.id, again.id);
                Ok(())
            }
            (saved, _) => saved,
        }
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some(inside) = self.inside(*id) else {
            if self.fault != Fault::Adopts {
                return Ok(None);
            }
            let expiry_date = tower_sessions::cookie::time::OffsetDateTime::now_utc()
                + tower_sessions::cookie::time::Duration::DAY;
            let mut record = Record {
                id: *id,
                data: HashMap::default(),
                expiry_date,
            };
            self.inner.create(&mut record).await?;
            self.names.lock().unwrap().insert(*id, record.id);
            return self.load(id).await;
        };
        let found = self.inner.load(&inside).await?;
        Ok(found.map(|record| Record { id: *id, ..record }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let Some(inside) = self.inside(*id) else {
            return Ok(());
        };
        let found = self.inner.load(&inside).await?;
        let is_anonymous = found.is_some_and(|record| !record.data.contains_key(PERSON));
        match self.fault {
            Fault::OldIdLives if is_anonymous => Ok(()),
            _ => self
                .inner
                .delete(&inside)
                .await
                .map_err(|cause| Error::Backend(cause.to_string())),
        }
    }
}
