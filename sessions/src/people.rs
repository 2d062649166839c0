//! Whose a session is: what the stores need to list all the sessions of one person, and to end them. Django: extending
//! database-backed session engines.
//!
//! A session belongs to a person as soon as its data has the person's number under [`PERSON`].

/// The session's key for the number of the person who is signed in. Keys that begin with `_` are reserved.
pub const PERSON: &str = "_person";

/// The session's key for the device that signed in, in words.
pub const DEVICE: &str = "_device";

/// The session's key for what tells the password that somebody has signed in with from any other. A session whose person
/// has another password by now is nobody's. Django: `_auth_user_hash`.
pub const AUTH_HASH: &str = "_auth_hash";

/// How many sessions are listed. Nobody reads more, and a program that signs in again and again has thousands.
pub(crate) const MOST_LISTED: usize = 50;

/// One session, as its owner may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSession {
    /// What a form calls it: part of the hash of its id, which nobody can turn back into a cookie.
    pub handle: String,
    /// The device that signed in.
    pub device: String,
    /// When it was last stored, in UTC seconds.
    pub seen: i64,
    /// Whether it is the session of the present request.
    pub this_one: bool,
}
