//! A report for programs. How it is told to people is theirs who show it.

mod json;
mod sarif;

pub use json::json;
pub use sarif::sarif;
