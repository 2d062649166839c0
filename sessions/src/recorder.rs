//! A session store that takes notes.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_sessions::{
    SessionStore,
    cookie::time::{Duration, OffsetDateTime},
    session::{Id, Record},
    session_store::Result,
};

use crate::store::Version;

/// What the session layer asked of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operation {
    /// Look up the record of an id.
    Load,
    /// Store a record for the first time.
    Create,
    /// Store a changed record.
    Save,
    /// Remove a record.
    Delete,
}

/// The data of a record, sorted by key so that it always prints alike.
pub type Data = BTreeMap<String, Value>;

/// One call of a store and what it did. It holds no session id, so it may be shown and printed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoreCall {
    /// What was asked.
    pub operation: Operation,
    /// What the store held before the call; `None` when there was no record.
    pub before: Option<Data>,
    /// What it held after the call.
    pub after: Option<Data>,
    /// The store's own words, when it failed.
    pub failed: Option<String>,
}

tokio::task_local! {
    /// The calls of the request that this task is serving. They belong to the task, so they need no lock, and two
    /// requests at once never mix.
    static CALLS: RefCell<Vec<StoreCall>>;
}

/// Runs `request`; returns its result, and the calls that a [`Recorder`] saw while it ran.
pub async fn record_calls<T>(request: impl Future<Output = T>) -> (T, Vec<StoreCall>) {
    CALLS
        .scope(RefCell::default(), async {
            let result = request.await;
            (result, CALLS.with(RefCell::take))
        })
        .await
}

/// Wraps any session store and notes each call inside [`record_calls`]; outside that, it only passes the call on.
///
/// It sees what the store sees, and the steps need no hook for it. So a test can assert that no save happened.
#[derive(Clone, Debug)]
pub struct Recorder {
    store: Arc<dyn SessionStore>,
    /// How many seconds the store is ahead of the clock.
    ahead: Arc<AtomicI64>,
}

impl Recorder {
    /// A recorder in front of `store`.
    pub fn new(store: impl SessionStore) -> Self {
        Self {
            store: Arc::new(store),
            ahead: Arc::default(),
        }
    }

    /// Lets this much time pass for the sessions in the store, because a lesson cannot wait for two weeks.
    ///
    /// The clock itself cannot be moved, since tower-sessions reads it too. So the store's time runs ahead of the clock,
    /// and the recorder translates: it saves a later expiry than it was given, and returns an earlier one than it loads.
    pub fn wait(&self, time: Duration) {
        self.ahead
            .fetch_add(time.whole_seconds(), Ordering::Relaxed);
    }

    fn ahead(&self) -> Duration {
        Duration::seconds(self.ahead.load(Ordering::Relaxed))
    }

    /// What the store holds under `id`, if that has not expired by the store's time.
    async fn look_up(&self, id: &Id) -> Result<Option<Record>> {
        let ahead = self.ahead();
        let found = self.store.load(id).await?;
        let found = found.map(|mut record| {
            record.expiry_date = record.expiry_date.saturating_sub(ahead);
            record
        });
        Ok(
            found
                .filter(|record| ahead.is_zero() || record.expiry_date > OffsetDateTime::now_utc()),
        )
    }

    /// What the store holds under `id`, and when that ends. This is not noted as a call.
    pub async fn row(&self, id: &Id) -> Option<(Data, OffsetDateTime)> {
        let record = self.look_up(id).await.ok().flatten()?;
        Some((data(&record), record.expiry_date))
    }

    /// The stored data of `id`, read only inside [`record_calls`].
    async fn peek(&self, id: &Id) -> Option<Data> {
        CALLS.try_with(|_| ()).ok()?;
        self.row(id).await.map(|(data, _)| data)
    }
}

fn data(record: &Record) -> Data {
    let told = record.data.iter().filter(|(key, _)| *key != Version::KEY);
    told.map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn note<T>(operation: Operation, before: Option<Data>, after: Option<Data>, result: &Result<T>) {
    let failed = result.as_ref().err().map(ToString::to_string);
    let call = StoreCall {
        operation,
        before,
        after,
        failed,
    };
    let _ = CALLS.try_with(|calls| calls.borrow_mut().push(call));
}

#[async_trait]
impl SessionStore for Recorder {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let ends = record.expiry_date;
        record.expiry_date = ends.saturating_add(self.ahead());
        let result = self.store.create(record).await;
        record.expiry_date = ends;
        note(
            Operation::Create,
            None,
            self.peek(&record.id).await,
            &result,
        );
        result
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let before = self.peek(&record.id).await;
        let mut ahead = record.clone();
        ahead.expiry_date = ahead.expiry_date.saturating_add(self.ahead());
        let result = self.store.save(&ahead).await;
        note(
            Operation::Save,
            before,
            self.peek(&record.id).await,
            &result,
        );
        result
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let result = self.look_up(id).await;
        let found = result.as_ref().ok().and_then(Option::as_ref).map(data);
        note(Operation::Load, found.clone(), found, &result);
        result
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let before = self.peek(id).await;
        let result = self.store.delete(id).await;
        note(Operation::Delete, before, self.peek(id).await, &result);
        result
    }
}

impl fmt::Display for StoreCall {
    /// `save {"num_visits":1} -> {"num_visits":2}`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = |data: &Option<Data>| match data {
            Some(data) => serde_json::to_string(data).unwrap_or_default(),
            None => "nothing".into(),
        };
        let (before, after) = (json(&self.before), json(&self.after));
        match self.operation {
            Operation::Load => write!(f, "load {after}")?,
            Operation::Create => write!(f, "create {after}")?,
            Operation::Save => write!(f, "save {before} -> {after}")?,
            Operation::Delete => write!(f, "delete {before}")?,
        }
        match &self.failed {
            Some(reason) => write!(f, " failed: {reason}"),
            None => Ok(()),
        }
    }
}
