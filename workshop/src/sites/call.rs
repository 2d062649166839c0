//! The calls of the store in a race: who made each, when, and what came of it.

use std::{collections::VecDeque, fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use lossless_sessions::{Data, Operation, Recorder, StoreCall, record_calls};
use tokio::{
    sync::{Mutex, oneshot, watch},
    time::Instant,
};
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::Result,
};

use super::lock;

tokio::task_local! {
    /// The tab whose request this task serves, from 0. Other requests are not noted.
    pub(super) static TAB: usize;
}

/// A call of the store.
#[derive(Clone)]
pub struct Call {
    /// Who made it, from 0.
    pub tab: usize,
    /// When it was answered, after the race began.
    pub at: Duration,
    /// What it was.
    pub mark: Mark,
    /// What the store held before it and after it.
    pub record: [Option<Data>; 2],
}

/// What a call was to its tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The tab loaded the record.
    Load,
    /// The tab's request ran again after a refusal, and loaded the record anew.
    Again,
    /// The tab saved the record that it had loaded.
    Save,
    /// The tab saved over a record that it had never loaded, so what another tab had stored is lost.
    Over,
    /// The store refused to save.
    Refused,
}

impl Call {
    fn new(tab: usize, at: Duration, call: StoreCall, earlier: &[Self]) -> Self {
        let last = earlier.iter().rev().find(|other| other.tab == tab);
        let loaded = last.and_then(|last| last.record[1].as_ref());
        let mark = match call.operation {
            _ if call.failed.is_some() => Mark::Refused,
            Operation::Load if last.is_some_and(|last| last.mark == Mark::Refused) => Mark::Again,
            Operation::Load => Mark::Load,
            _ if call.before.as_ref() != loaded => Mark::Over,
            _ => Mark::Save,
        };
        Self {
            tab,
            at,
            mark,
            record: [call.before, call.after],
        }
    }
}

/// What is noted of the calls, and the gate before them.
pub(super) struct Notes {
    /// The calls that wait for their turn, in their order; `None` at full speed.
    gate: Option<std::sync::Mutex<VecDeque<oneshot::Sender<()>>>>,
    /// Held during a call, so that what is noted is what happened, in this order.
    one_call: Mutex<()>,
    began: Instant,
    noted: watch::Sender<Noted>,
}

/// What has been noted.
#[derive(Clone, Default)]
pub(super) struct Noted {
    pub calls: Vec<Call>,
    /// How many calls wait at the gate.
    pub waiting: usize,
    /// Of each tab that was answered, whether it was with a page.
    pub answers: Vec<(usize, bool)>,
    /// How the race ended.
    pub end: Option<End>,
}

/// How a race ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Every tab was answered.
    Finished,
    /// Somebody stopped it, or it took too long.
    Stopped,
}

impl Notes {
    /// Nothing is noted yet. Where it is slow, each call waits until it is [let through](Self::let_one_through).
    pub fn new(is_slow: bool) -> Arc<Self> {
        Arc::new(Self {
            gate: is_slow.then(Default::default),
            one_call: Mutex::default(),
            began: Instant::now(),
            noted: watch::Sender::default(),
        })
    }

    /// Whether each call waits.
    pub fn is_slow(&self) -> bool {
        self.gate.is_some()
    }

    /// What has been noted so far.
    pub fn noted(&self) -> Noted {
        self.noted.borrow().clone()
    }

    /// A tab was answered.
    pub fn answered(&self, tab: usize, with_a_page: bool) {
        self.noted
            .send_modify(|noted| noted.answers.push((tab, with_a_page)));
    }

    /// The race has ended.
    pub fn ended(&self, end: End) {
        self.noted
            .send_modify(|noted| _ = noted.end.get_or_insert(end));
    }

    /// Waits until what is noted is so, or the race has ended.
    pub async fn wait_until(&self, is_so: impl Fn(&Noted) -> bool) {
        let is_so = |noted: &Noted| noted.end.is_some() || is_so(noted);
        let _ = self.noted.subscribe().wait_for(is_so).await;
    }

    /// Lets the call go on that has waited longest.
    pub fn let_one_through(&self) {
        let first = self.gate.as_ref().and_then(|gate| lock(gate).pop_front());
        if let Some(first) = first {
            let _ = first.send(()); // Where the race was stopped, nobody waits any more.
        }
    }

    async fn note<T>(&self, call: impl Future<Output = T>) -> T {
        let Ok(tab) = TAB.try_with(|tab| *tab) else {
            return call.await;
        };
        if let Some(gate) = &self.gate {
            let (go, goes_on) = oneshot::channel();
            lock(gate).push_back(go);
            self.noted.send_modify(|noted| noted.waiting += 1);
            let _ = goes_on.await;
        }
        let alone = self.one_call.lock().await;
        let (result, calls) = record_calls(call).await;
        let at = self.began.elapsed();
        self.noted.send_modify(|noted| {
            noted.waiting = noted.waiting.saturating_sub(1);
            for call in calls {
                noted.calls.push(Call::new(tab, at, call, &noted.calls));
            }
        });
        drop(alone);
        result
    }
}

/// A recorder whose calls are noted.
#[derive(Clone)]
pub(super) struct Watched {
    pub sessions: Recorder,
    pub notes: Arc<Notes>,
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sessions.fmt(f)
    }
}

#[async_trait]
impl SessionStore for Watched {
    async fn create(&self, record: &mut Record) -> Result<()> {
        self.notes.note(self.sessions.create(record)).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.notes.note(self.sessions.save(record)).await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        self.notes.note(self.sessions.load(id)).await
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.notes.note(self.sessions.delete(id)).await
    }
}
