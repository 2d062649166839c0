//! What a stored session is made of, whichever database its row lies in.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use sha2::{Digest, Sha256};
use tower_sessions::{
    session::{Id, Record},
    session_store::{Error, Result},
};

use super::version::Version;

/// What stands for an id in the table. An id is 128 random bits, so a plain hash cannot be searched through.
pub(in crate::session) fn key(id: &Id) -> [u8; 32] {
    Sha256::digest(id.to_string()).into()
}

/// The dictionary as a JSON object, sorted by key; the version has columns of its own.
pub(super) fn json(record: &Record) -> Result<String> {
    let data: BTreeMap<_, _> = record
        .data
        .iter()
        .filter(|(key, _)| *key != Version::KEY)
        .collect();
    serde_json::to_string(&data).map_err(|cause| Error::Encode(cause.to_string()))
}

/// The dictionary of a row, with what a save of it needs to know; `None` when it cannot be read.
pub(super) fn dictionary(
    json: String,
    number: i64,
    created: i64,
) -> Option<HashMap<String, Value>> {
    let mut data = serde_json::from_str(&json).ok()?;
    Version::loaded(number, created, json).put(&mut data);
    Some(data)
}

/// For the log, when a row cannot be read. It is then deleted: a page that failed for ever would be worse.
pub(super) fn warn_of_unreadable() {
    tracing::warn!("a session that cannot be read was deleted; its visitor is new again");
}
