//! One answer for all requests that ask the same at the same time.

use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{Database, Error, outcome_of, thread::Work};

/// A query that many requests make, such as the counts of the home page.
///
/// Requests that ask while the query is waiting in the queue share its answer. Once it has left the queue, the next
/// request queues it again. Under load, one query serves many pages.
#[derive(Debug)]
pub struct Shared<T> {
    query: fn(&Connection) -> rusqlite::Result<T>,
    asking: Asking<T>,
}

/// Those who wait for the query that is in the queue.
type Asking<T> = Arc<Mutex<Vec<oneshot::Sender<Result<T, Error>>>>>;

impl<T: Clone + Send + 'static> Shared<T> {
    /// For this query, which only reads.
    pub fn new(query: fn(&Connection) -> rusqlite::Result<T>) -> Self {
        Self {
            query,
            asking: Asking::default(),
        }
    }

    /// The query's result on `database`.
    ///
    /// # Errors
    /// [`Error`], as for [`Database::read`].
    pub async fn ask(&self, database: &Database) -> Result<T, Error> {
        let (sender, outcome) = oneshot::channel();
        {
            let mut asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
            if asking.is_empty() {
                database.queue(self.work())?;
            }
            asking.push(sender);
        }
        outcome_of(outcome).await
    }

    fn work(&self) -> Work {
        let (query, asking) = (self.query, self.asking.clone());
        Work::Shared(Box::new(move || {
            // The database is read after this moment. A later request may already know of a change that the answer does
            // not contain, so it must not share it.
            let asked = mem::take(&mut *asking.lock().unwrap_or_else(PoisonError::into_inner));
            Box::new(move |connection| {
                let result = connection.and_then(|connection| Ok(query(connection)?));
                for sender in asked {
                    let _ = sender.send(result.clone());
                }
            })
        }))
    }
}
