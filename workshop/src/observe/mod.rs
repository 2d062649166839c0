//! What is seen of a site while it runs: each request with its cookies and its calls of the store.
//!
//! ```text
//! event     one request: cookie in, store, cookie out
//! kind      what the browser wanted with it: a page, a style sheet
//! carried   the calls of a store in another process
//! record    what changed in a session's record
//! timeline  the latest events, and who listens
//! routes    which function of a program answers a request
//! origin    which of its lines asked the store
//! ```
//!
//! It uses no other room.

pub mod carried;
pub mod event;
mod kind;
pub mod origin;
pub mod record;
mod routes;
pub mod timeline;
