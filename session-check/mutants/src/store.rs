//! A session store that does one thing wrong.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use lossless_sessions::{PERSON, SqliteStore};
use tower_sessions::{
    SessionStore,
    cookie::time::{Duration, OffsetDateTime},
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
    /// Ids have 64 random bits, twice.
    DoubledIds,
    /// Ids come from Knuth's linear generator, which anybody can continue.
    LinearIds,
    /// The first bits of an id are the time.
    TimedIds,
    /// A session's time is never over.
    NeverExpires,
    /// An unknown id makes an error.
    FailsForStrangers,
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
            Fault::DoubledIds => Id(inside.0 & HALF | (inside.0 & HALF) << 64),
            Fault::LinearIds => Id(linear(names.len())),
            Fault::TimedIds => {
                Id(inside.0 >> 32 & (i128::MAX >> 32) | i128::from(now().unix_timestamp()) << 96)
            }
            _ => inside,
        };
        names.insert(outside, inside);
        outside
    }

    /// The record as it is stored.
    fn lasting(&self, record: &Record) -> Record {
        let mut stored = record.clone();
        if self.fault == Fault::NeverExpires {
            stored.expiry_date += Duration::DAY;
        }
        stored
    }

    async fn make(&self, record: &mut Record) -> Result<()> {
        let mut inside = self.lasting(record);
        self.inner.create(&mut inside).await?;
        record.id = self.rename(inside.id);
        Ok(())
    }
}

const HALF: i128 = u64::MAX as i128;

fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// The number after so many steps.
fn linear(steps: usize) -> i128 {
    let next = |state: u64, _| {
        let raised = state.wrapping_mul(6_364_136_223_846_793_005);
        raised.wrapping_add(1_442_695_040_888_963_407)
    };
    let [high, low] = [2 * steps, 2 * steps + 1].map(|steps| (0..steps).fold(7, next));
    (u128::from(high) << 64 | u128::from(low)) as i128
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
            ..self.lasting(record)
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
            match self.fault {
                Fault::Adopts => {}
                Fault::FailsForStrangers => {
                    return Err(Error::Backend("there is no such id".into()));
                }
                _ => return Ok(None),
            }
            let expiry_date = now() + Duration::DAY;
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
