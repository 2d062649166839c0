//! How long a session lives, and under which id: the rest of Django's session API.

use axum::{extract::Request, middleware::Next, response::Response};
use serde_json::{Value, json};
use tower_sessions::{
    Expiry, Session,
    cookie::time::{Duration, OffsetDateTime},
    session::Error,
};

use super::Dictionary;

/// Where the visitor's choice of expiry is kept: in the session itself, as Django keeps it.
const EXPIRY: &str = "_session_expiry";

const TEST_COOKIE: &str = "testcookie";
const WORKED: &str = "worked";

/// What tower-sessions takes for a session that ends with the browser; the server needs some date too.
const TWO_WEEKS: Duration = Duration::weeks(2);

/// Django's expiry, test cookie, `cycle_key` and `flush` for [`Session`].
///
/// Every method fails with [`Error::Store`] when the store does.
#[expect(async_fn_in_trait, reason = "implemented for Session alone, whose futures are Send")]
pub trait Lifetime {
    /// Sets the expiry of this session for this and all later requests. Django: `session.set_expiry`.
    ///
    /// | Django | here |
    /// |---|---|
    /// | `set_expiry(300)` | `keep_expiry(Some(Expiry::OnInactivity(Duration::seconds(300))))` |
    /// | `set_expiry(datetime)`, `set_expiry(timedelta)` | `keep_expiry(Some(Expiry::AtDateTime(date)))` |
    /// | `set_expiry(0)` | `keep_expiry(Some(Expiry::OnSessionEnd))` |
    /// | `set_expiry(None)` | `keep_expiry(None)`: back to the site's policy |
    ///
    /// tower-sessions' own `set_expiry` holds for one request: the next save goes back to the layer's policy.
    /// Needs the layer [`apply_kept_expiry`].
    async fn keep_expiry(&self, expiry: Option<Expiry>) -> Result<(), Error>;

    /// The expiry that was set with [`keep_expiry`](Self::keep_expiry); `None` is the site's policy.
    async fn kept_expiry(&self) -> Result<Option<Expiry>, Error>;

    /// How long the session lives if nothing more is changed in it. Django: `get_expiry_age`.
    ///
    /// Negative when it is over.
    async fn age(&self) -> Result<Duration, Error>;

    /// When it ends if nothing more is changed in it. Django: `get_expiry_date`.
    async fn ends(&self) -> Result<OffsetDateTime, Error>;

    /// Whether the cookie ends with the browser. Django: `get_expire_at_browser_close`.
    async fn ends_with_browser(&self) -> Result<bool, Error>;

    /// Asks the browser to send a cookie back. Django: `set_test_cookie`.
    async fn set_test_cookie(&self) -> Result<(), Error>;

    /// Whether it did. Django: `test_cookie_worked`.
    async fn test_cookie_worked(&self) -> Result<bool, Error>;

    /// Forgets the test. Django: `delete_test_cookie`.
    async fn delete_test_cookie(&self) -> Result<(), Error>;

    /// Keeps the data under a new id; the old id is dead at once. Django: `cycle_key`.
    ///
    /// Whenever a visitor becomes somebody else, by logging in or by a new role (OWASP: session fixation).
    async fn renew(&self) -> Result<(), Error>;

    /// Deletes data, row and id; what is stored from now on belongs to a new session. Django: `flush`.
    ///
    /// tower-sessions' own `flush` leaves the old id in the record, and a later insert brings it back.
    async fn end(&self) -> Result<(), Error>;
}

impl Lifetime for Session {
    async fn keep_expiry(&self, expiry: Option<Expiry>) -> Result<(), Error> {
        match expiry {
            Some(expiry) => self.insert_value(EXPIRY, to_json(expiry)).await.map(drop),
            None => self.remove_value(EXPIRY).await.map(drop),
        }
    }

    async fn kept_expiry(&self) -> Result<Option<Expiry>, Error> {
        Ok(self.get_value(EXPIRY).await?.as_ref().and_then(from_json))
    }

    async fn age(&self) -> Result<Duration, Error> {
        Ok(self.ends().await? - OffsetDateTime::now_utc())
    }

    async fn ends(&self) -> Result<OffsetDateTime, Error> {
        let now = OffsetDateTime::now_utc();
        Ok(match self.kept_expiry().await?.or(self.expiry()) {
            Some(Expiry::AtDateTime(date)) => date,
            Some(Expiry::OnInactivity(age)) => now.saturating_add(age),
            Some(Expiry::OnSessionEnd) | None => now.saturating_add(TWO_WEEKS),
        })
    }

    async fn ends_with_browser(&self) -> Result<bool, Error> {
        let expiry = self.kept_expiry().await?.or(self.expiry());
        Ok(matches!(expiry, None | Some(Expiry::OnSessionEnd)))
    }

    async fn set_test_cookie(&self) -> Result<(), Error> {
        self.insert(TEST_COOKIE, WORKED).await
    }

    async fn test_cookie_worked(&self) -> Result<bool, Error> {
        Ok(self.get_value(TEST_COOKIE).await?.is_some_and(|value| value == WORKED))
    }

    async fn delete_test_cookie(&self) -> Result<(), Error> {
        // Removing what is not there would count as a modification, and save the session.
        if self.contains(TEST_COOKIE).await? {
            self.remove_value(TEST_COOKIE).await?;
        }
        Ok(())
    }

    async fn renew(&self) -> Result<(), Error> {
        self.cycle_id().await
    }

    async fn end(&self) -> Result<(), Error> {
        self.flush().await?;
        self.cycle_id().await
    }
}

/// Lets the expiry that [`keep_expiry`](Lifetime::keep_expiry) stored apply to each save and its cookie.
///
/// With `axum::middleware::from_fn`, directly inside the session layer.
pub async fn apply_kept_expiry(session: Session, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    // Only when a save is coming anyway: tower-sessions counts setting the expiry as a modification.
    if session.is_modified()
        && let Ok(Some(expiry)) = session.kept_expiry().await
    {
        session.set_expiry(Some(expiry));
    }
    response
}

/// Saves a session at each request that brings it, so that it ends only when its visitor stays away.
///
/// Django: `SESSION_SAVE_EVERY_REQUEST`. With `axum::middleware::from_fn`, inside [`apply_kept_expiry`].
/// tower-sessions' `with_always_save` would also make an empty row for an id that the server never gave out.
pub async fn save_every_request(session: Session, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    // Reading makes the session drop an id that is unknown; what then still has one is a live session.
    if session.get_value(EXPIRY).await.is_ok() && session.id().is_some() {
        session.set_expiry(session.expiry());
    }
    response
}

/// Seconds of inactivity, 0 for the end of the browser session, or a date as `{"at": unix seconds}`.
fn to_json(expiry: Expiry) -> Value {
    match expiry {
        Expiry::OnSessionEnd => json!(0),
        Expiry::OnInactivity(age) => json!(age.whole_seconds().max(1)),
        Expiry::AtDateTime(date) => json!({ "at": date.unix_timestamp() }),
    }
}

fn from_json(value: &Value) -> Option<Expiry> {
    if let Some(at) = value.get("at") {
        return Some(Expiry::AtDateTime(OffsetDateTime::from_unix_timestamp(at.as_i64()?).ok()?));
    }
    Some(match value.as_i64()? {
        0 => Expiry::OnSessionEnd,
        age => Expiry::OnInactivity(Duration::seconds(age)),
    })
}
