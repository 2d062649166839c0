//! The course: its steps with their decks, what a step asks, and what somebody expects before a step runs.
//!
//! ```text
//! lessons      the steps and their decks
//! task         a step or an exercise, as something to check
//! questions    which request a replay asks about, and what may be answered
//! poll         what a room is asked about a step
//! predictions  what a learner expected to see
//! schedule     which step is when
//! ```
//!
//! It uses the room `text`.

mod lessons;
pub mod poll;
pub mod predictions;
pub mod questions;
pub mod schedule;
mod task;

pub use lessons::*;
pub use task::Task;
