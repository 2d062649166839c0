//! Sessions: what Django's have and tower-sessions has not.

mod dictionary;
mod fault;
mod lifetime;
mod private;
mod recorder;
mod store;
mod version;

pub use dictionary::Dictionary;
pub use fault::Fault;
pub use lifetime::{Lifetime, apply_kept_expiry, save_every_request};
pub use private::private;
pub use recorder::{Call, Data, Note, Recorder, listen};
pub(crate) use store::SCHEMA;
pub use store::{Durability, SiteStore};
