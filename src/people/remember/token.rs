//! The cookie with which somebody stays signed in: its two halves, and its attributes, which are those of the session's.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::AppendHeaders,
};
use serde::Deserialize;
use tower_sessions::cookie::{Cookie, SameSite, time::Duration};

use crate::secure_cookies;

/// The cookie's name.
pub(in super::super) const COOKIE: &str = "remember";

/// Whether somebody wants to stay signed in, as the form sends it; by default it did not ask.
#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Stay {
    /// The form has no such field.
    #[default]
    NotAsked,
    /// The session is enough.
    No,
    /// For weeks.
    Yes,
}

/// The two halves of a cookie.
pub(super) struct Token {
    pub selector: String,
    pub proof: String,
}

impl Token {
    pub fn new() -> Self {
        Self {
            selector: random(),
            proof: random(),
        }
    }

    /// From the cookie's value.
    pub fn read(value: &str) -> Self {
        let (selector, proof) = value.split_once(':').unwrap_or((value, ""));
        let (selector, proof) = (selector.into(), proof.into());
        Self { selector, proof }
    }

    /// The header that sets the cookie for this many seconds.
    pub fn cookie(&self, age: i64) -> HeaderValue {
        let cookie = Cookie::build((COOKIE, format!("{}:{}", self.selector, self.proof)))
            .path("/")
            .http_only(true)
            .secure(secure_cookies())
            .same_site(SameSite::Lax)
            .max_age(Duration::seconds(age));
        let cookie = cookie.to_string().try_into();
        cookie.expect("hexadecimal digits fit into a header")
    }
}

/// 128 random bits.
fn random() -> String {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).expect("the system gives out random numbers");
    format!("{:032x}", u128::from_be_bytes(bits))
}

/// The header that removes the cookie.
pub(super) fn removal() -> HeaderValue {
    let nobody = Token {
        selector: String::new(),
        proof: String::new(),
    };
    nobody.cookie(0)
}

/// The header for an answer, if it needs one.
pub type SetCookie = AppendHeaders<Option<(HeaderName, HeaderValue)>>;

pub(super) fn set_cookie(value: Option<HeaderValue>) -> SetCookie {
    AppendHeaders(value.map(|value| (header::SET_COOKIE, value)))
}
