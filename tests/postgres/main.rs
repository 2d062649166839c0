//! Sessions in PostgreSQL: the suite of every store, and the faults, on a server of the tests' own.
//!
//! Where PostgreSQL is not installed, one line says so and the tests pass; with `REQUIRE_POSTGRES=1` they fail.

#[path = "../shared/ask.rs"]
mod ask;
#[path = "../shared/crowd.rs"]
mod crowd;
#[path = "../shared/outside.rs"]
mod outside_program;
#[path = "../shared/process.rs"]
#[expect(dead_code, reason = "not all of it is needed here")]
mod process;
#[path = "../../steps/03/main.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod step3;
#[path = "../shared/visitor.rs"]
mod visitor;

mod cluster;
mod crowds;
mod faults;
mod outside;
mod programs;
mod site;
mod start;
mod step10;
mod store;
