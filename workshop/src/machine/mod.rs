//! The machine on which the workshop runs.
//!
//! ```text
//! doctor     what this machine has of what the course needs
//! neighbour  who else listens on this machine
//! editor     opens a file in the learner's editor
//! ```
//!
//! It uses the rooms `course` and `shell`.

pub mod doctor;
pub mod editor;
pub mod neighbour;
