//! LocalLibrary: what the steps of the workshop share.
//!
//! A step (`steps/NN/main.rs`) is a whole program. It builds a `Router` for the pages that its lesson is
//! about, and takes everything else from here:
//!
//! ```text
//! steps/NN/main.rs ──> site      the rest of the site: catalog pages, styles, 404, security headers
//!                  ──> page      the maud layout and the parts that pages are made of
//!                  ──> library   the site's SQLite file, and its catalog: books, authors, copies
//!                  ──> session   what Django's sessions have and tower-sessions has not
//!                  ──> form      what people type, and how bad input is answered
//!                  ──> serve     bind, announce, keep connections within limits, stop gracefully
//!                      database  the SQLite connection on a thread of its own, with group commit
//!                      error     the one error type of them all
//!
//! tests, workshop  ──> step      one row of the list in steps/mod.rs
//!                  ──> journey   a scripted browser, what it saw, and what it should have seen
//!
//! src/main.rs      ──> workshop  `cargo run`: lessons, live steps, replays, checks, slides
//! ```
//!
//! The library knows no step. `steps/mod.rs` lists them; `src/main.rs` and the test crate include that file.

#![warn(missing_docs)]

pub mod database;
mod error;
pub mod form;
pub mod journey;
pub mod library;
pub mod page;
mod serve;
pub mod session;
mod site;
mod step;
pub mod workshop;

pub use error::Error;
pub use library::Library;
pub use serve::serve;
pub use site::site;
pub use step::{Exercise, Step};

/// Of every program that uses this library. A request is many small allocations, freed by another thread than
/// made them; mimalloc is quick at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
