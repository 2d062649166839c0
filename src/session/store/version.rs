//! What a record was loaded with, and so which save it is based on.
//!
//! tower-sessions hands a store the record and nothing else, so this travels in the record's data, under a key of its
//! own, and never reaches the table's JSON.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use tower_sessions::session::Id;

/// The row as it was when it was loaded, and a random mark of this load.
///
/// The mark lets one request save more than once: its first save raises the row's version, and leaves the mark
/// there to be known by.
#[derive(Clone, Debug)]
pub(in crate::session) struct Version {
    /// How often the row had been changed.
    pub number: i64,
    /// The mark.
    pub writer: i64,
    /// When the session began, in UTC seconds. A session that goes on under a new id began when it began.
    pub created: i64,
    /// The row's JSON. A save of the same data only moves the expiry, which undoes nobody's change.
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
