//! What a sealed cookie says.

use std::{collections::BTreeMap, fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_sessions::{
    cookie::time::OffsetDateTime,
    session::{Id, Record},
};

/// A whole session, as it travels. The two short names are those of RFC 7519, section 4.1.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Claims {
    /// The session's id. It finds nothing on the server, but a list of ended sessions can name it.
    pub jti: String,
    /// When the session ends, in UTC seconds. A browser's `Max-Age` is no limit for somebody who keeps a copy.
    pub exp: i64,
    /// The session's keys and values.
    pub data: BTreeMap<String, Value>,
}

impl From<Record> for Claims {
    fn from(record: Record) -> Self {
        Self {
            jti: record.id.to_string(),
            exp: record.expiry_date.unix_timestamp(),
            data: record.data.into_iter().collect(),
        }
    }
}

impl Claims {
    /// The record that they were made of; `None` if they were made of none.
    pub(super) fn record(self) -> Option<Record> {
        Some(Record {
            id: self.jti.parse::<Id>().ok()?,
            data: self.data.into_iter().collect(),
            expiry_date: OffsetDateTime::from_unix_timestamp(self.exp).ok()?,
        })
    }
}

/// JSON as a text that may stand in a cookie, where quotes and commas may not (RFC 6265, section 4.1.1).
impl fmt::Display for Claims {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let json = serde_json::to_vec(self).map_err(|_| fmt::Error)?;
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(json))
    }
}

impl FromStr for Claims {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let json = BASE64_URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
        serde_json::from_slice(&json)
    }
}
