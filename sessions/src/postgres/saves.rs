//! Saves that come together are committed together.
//!
//! A commit waits for the server's disk. If each save had one of its own, on a connection of its own, a site would
//! save as often as the disk turns times the number of its connections. So saves queue: a task takes all that wait,
//! sends them in one go as one transaction, and answers each after the commit. A lone visitor notices nothing; with
//! many at once, one commit serves them all. The store in SQLite does the same (`sqlite/database/thread.rs`).
//!
//! What fails one of them fails them all: a row that somebody has locked by hand, say, for as long as it is locked and
//! its visitor comes. Then each is told so within the store's patience.

use std::sync::Arc;

use deadpool_postgres::PoolError;
use tokio::sync::{mpsc, oneshot};
use tower_sessions::{cookie::time::OffsetDateTime, session_store};

use super::{
    connections::{Connections, Parameter, Parameters, within_patience},
    failure,
};
use crate::Fault;

/// How many saves may wait. A queue without an end would only turn an overload into a crash.
const LONGEST_QUEUE: usize = 4096;

/// How many are taken at once, so that nobody waits long for the others.
const LARGEST_BATCH: usize = 256;

/// `there` is the row as it was when the statement began. If another process deletes it just then, the save is told
/// that it was changed; the next load finds it gone.
const SAVE: &str = "\
    with saved as (
        update session
        set data = $2::text::json, expires = $3, saved = $5, person = $8,
            version = version + case when data::text = $2 then 0 else 1 end,
            writer = case when data::text = $2 then writer else $4 end
        where key = $1 and expires > $5 and created > $6
        and ($7::bigint is null or version = $7 or writer = $4)
        returning 1
    ), there as (
        select from session where key = $1 and expires > $5 and created > $6
    )
    select case when exists (table saved) then 'saved'
                when exists (table there) then 'changed'
                else 'gone' end";

/// The parameters of one save, in their order.
#[derive(Debug)]
pub(super) struct Save {
    pub key: [u8; 32],
    pub data: String,
    pub expires: OffsetDateTime,
    pub writer: i64,
    pub now: OffsetDateTime,
    pub oldest: OffsetDateTime,
    pub version: Option<i64>,
    pub person: Option<i64>,
}

/// What became of a save.
pub(super) enum Outcome {
    Saved,
    /// Another request came first.
    Changed,
    /// The row is there no more, or it has expired.
    Gone,
}

type Answer = oneshot::Sender<Result<Outcome, Arc<PoolError>>>;

/// The queue; the task ends with it.
#[derive(Debug)]
pub(super) struct Saves(mpsc::Sender<(Save, Answer)>);

impl Saves {
    pub fn on(connections: Arc<Connections>) -> Self {
        let (sender, queue) = mpsc::channel(LONGEST_QUEUE);
        tokio::spawn(serve(connections, queue));
        Self(sender)
    }

    /// Queues a save, and waits until its transaction is committed.
    pub async fn save(&self, save: Save) -> session_store::Result<Outcome> {
        let (sender, answer) = oneshot::channel();
        if self.0.try_send((save, sender)).is_err() {
            return Err(Fault::Unavailable.report("too many saves are queued"));
        }
        let answered = within_patience(async { answer.await.map_err(|_| PoolError::Closed) }).await;
        let outcome = answered.map_err(|cause| failure::reported(&cause))?;
        outcome.map_err(|cause| failure::reported(&cause))
    }
}

async fn serve(connections: Arc<Connections>, mut queue: mpsc::Receiver<(Save, Answer)>) {
    let mut batch = Vec::new();
    while queue.recv_many(&mut batch, LARGEST_BATCH).await > 0 {
        // Two processes that lock the same rows in the same order never wait for each other in a circle.
        batch.sort_by_key(|(save, _)| save.key);
        let (saves, answers): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        match commit(&connections, &saves).await {
            Ok(outcomes) => {
                for (answer, outcome) in answers.into_iter().zip(outcomes) {
                    // Nobody waits any more when the visitor has gone away.
                    let _ = answer.send(Ok(outcome));
                }
            }
            Err(cause) => {
                let cause = Arc::new(cause);
                for answer in answers {
                    let _ = answer.send(Err(cause.clone()));
                }
            }
        }
    }
}

/// Commits these saves, and tells what became of each.
async fn commit(connections: &Connections, saves: &[Save]) -> Result<Vec<Outcome>, PoolError> {
    let keys: Vec<_> = saves.iter().map(|save| save.key.as_slice()).collect();
    let rows: Vec<_> = saves.iter().zip(&keys).map(parameters).collect();
    let rows: Vec<Parameters> = rows.iter().map(|row| row.as_slice()).collect();
    let told = connections.query_each(SAVE, &rows).await?;
    let outcomes = told.iter().flatten().map(|row| match row.get(0) {
        "saved" => Outcome::Saved,
        "changed" => Outcome::Changed,
        _ => Outcome::Gone,
    });
    Ok(outcomes.collect())
}

fn parameters<'a>((save, key): (&'a Save, &'a &'a [u8])) -> [Parameter<'a>; 8] {
    let Save {
        key: _,
        data,
        expires,
        writer,
        now,
        oldest,
        version,
        person,
    } = save;
    [key, data, expires, writer, now, oldest, version, person]
}
