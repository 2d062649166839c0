//! One answer for all requests that ask the same, until the database changes.

use std::{
    mem,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    Database, Error, outcome_of,
    thread::{Access, Read, Work},
};

/// A query that many requests make, such as the counts of the home page, and that reads no session.
///
/// Requests that ask while the query is waiting in the queue share its answer. Once it has left the queue, the next
/// request queues it again. Then the answer is remembered until somebody writes to the database: this program, with
/// [`Database::write`], or another one. A session that is saved is no such write, because it changes no other table. (If a
/// trigger of yours makes it do so, ask with [`Database::read`].) One that is deleted is, because a foreign key may refer
/// to it.
#[derive(Debug)]
pub struct Shared<T> {
    database: Database,
    asking: Arc<Mutex<Vec<Asking<T>>>>,
    remembered: Arc<Mutex<Remembered<T>>>,
}

/// One who waits for the query that is in the queue.
type Asking<T> = oneshot::Sender<Result<T, Error>>;

/// The query, and its last answer with the state of the database that it was read from.
#[derive(Debug)]
struct Remembered<T> {
    query: fn(&Connection) -> rusqlite::Result<T>,
    last: Option<(State, T)>,
}

/// What has another value after a write.
#[derive(Debug, PartialEq)]
struct State {
    /// The number of this program's writes.
    writes: u64,
    /// It changes when another connection has committed (<https://www.sqlite.org/pragma.html#pragma_data_version>).
    data_version: i64,
}

impl<T: Clone + Send + 'static> Shared<T> {
    /// For this query on this database: one statement, which only reads, and no session.
    pub fn new(database: &Database, query: fn(&Connection) -> rusqlite::Result<T>) -> Self {
        let database = database.clone();
        let remembered = Arc::new(Mutex::new(Remembered { query, last: None }));
        let asking = Arc::default();
        Self {
            database,
            asking,
            remembered,
        }
    }

    /// The query's result.
    ///
    /// # Errors
    /// [`Error`], as for [`Database::read`].
    pub async fn ask(&self) -> Result<T, Error> {
        let (sender, outcome) = oneshot::channel();
        {
            let mut asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
            if asking.is_empty() {
                self.database.queue(self.work())?;
            }
            asking.push(sender);
        }
        outcome_of(outcome).await
    }

    fn work(&self) -> Work {
        let (asking, remembered) = (self.asking.clone(), self.remembered.clone());
        let writes = self.database.0.writes.clone();
        Work::Shared(Box::new(move || {
            // The database is read after this moment. A later request may already know of a change that the answer does
            // not contain, so it must not share it.
            let asked = mem::take(&mut *asking.lock().unwrap_or_else(PoisonError::into_inner));
            let work = Box::new(move |connection: Access| {
                let mut remembered = remembered.lock().unwrap_or_else(PoisonError::into_inner);
                let result =
                    connection.and_then(|connection| Ok(remembered.ask(connection, &writes)?));
                for sender in asked {
                    let _ = sender.send(result.clone());
                }
            });
            Read {
                work,
                of_one_moment: false,
            }
        }))
    }
}

impl<T: Clone> Remembered<T> {
    /// Another process may write between the look at the state and the query. The answer is then newer than the state that
    /// is remembered with it, so the next request asks once more.
    fn ask(&mut self, connection: &Connection, writes: &AtomicU64) -> rusqlite::Result<T> {
        let state = State {
            writes: writes.load(Ordering::Relaxed),
            data_version: connection
                .prepare_cached("pragma data_version")?
                .query_row([], |row| row.get(0))?,
        };
        if let Some((read_from, answer)) = &self.last
            && *read_from == state
        {
            return Ok(answer.clone());
        }
        let answer = (self.query)(connection)?;
        self.last = Some((state, answer.clone()));
        Ok(answer)
    }
}
