//! One row of a step's store, as the visitors' lab shows it.

use lossless_sessions::Data;
use tower_sessions::{cookie::time::OffsetDateTime, session::Id};

/// A row of the store, as a cookie of this lab has led to it.
#[derive(Clone)]
pub struct Row {
    pub(super) id: Id,
    /// Whose cookie leads to it; `None` when nobody has its id any more.
    pub owner: Option<&'static str>,
    /// What it holds; `None` when the store has it no more.
    pub data: Option<Data>,
    /// What it held before the latest change.
    pub before: Option<Data>,
    /// When it ends.
    pub ends: Option<OffsetDateTime>,
}

impl Row {
    pub(super) fn of(id: Id) -> Self {
        Self {
            id,
            owner: None,
            data: None,
            before: None,
            ends: None,
        }
    }

    pub(super) fn now_holds(&mut self, found: Option<(Data, OffsetDateTime)>) {
        let (data, ends) = found.unzip();
        if data != self.data {
            self.before = std::mem::replace(&mut self.data, data);
        }
        self.ends = ends;
    }

    /// The id, shortened: enough to tell two apart.
    pub fn short_id(&self) -> String {
        self.id.to_string().chars().take(5).collect()
    }
}
