//! Faults and crowds, at figures that take their time: `cargo test --test faults`.
//!
//! Each test names its row of the list of faults (F1 to F26) and the naive code that fails it.

#[path = "../shared/ask.rs"]
mod ask;
#[path = "../shared/binary.rs"]
#[expect(dead_code, reason = "no step here wants a server of its own")]
mod binary;
#[path = "../shared/crowd.rs"]
mod crowd;
#[path = "../shared/file_site.rs"]
#[expect(dead_code, reason = "tests/steps needs the rest")]
mod file_site;
#[path = "../shared/outside.rs"]
mod outside_program;
#[path = "../shared/process.rs"]
mod process;
#[path = "../../steps/mod.rs"]
mod steps;
#[path = "../shared/visitor.rs"]
#[allow(dead_code, reason = "other test crates need the rest")]
mod visitor;

mod connections;
mod crowds;
mod faults;
mod outside;
mod passwords;
mod program;
/// With the feature `postgres` the program wants a server, and not all systems stop a process.
#[cfg(all(unix, not(feature = "postgres")))]
mod proxy;
mod sign_ins;
