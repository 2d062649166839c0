//! Where sessions are stored: two stores of our own, which keep the same promises and pass the same tests.
//!
//! ```text
//! sqlite    in the site's database: for a site on one machine
//! postgres  in PostgreSQL: for a site on several (feature `postgres`)
//! row       what both write: the key, the dictionary
//! version   how a save knows that another one came first
//! limits    what time it is, and which sessions are over
//! sweep     clearing expired rows, a batch at a time
//! ```
//!
//! Why not ready-made stores? The published ones store a session whether or not its row is still there, so a
//! request in flight undoes a logout; they overwrite what another tab has stored meanwhile; they keep the bare
//! id, which lets whoever reads the table log in; and they pack the data so that no learner can read it. Ours
//! refuse each of these with a [`Fault`](super::Fault), and are short enough to read.

mod limits;
#[cfg(feature = "postgres")]
mod postgres;
mod row;
mod sqlite;
mod sweep;
mod version;

#[cfg(feature = "postgres")]
pub use postgres::PostgresStore;
pub(super) use row::key;
pub use sqlite::SqliteStore;
pub(super) use version::Version;
