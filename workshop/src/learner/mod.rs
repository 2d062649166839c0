//! The learner's own program: built, run and checked at each save.
//!
//! ```text
//! source       the program's folder: begun from a step, kept before it is replaced
//! fingerprint  what the program is made from, by content
//! edit         changed in a page
//! build        cargo builds it
//! run          the latest build, running
//! check        what a step's journeys should leave, and what they left
//! trial        one build, started and asked what a journey asks
//! watch        each save built, run and checked
//! progress     how far somebody has come
//! ```
//!
//! It uses the rooms before it: `text`, `course`, `observe`, `shell` and `sites`.

pub mod build;
pub mod check;
pub mod edit;
pub mod fingerprint;
pub mod progress;
pub mod run;
pub mod source;
mod trial;
pub mod watch;
