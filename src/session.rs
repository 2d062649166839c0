//! Sessions: what Django's have and tower-sessions has not.

mod dictionary;
mod private;
mod recorder;

pub use dictionary::Dictionary;
pub use private::private;
pub use recorder::{Call, Data, Note, Recorder, listen};
