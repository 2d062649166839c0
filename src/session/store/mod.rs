//! Where sessions are stored: two stores of our own, which keep the same promises and pass the same tests.
//!
//! ```text
//! sqlite    in the site's database: for a site on one machine
//! postgres  in PostgreSQL: for a site on several (feature `postgres`)
//! row       what both of them write: the key, the dictionary
//! version   how a save knows that another one came first
//! limits    what time it is, and which sessions have ended
//! sweep     clears expired rows, a batch at a time
//! ```
//!
//! Why not use a published store? The published SQL stores write a session whether or not its row is still there, so a
//! request in flight undoes a logout. They overwrite what another tab has stored in the meantime. They keep the bare id,
//! so anybody who can read the table can log in. And they pack the data, so no learner can read it. Ours refuse the first
//! two with a [`Fault`](super::Fault), keep a hash of the id and readable JSON, and are short enough to read.

mod limits;
#[cfg(feature = "postgres")]
mod postgres;
mod row;
mod sqlite;
mod sweep;
mod version;

#[cfg(feature = "postgres")]
pub use postgres::PostgresStore;
pub(crate) use row::key;
pub use sqlite::SqliteStore;
pub(super) use version::Version;
