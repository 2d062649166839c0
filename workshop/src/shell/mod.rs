//! What stands around every page, and who may ask for one.
//!
//! ```text
//! layout  head, body and refusals
//! assets  styles, scripts and pictures
//! frame   a site's page in a window of its own
//! guard   answers a browser on this machine, on a page of the workshop, and nobody else
//! ```
//!
//! It uses the rooms `text` and `course`.

pub mod assets;
pub mod frame;
pub mod guard;
pub mod layout;
