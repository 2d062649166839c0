//! What the stores have in common, whichever database their rows are in.
//!
//! ```text
//! row      what is written: the key, the dictionary
//! version  how a save knows that another one came first
//! limits   what time it is, and which sessions have ended
//! sweep    clears expired rows, a batch at a time
//! ```

pub(crate) mod limits;
pub(crate) mod row;
pub(crate) mod sweep;
mod version;

pub use row::row_key;
pub(crate) use version::Version;
