//! What a stored session consists of, whichever database its row is in.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use sha2::{Digest, Sha256};
use tower_sessions::{
    session::{Id, Record},
    session_store::{Error, Result},
};

use super::version::Version;

/// What the table has in place of an id, for a table of the application that refers to sessions. An id is 128 random bits, so nobody can find it by hashing guesses.
pub fn row_key(id: &Id) -> [u8; 32] {
    Sha256::digest(id.to_string()).into()
}

/// The dictionary as a JSON object, sorted by key. The version is left out, because it has columns of its own.
pub(crate) fn json(record: &Record) -> Result<String> {
    let data: BTreeMap<_, _> = record
        .data
        .iter()
        .filter(|(key, _)| *key != Version::KEY)
        .collect();
    serde_json::to_string(&data).map_err(|cause| Error::Encode(cause.to_string()))
}

/// The dictionary of a row, together with what a later save needs to know; `None` if it cannot be read.
pub(crate) fn dictionary(
    json: String,
    number: i64,
    created: i64,
) -> Option<HashMap<String, Value>> {
    let mut data = serde_json::from_str(&json).ok()?;
    Version::loaded(number, created, json).put(&mut data);
    Some(data)
}

/// Logs that a row could not be read. It is then deleted, because a page that fails for ever would be worse.
pub(crate) fn warn_of_unreadable() {
    tracing::warn!("a session that cannot be read was deleted; its visitor is new again");
}
