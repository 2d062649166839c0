//! What step 11 experiments with: a site whose defences can be taken out, line by line, and the site of somebody who
//! attacks it.
//!
//! ```text
//! lines    the lines that can be taken out, and a site that is put together without them
//! pages    the page of the attacks, where they are taken out
//! wall     notes that visitors leave for each other
//! mallory  Mallory's site; beside: where it is
//! ```
//!
//! A site in production has no such switch. Its lines are always there, and whoever takes one out changes the program.

mod beside;
mod lines;
mod mallory;
mod pages;
mod wall;

pub use beside::{beside, beside_at};
pub use lines::{Lab, Line, switchable};
pub use mallory::mallory;
pub use pages::pages;
pub use wall::{Note, Wall};
