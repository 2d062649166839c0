//! Room mode, `cargo run -- room`: guests on the local network answer the presenter's question and say which exercises
//! they have passed.
//!
//! ```text
//! open   a room that is open: its address
//! state  who is there, what was asked, what they said: in memory only, within limits
//! seen   what there is to see of it
//! qr     its address as a picture for telephones
//! guests who is there, and how many there may be
//! code   the word that lets guests in
//! limit  how often somebody may do something
//! door   the listener for guests, and who gets in
//! views  what guests see, and the bars that everybody sees
//! ```
//!
//! The presenter's page is a page of the workshop, on this machine only: `pages/room.rs`. Guests reach the door, and
//! nothing behind it.

mod code;
mod door;
mod guests;
mod limit;
mod open;
mod qr;
mod seen;
mod state;
mod views;

pub use door::door;
pub use open::{MOST_CONNECTIONS, Room};
pub use seen::View;
pub use state::{Stage, Topic};
pub use views::{bars, heads, invitation};
