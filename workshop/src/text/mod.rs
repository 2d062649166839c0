//! Texts and what differs in them: decks, Markdown, code in colours, diffs.
//!
//! ```text
//! markdown  Markdown as HTML               code    code in colours
//! deck      a deck of Marp's as slides     diff    what changed between two texts
//! notes     the notes beneath a slide      marks   what differs between two pages
//! django    Rust and Python side by side     search  what has these words in it
//! ```
//!
//! It uses no other room.

pub mod code;
pub mod deck;
pub mod diff;
pub mod django;
pub mod markdown;
pub mod marks;
pub mod notes;
pub mod search;
