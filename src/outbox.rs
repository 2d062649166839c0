//! Mail that waits to be sent: an example of what a handler does outside the session.

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};
use rusqlite::{Connection, named_params};
use tower_sessions::{Session, session::Id};

use crate::{Error, form::SHORT_TEXT};
use lossless_sessions::{
    row_key,
    sqlite::{self as database, Database},
};

/// A letter that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The key that it was sent with, if it had one.
    pub key: Option<String>,
    /// What it says.
    pub words: String,
}

/// Letters in the site's database. On a real site another program would send them; here they are only counted.
#[derive(Clone, Debug)]
pub struct Outbox(Database);

impl Outbox {
    /// An empty outbox; letters of earlier experiments are thrown away.
    ///
    /// # Errors
    /// [`database::Error`], here and below, when the database cannot be written.
    pub async fn empty(database: &Database) -> Result<Self, database::Error> {
        const TABLE: &str = "create table outbox (
            session blob, key text, words text not null, unique (session, key)
        ) strict";
        let table = |connection: &Connection| {
            connection.execute_batch("drop table if exists outbox")?;
            connection.execute_batch(TABLE)
        };
        database.write(table).await?;
        Ok(Self(database.clone()))
    }

    /// Sends a letter, which here means that it waits in the outbox.
    pub async fn send(&self, words: &'static str) -> Result<(), database::Error> {
        self.insert(None, None, words).await
    }

    /// Sends a letter, but only once for each `key` of a visitor: a second letter with the same key is ignored.
    ///
    /// Two visitors may use the same key, and neither keeps the other's letter back. A visitor without a session cannot
    /// be recognized when the request is repeated, so the letter is sent each time.
    pub async fn send_once(
        &self,
        session: &Session,
        key: IdempotencyKey,
        words: &'static str,
    ) -> Result<(), database::Error> {
        self.insert(session.id(), Some(key.0), words).await
    }

    /// How many letters are waiting.
    pub async fn letters(&self) -> Result<u32, database::Error> {
        let count = |connection: &Connection| {
            connection.query_row("select count(*) from outbox", [], |row| row.get(0))
        };
        self.0.read(count).await
    }

    /// The first `most` letters that are waiting, in the order in which they were sent.
    pub async fn first(&self, most: u32) -> Result<Vec<Letter>, database::Error> {
        let list = move |connection: &Connection| {
            connection
                .prepare("select key, words from outbox order by rowid limit :most")?
                .query_map(named_params! { ":most": most }, |row| {
                    let (key, words) = (row.get(0)?, row.get(1)?);
                    Ok(Letter { key, words })
                })?
                .collect()
        };
        self.0.read(list).await
    }

    /// A letter without a session or a key is always a new one, because SQL takes no two nulls for the same.
    async fn insert(
        &self,
        session: Option<Id>,
        letter: Option<String>,
        words: &'static str,
    ) -> Result<(), database::Error> {
        let session = session.map(|id| row_key(&id));
        let change = move |connection: &Connection| {
            connection
                .prepare_cached(
                    "insert or ignore into outbox (session, key, words) values (:session, :key, :words)",
                )?
                .execute(named_params! { ":session": session, ":key": letter, ":words": words })
        };
        self.0.write(change).await.map(drop)
    }
}

/// The request's `Idempotency-Key`, which stays the same when the request is repeated: 1 to [`SHORT_TEXT`] visible ASCII
/// characters and spaces. In the header they stand in double quotes (IETF draft-ietf-httpapi-idempotency-key-header).
///
/// A request without such a header, or with several, is refused with 400 before the handler runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads a string of RFC 9651, section 3.3.3: a backslash comes before a double quote or another backslash only.
    fn parse(value: &[u8]) -> Option<Self> {
        let mut quoted = value.strip_prefix(b"\"")?.strip_suffix(b"\"")?.iter();
        let mut key = String::new();
        while let Some(byte) = quoted.next() {
            key.push(match byte {
                b'\\' => match quoted.next()? {
                    escaped @ (b'"' | b'\\') => (*escaped).into(),
                    _ => return None,
                },
                b'"' => return None,
                b' '..=b'~' => (*byte).into(),
                _ => return None,
            });
        }
        (1..=SHORT_TEXT).contains(&key.len()).then_some(Self(key))
    }
}

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let mut lines = parts.headers.get_all("idempotency-key").iter();
        let key = match (lines.next(), lines.next()) {
            (Some(only), None) => Self::parse(only.as_bytes()),
            _ => None,
        };
        key.ok_or_else(|| {
            let sentence = format!(
                "Please send one header Idempotency-Key whose value is a text in double quotes, of 1 to {SHORT_TEXT} \
                 ASCII characters, such as \"8e03978e-40d5\"."
            );
            Error::Request(StatusCode::BAD_REQUEST, sentence)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::http::Request;
    use tower_sessions::MemoryStore;

    use super::*;
    use crate::Library;

    fn parsed(value: &[u8]) -> Option<String> {
        IdempotencyKey::parse(value).map(|key| key.0)
    }

    #[test]
    fn a_key_is_a_quoted_text() {
        assert_eq!(parsed(br#""tab 5""#).as_deref(), Some("tab 5"));
        assert_eq!(parsed(br#""a\"b\\c""#).as_deref(), Some(r#"a"b\c"#));
        let longest = format!("\"{}\"", "k".repeat(SHORT_TEXT));
        assert!(parsed(longest.as_bytes()).is_some());
    }

    #[test]
    fn what_is_no_key_is_refused_and_not_taken_for_another() {
        let too_long = format!("\"{}\"", "k".repeat(SHORT_TEXT + 1));
        for refused in [
            "",
            "tab 5",
            "\"",
            "\"\"",
            "\"tab 5",
            "tab 5\"",
            "\"a\"b\"",
            "\"a\\\"",
            "\"\\a\"",
            "\"é\"",
            "\"ключ\"",
            "\"a\tb\"",
            "\"a\";b=1",
            "\"a\", \"b\"",
            &too_long,
        ] {
            assert_eq!(parsed(refused.as_bytes()), None, "{refused}");
        }
        assert_eq!(parsed(b"\"\xff\""), None);
    }

    #[tokio::test]
    async fn a_request_needs_exactly_one_key() {
        for lines in [&[][..], &["\"a\"", "\"a\""], &["\"é\""]] {
            let mut request = Request::builder();
            for line in lines {
                request = request.header("idempotency-key", *line);
            }
            let (mut parts, ()) = request.body(()).unwrap().into_parts();
            let refused = IdempotencyKey::from_request_parts(&mut parts, &()).await;
            let Err(Error::Request(StatusCode::BAD_REQUEST, sentence)) = refused else {
                panic!("{lines:?}: {refused:?}");
            };
            assert!(sentence.contains("double quotes"), "{sentence}");
        }
    }

    #[tokio::test]
    async fn a_key_is_used_up_for_its_visitor_alone() {
        let library = Library::in_memory().unwrap();
        let outbox = Outbox::empty(library.database()).await.unwrap();
        let visitor = || Session::new(Some(Id::default()), Arc::new(MemoryStore::default()), None);
        let (ann, ben) = (visitor(), visitor());
        for (session, key, letters) in [
            (&ann, "1", 1),
            (&ann, "1", 1),
            (&ben, "1", 2),
            (&ann, "2", 3),
        ] {
            let key = IdempotencyKey(key.into());
            outbox
                .send_once(session, key, "Your book is here.")
                .await
                .unwrap();
            assert_eq!(outbox.letters().await.unwrap(), letters);
        }
    }
}
