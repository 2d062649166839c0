//! One test crate: a file per step, and files for what holds the steps together.

#[path = "../../steps/mod.rs"]
mod steps;
mod support;

#[path = "../shared/crowd.rs"]
mod crowd;
#[path = "../shared/visitor.rs"]
#[allow(
    dead_code,
    reason = "not all of it is needed here, and none of it with the feature `postgres`"
)]
mod visitor;
#[macro_use]
#[path = "../shared/suite.rs"]
mod suite;

mod binary;
mod catalog;
mod connections;
mod crowds;
mod database;
mod diagnosis;
mod diffs;
mod django;
mod faults;
mod file_site;
mod files;
mod journeys;
mod layout;
mod middleware;
mod posts;
mod process;
mod retry;
mod seed;
mod session;
mod slides;
mod smoke;
mod step1;
mod step10;
mod step2;
mod step3;
mod step4;
mod step5;
mod step6;
mod step7;
mod step8;
mod step9;
mod store;
