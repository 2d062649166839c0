//! Sessions in SQLite: in a file of their own, or beside the tables of an application.
//!
//! ```text
//! store     the session store
//! schema    its table
//! sweep     clears expired rows
//! people    all the sessions of one person, listed and ended
//! database  the connection on a thread of its own, which the application may use as well
//! ```

mod database;
mod people;
mod schema;
mod store;
mod sweep;

pub use database::{Database, Durability, Error, Shared};
pub use people::{PersonSessions, end, end_others, end_with};
pub use store::SqliteStore;
