//! The steps as running sites, each on a port of its own and observed.
//!
//! ```text
//! live     a step that listens and is observed
//! visitor  a browser whose cookies the workshop keeps
//! guest    a visitor of one step
//! lab      the visitors of a step, and the rows of its store
//! replay   a journey that is made in their browsers
//! row      one row of that store
//! ```
//!
//! It uses the rooms `text`, `course`, `observe` and `shell`.

mod guest;
pub mod lab;
pub mod live;
pub mod replay;
mod row;
pub mod visitor;
