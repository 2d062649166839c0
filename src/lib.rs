//! LocalLibrary: what the steps of the workshop share.
//!
//! A step (`steps/NN/main.rs`) is a whole program. It builds a `Router` for the pages that its lesson is
//! about, and takes everything else from here:
//!
//! ```text
//! steps/NN/main.rs ──> web       the rest of the site: pages, forms, errors, the server
//!                  ──> catalog   books, authors, copies
//!                  ──> session   Django's session API on tower-sessions, and a store for it
//!                  ──> people    accounts, passwords, loans: step 8
//!
//! web     ──> catalog ──> database
//! session ──> web::Error, database
//! people  ──> all of them
//! ```
//!
//! `database` is the SQLite connection on a thread of its own. It depends on none of the others. The catalog and the
//! sessions are both stored in it, and do not depend on each other.
//!
//! `log` sets up the program's log. `tabs` and `outbox` are what step 9 experiments with; `machines` is what step 10
//! needs.
//!
//! The library knows no step. `steps/mod.rs` lists them for the two packages beside this one: `journey`, the
//! scripted browser that the tests and the workshop send to a site, and `workshop`, which `cargo run` starts.

#![warn(missing_docs)]

pub mod catalog;
pub mod database;
pub mod log;
pub mod machines;
pub mod outbox;
pub mod people;
pub mod session;
pub mod tabs;
mod web;

pub use catalog::Library;
pub use web::{
    Error, Sentence, books, cookie, form, page, secure_cookies, server, server::serve, site,
    static_files,
};
