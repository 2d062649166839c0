//! Browsers that somebody has signed in with before.
//!
//! Such a browser has a signed cookie that says so. It is no session, and opens nothing without the password. But with it,
//! attempts are counted by this browser alone, so that a stranger's guesses do not keep the owner of an account out
//! (OWASP: [slow down guessing attacks with device
//! cookies](https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies)).

use axum::{
    http::{HeaderName, header},
    response::AppendHeaders,
};
use tower_sessions::cookie::{Cookie, SameSite, time::Duration};

use super::{Person, secret::Secret};
use crate::{Error, Library, secure_cookies};

/// The cookie's name.
pub(super) const COOKIE: &str = "device";

/// How long a browser is known after its last sign-in.
const KNOWN_FOR: Duration = Duration::days(365);

/// What the signature is for.
const PURPOSE: &str = "device";

impl Library {
    /// The header that makes the browser known as one that this person has signed in with. Send it with the answer to a
    /// sign-in.
    ///
    /// # Errors
    /// [`Error`] when the database cannot be reached.
    pub async fn known_device(
        &self,
        person: &Person,
    ) -> Result<AppendHeaders<[(HeaderName, String); 1]>, Error> {
        let number = getrandom::u64().expect("the system gives out random numbers");
        let number = format!("{number:016x}");
        let secret = Secret::of(self.database()).await?;
        let signature = secret.sign(PURPOSE, &signed(person, &number));
        let cookie = Cookie::build((COOKIE, format!("{number}.{signature}")))
            .path("/")
            .http_only(true)
            .secure(secure_cookies())
            .same_site(SameSite::Strict)
            .max_age(KNOWN_FOR);
        Ok(AppendHeaders([(header::SET_COOKIE, cookie.to_string())]))
    }

    /// The number of the device with this cookie, if this person has signed in with it.
    pub(super) async fn device_of(
        &self,
        person: &Person,
        cookie: Option<&str>,
    ) -> Result<Option<String>, Error> {
        let Some((number, signature)) = cookie.and_then(|value| value.split_once('.')) else {
            return Ok(None);
        };
        let secret = Secret::of(self.database()).await?;
        let is_known = secret.has_signed(PURPOSE, &signed(person, number), signature);
        Ok(is_known.then(|| number.into()))
    }
}

/// A device is known for one person, and not for others who use it.
fn signed(person: &Person, number: &str) -> String {
    format!("{} {number}", person.id)
}
