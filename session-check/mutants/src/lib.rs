//! Step 8 with one fault at a time.
//!
//! Some are a change of its source (`build.rs`), some a store that does wrong ([`store`]), and some a layer around the
//! router ([`layers`], [`cookies`], [`forms`]). The security check has to find each, and to find nothing else.

#![warn(missing_docs)]

include!(concat!(env!("OUT_DIR"), "/mutants.rs"));

pub mod cookies;
pub mod forms;
pub mod layers;
pub mod store;
