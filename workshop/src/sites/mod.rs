//! The steps as running sites, each on a port of its own and observed.
//!
//! ```text
//! live     a step that listens and is observed
//! visitor  a browser whose cookies the workshop keeps
//! lab      the visitors of a step, and the rows of its store
//! row      one row of that store
//! ```
//!
//! It uses the rooms `text`, `course`, `observe` and `shell`.

pub mod lab;
pub mod live;
mod row;
pub mod visitor;
