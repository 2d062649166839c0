//! Where sessions are stored: a store of our own, in the site's SQLite database.

mod schema;
mod sqlite;
mod sweep;
mod version;

pub use sqlite::SqliteStore;
pub(super) use sqlite::key;
pub(super) use version::Version;
