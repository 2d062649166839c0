//! The steps as running sites, each on a port of its own and observed.
//!
//! ```text
//! live     a step that listens and is observed
//! visitor  a browser whose cookies the workshop keeps
//! guest    a visitor of one step
//! lab      the visitors of a step, and the rows of its store
//! replay   a journey that is made in their browsers
//! machines a step that is several processes behind a proxy
//! race     tabs of one browser at once; call: what each asked of the store
//! row      one row of that store
//! ```
//!
//! It uses the rooms `text`, `course`, `observe` and `shell`.

use std::sync::{Mutex, MutexGuard, PoisonError};

mod call;
mod guest;
pub mod lab;
pub mod live;
pub mod machines;
pub mod race;
pub mod replay;
mod row;
pub mod visitor;

/// What these locks hold stays whole whatever happens to their holders, so a poisoned lock is none.
fn lock<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}
