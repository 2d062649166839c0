//! The sessions of one person in PostgreSQL. The table has a column for the person's number, with an index, so they are
//! found without reading every row.

use tower_sessions::{session::Id, session_store::Result};

use super::{Moment, PostgresStore, connections::Parameters};
use crate::{
    people::{MOST_LISTED, OwnSession},
    store::row_key,
};

/// What a form calls a session.
const HANDLE: &str = "upper(left(encode(key, 'hex'), 32))";

/// The sessions of each person in a [`PostgresStore`].
///
/// They are ended on the store's own connections, so they stay ended when a transaction of the application is rolled back.
/// To end them within that transaction, delete their rows there: `delete from session where person = $1 and key is distinct
/// from $2`, with [`row_key`] of the id that goes on.
#[derive(Clone, Debug)]
pub struct PersonSessions(PostgresStore);

impl PersonSessions {
    pub(super) fn new(store: &PostgresStore) -> Self {
        Self(store.clone())
    }

    /// A person's sessions that have not expired and were made with the password that counts now, and how many more there
    /// are than are listed. The one with the id `own` comes first, then the others, latest first.
    ///
    /// # Errors
    /// When the server cannot be reached, here and below.
    pub async fn list(
        &self,
        person: i64,
        auth_hash: String,
        own: Option<Id>,
    ) -> Result<(Vec<OwnSession>, usize)> {
        // json has the character \u0000, but PostgreSQL's text has no place for it, not even in a value that is not asked for.
        let query = format!(
            r"with theirs as (
                  select key, saved, replace(data::text, '\u0000', '\u0001')::json as data
                  from session where person = $1 and expires > $2 and created > $3
              )
              select {HANDLE}, coalesce(data ->> '_device', ''), extract(epoch from saved)::bigint,
                     key is not distinct from $4, count(*) over ()
              from theirs where data ->> '_auth_hash' = $5
              order by key is not distinct from $4 desc, saved desc limit {MOST_LISTED}"
        );
        let own = own.map(|id| row_key(&id));
        let own = own.as_ref().map(|key| key.as_slice());
        let Moment { now, oldest } = self.0.limits.moment();
        let parameters: Parameters = &[&person, &now, &oldest, &own, &auth_hash];
        let rows = self.0.connections.rows(&query, parameters).await?;
        let all = rows.first().map_or(0, |row| row.get::<_, i64>(4));
        let listed = rows.iter().map(|row| OwnSession {
            handle: row.get(0),
            device: row.get(1),
            seen: row.get(2),
            this_one: row.get(3),
        });
        Ok((listed.collect(), (all as usize).saturating_sub(rows.len())))
    }

    /// Ends one session of a person. The handle of somebody else's session has no effect.
    pub async fn end(&self, person: i64, handle: String) -> Result<()> {
        let delete = format!("delete from session where person = $1 and {HANDLE} = $2");
        let parameters: Parameters = &[&person, &handle];
        self.0
            .connections
            .query(&delete, parameters)
            .await
            .map(drop)
    }

    /// Ends every session of a person except the one with this id.
    pub async fn end_others(&self, person: i64, own: Option<Id>) -> Result<()> {
        let own = own.map(|id| row_key(&id));
        let own = own.as_ref().map(|key| key.as_slice());
        let delete = "delete from session where person = $1 and key is distinct from $2";
        let parameters: Parameters = &[&person, &own];
        self.0.connections.query(delete, parameters).await.map(drop)
    }
}
