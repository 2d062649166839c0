//! The record of a session around one request: what changed in it, key by key.

use std::collections::BTreeSet;

use lossless_sessions::{Data, StoreCall};

/// Longer texts are cut, so that an event's memory is bounded.
const LONGEST: usize = 400;

/// How many keys of a record are kept.
const MOST_KEYS: usize = 40;

/// A value of the session's record, before a request and after it.
#[derive(Debug, PartialEq, Eq)]
pub struct Item {
    /// Its key.
    pub key: String,
    /// Its value as JSON; `None` when the record had no such key.
    pub before: Option<String>,
    /// The same after the request.
    pub after: Option<String>,
}

impl Item {
    /// Whether the request changed it.
    pub fn changed(&self) -> bool {
        self.before != self.after
    }
}

/// The record as the first of these calls found it, and as the last one left it.
pub fn of(calls: &[StoreCall]) -> Vec<Item> {
    between(
        calls.first().and_then(|call| call.before.as_ref()),
        calls.last().and_then(|call| call.after.as_ref()),
    )
}

/// Two states of a record, key by key.
pub fn between(before: Option<&Data>, after: Option<&Data>) -> Vec<Item> {
    let empty = Data::new();
    let (before, after) = (before.unwrap_or(&empty), after.unwrap_or(&empty));
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let value = |data: &Data, key| data.get(key).map(|value| cut(&value.to_string()));
    let items = keys.into_iter().take(MOST_KEYS).map(|key| Item {
        key: cut(key),
        before: value(before, key),
        after: value(after, key),
    });
    items.collect()
}

/// The text, not longer than a text of an event may be.
pub fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.into(),
    }
}
