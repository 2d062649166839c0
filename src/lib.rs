//! LocalLibrary: what the steps of the workshop share.
//!
//! A step (`steps/NN/main.rs`) is a whole program. It builds a `Router` for the pages that its lesson is
//! about, and takes everything else from here:
//!
//! ```text
//! steps/NN/main.rs ──> web       the rest of the site: pages, forms, errors, the server
//!                  ──> catalog   books, authors, copies
//!                  ──> people    accounts, passwords, loans: step 8; baskets, staying signed in: step 13
//!                  ──> the package `lossless-sessions`
//!
//! web     ──> catalog
//! people  ──> both of them
//! ```
//!
//! `lossless-sessions` (in `sessions/`) is Django's session API on tower-sessions, and the stores for it. It knows nothing
//! of this site, so that any other can use it. Its SQLite connection, on a thread of its own, serves the catalog as well:
//! both are in one file, and do not depend on each other.
//!
//! `log` sets up the program's log. `tabs` and `outbox` are what step 9 experiments with; `machines` is what step 10
//! needs, and `attack` what step 11 does. `sealed` is what step 12 does without a store: sessions that travel in their
//! cookies.
//!
//! The library knows no step. `steps/mod.rs` lists them for the two packages beside this one: `journey`, the
//! scripted browser that the tests and the workshop send to a site, and `workshop`, which `cargo run` starts.

#![warn(missing_docs)]

pub mod attack;
pub mod catalog;
pub mod log;
pub mod machines;
pub mod outbox;
pub mod people;
pub mod sealed;
pub mod tabs;
mod web;

pub use catalog::Library;
pub use web::{
    Error, Sentence, books, cookie, flash, form, page, secure_cookies, server, server::serve, site,
    static_files,
};
