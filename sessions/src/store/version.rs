//! The version of the row that a record was loaded from, which a later save needs to know.
//!
//! tower-sessions hands a store nothing but the record. So the version travels in the record's data, under a key of its
//! own, and is taken out before the data is written to the table.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use tower_sessions::session::Id;

/// The row as it was when it was loaded, and a random mark of this load.
///
/// The mark lets one request save more than once. Its first save raises the row's version and leaves the mark in the row,
/// where its next save finds it.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    /// How often the row had been changed.
    pub number: i64,
    /// The mark.
    pub writer: i64,
    /// When the session began, in UTC seconds. A session that goes on under a new id began when it began.
    pub created: i64,
    /// The row's JSON. A save of the same data only moves the expiry, and so it cannot undo another change.
    pub data: String,
}

impl Version {
    pub const KEY: &str = "_version";

    /// For a row that is new.
    pub fn first(created: i64) -> Self {
        Self::loaded(0, created, String::new())
    }

    /// For a row that was loaded.
    pub fn loaded(number: i64, created: i64, data: String) -> Self {
        // A session id is a random number; half of one is enough to tell two loads apart.
        Self {
            number,
            writer: Id::default().0 as i64,
            created,
            data,
        }
    }

    pub fn put(self, record: &mut HashMap<String, Value>) {
        let version = serde_json::json!([self.number, self.writer, self.created, self.data]);
        record.insert(Self::KEY.into(), version);
    }

    /// `None` when the record is new, or was emptied with tower-sessions' own `clear`, which leaves nothing behind.
    pub fn of(record: &HashMap<String, Value>) -> Option<Self> {
        let (number, writer, created, data) =
            Deserialize::deserialize(record.get(Self::KEY)?).ok()?;
        Some(Self {
            number,
            writer,
            created,
            data,
        })
    }
}
