//! Asks a site, in any language, whether it handles its sessions safely.
//!
//! ```text
//! address    which sites may be asked: those on this machine
//! wire       requests over at most 20 connections; jar: a browser's cookies; visitor: both together
//! html       the links and forms of a page
//! account    how to sign in
//! site       what is learnt of a site first: its session's cookie, and how it shows that it knows a visitor
//! check      one check under way: what is known, and what has been found
//! questions  what is asked, one file for each group
//! run        asks them all
//! question, finding, report   what a question is, what an answer is, and how answers are written
//! ```
//!
//! A check tells what it saw and nothing else: a site is asked from outside, so what only its source shows is not found.

#![warn(missing_docs)]

mod account;
mod address;
mod check;
mod finding;
mod html;
mod jar;
mod question;
mod questions;
mod report;
mod run;
mod site;
mod visitor;
mod wire;

pub use account::{Account, Sent, Written};
pub use address::Target;
pub use finding::{Finding, Level, Report, Wanted};
pub use question::{Question, Remedy};
pub use questions::{all as questions, unknown};
pub use report::{json, sarif};
pub use run::{Progress, run};
pub use wire::Failure;
