//! Which save a loaded record is based on.
//!
//! tower-sessions hands a store the record and nothing else, so the version travels in the record's data, under
//! a key of its own, and never reaches the table's JSON.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use tower_sessions::session::Id;

/// The row's version when it was loaded, and a random mark of this load.
///
/// The mark lets one request save more than once: its first save raises the row's version, and leaves the mark
/// there to be known by.
#[derive(Clone, Copy, Debug)]
pub(in crate::session) struct Version {
    pub number: i64,
    pub writer: i64,
}

impl Version {
    pub const KEY: &str = "_version";

    /// For a row that is new.
    pub fn first() -> Self {
        Self::loaded(0)
    }

    /// For a row that was loaded.
    pub fn loaded(number: i64) -> Self {
        // A session id is a random number; half of one is enough to tell two loads apart.
        Self {
            number,
            writer: Id::default().0 as i64,
        }
    }

    pub fn put(self, data: &mut HashMap<String, Value>) {
        data.insert(
            Self::KEY.into(),
            serde_json::json!([self.number, self.writer]),
        );
    }

    /// `None` when the record was emptied with tower-sessions' own `clear`, which leaves nothing behind.
    pub fn of(data: &HashMap<String, Value>) -> Option<Self> {
        let (number, writer) = Deserialize::deserialize(data.get(Self::KEY)?).ok()?;
        Some(Self { number, writer })
    }
}
