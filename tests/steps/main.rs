//! One test crate: a file per step, and files for what holds the steps together.

#[path = "../../steps/mod.rs"]
mod steps;
mod support;

#[path = "../shared/ask.rs"]
mod ask;
#[path = "../shared/binary.rs"]
mod binary;
#[path = "../shared/file_site.rs"]
#[expect(dead_code, reason = "tests/faults needs the rest")]
mod file_site;
#[cfg(unix)]
#[path = "../shared/hangup.rs"]
mod hangup;
#[path = "../shared/process.rs"]
mod process;
#[path = "../shared/visitor.rs"]
#[allow(
    dead_code,
    reason = "not all of it is needed here, and none of it with the feature `postgres`"
)]
mod visitor;

mod catalog;
mod circles;
mod database;
mod diagnosis;
mod diffs;
mod django;
mod files;
mod flash;
mod journeys;
mod layout;
mod middleware;
mod people;
mod posts;
mod remember;
mod retry;
mod seed;
mod session;
mod slides;
mod smoke;
mod step1;
mod step10;
mod step11;
mod step12;
mod step13;
mod step2;
mod step3;
mod step4;
mod step5;
mod step6;
mod step7;
mod step8;
mod step9;
mod store;
mod terminal;
