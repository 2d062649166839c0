//! The list that brings revocation back.

use lossless_sessions::sqlite::{Database, Error};
use rusqlite::Connection;
use tower_sessions::{Session, session::Id};

use super::LIFETIME;

/// The sessions that were ended before their time. Whoever asks it keeps state on the server again, if only for those
/// that were ended, and only until their cookies have expired.
#[derive(Clone)]
pub struct Ended(Database);

impl Ended {
    /// The list in this database, in which there are [`Keys`](super::Keys) as well.
    pub fn of(database: &Database) -> Self {
        Self(database.clone())
    }

    /// Ends this session: no copy of its cookie is believed from now on.
    ///
    /// # Errors
    /// [`Error`], here and below, when the database cannot be reached.
    pub async fn add(&self, session: &Session) -> Result<(), Error> {
        let Some(id) = session.id() else {
            return Ok(());
        };
        let add = move |connection: &Connection| {
            connection.execute("delete from ended_session where expires < unixepoch()", [])?;
            connection.execute(
                "insert or ignore into ended_session (id, expires) values (?, unixepoch() + ?)",
                (id.0.to_be_bytes(), LIFETIME.whole_seconds()),
            )
        };
        self.0.write(add).await.map(drop)
    }

    /// Whether the session of this id is on the list.
    pub(super) async fn has(&self, id: Id) -> Result<bool, Error> {
        let look_up = move |connection: &Connection| {
            connection
                .prepare_cached("select exists (select * from ended_session where id = ?)")?
                .query_row([id.0.to_be_bytes()], |row| row.get(0))
        };
        self.0.read(look_up).await
    }
}
