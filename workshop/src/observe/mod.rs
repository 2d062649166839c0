//! What is seen of a site while it runs: each request with its cookies and its calls of the store.
//!
//! ```text
//! event     one request: cookie in, store, cookie out
//! record    what changed in a session's record
//! timeline  the latest events, and who listens
//! origin    which lines of a program asked the store
//! ```
//!
//! It uses no other room.

pub mod event;
pub mod origin;
pub mod record;
pub mod timeline;
