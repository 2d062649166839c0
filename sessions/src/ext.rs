//! What Django's sessions can do and tower-sessions' cannot, as methods of tower-sessions' own [`Session`].

#![expect(
    async_fn_in_trait,
    reason = "the trait is implemented for Session alone, whose futures are Send"
)]

use easy_ext::ext;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use tower_sessions::{
    Expiry, Session,
    cookie::time::{Duration, OffsetDateTime},
    session::Error,
};

use crate::{expiry, store::Version};

/// Django's key and value for the test cookie.
const TEST_COOKIE: &str = "testcookie";
const WORKED: &str = "worked";

/// tower-sessions stores a session for this long when its cookie ends with the browser.
const TWO_WEEKS: Duration = Duration::weeks(2);

/// Django's session methods for [`Session`]; the [table](crate#the-dictionary) has them all.
///
/// Every method fails with [`Error::Store`] when the store does, and with [`Error::SerdeJson`] when a stored value
/// is not of the type that was asked for. A call that fails changes nothing.
#[ext(SessionExt)]
pub impl Session {
    /// Whether there is a value under `key`. Django: `key in session`.
    async fn contains(&self, key: &str) -> Result<bool, Error> {
        Ok(self.get_value(key).await?.is_some())
    }

    /// The value under `key`, or `default`, which is not stored. Django: `session.get(key, default)`.
    async fn get_or<T: DeserializeOwned>(&self, key: &str, default: T) -> Result<T, Error> {
        Ok(self.get(key).await?.unwrap_or(default))
    }

    /// The value under `key`; when there is none, `default`, now stored. Django: `session.setdefault`.
    async fn setdefault<T>(&self, key: &str, default: T) -> Result<T, Error>
    where
        T: DeserializeOwned + Serialize,
    {
        if let Some(present) = self.get(key).await? {
            return Ok(present);
        }
        self.insert(key, &default).await?;
        Ok(default)
    }

    /// Stores each field of `values` under its name. Django: `session.update`.
    ///
    /// `values` is anything that becomes a JSON object: a struct, a map, `json!({ ... })`.
    async fn update<T: Serialize>(&self, values: &T) -> Result<(), Error> {
        // Through serde_json's own Map, so that anything but an object is its error.
        let values: Map<String, Value> = serde_json::from_value(serde_json::to_value(values)?)?;
        for (key, value) in values {
            self.insert_value(&key, value).await?;
        }
        Ok(())
    }

    /// Takes the value under `key`, lets `change` alter it, stores it back, and returns it as it is now.
    ///
    /// A missing value starts as `default`. In Django one changes the nested value and then sets
    /// `session.modified = True`, and the second line is easily forgotten. Here there is only one line.
    async fn edit<T>(&self, key: &str, default: T, change: impl FnOnce(&mut T)) -> Result<T, Error>
    where
        T: DeserializeOwned + Serialize,
    {
        let mut value = self.get_or(key, default).await?;
        change(&mut value);
        self.insert(key, &value).await?;
        Ok(value)
    }

    /// Removes every key; the session itself stays. Django: `session.clear()`.
    ///
    /// tower-sessions' own `clear()`, called before anything was read, adopts whatever id the browser sent,
    /// even one that an attacker planted there (OWASP: session fixation). This reads first. It also keeps what
    /// our own stores need to notice that another tab came first.
    async fn remove_all(&self) -> Result<(), Error> {
        let version = self.get_value(Version::KEY).await?;
        self.clear().await;
        if let Some(version) = version {
            self.insert_value(Version::KEY, version).await?;
        }
        Ok(())
    }

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
    /// This needs the layer [`apply_kept_expiry`](crate::apply_kept_expiry).
    async fn keep_expiry(&self, expiry: Option<Expiry>) -> Result<(), Error> {
        match expiry {
            Some(expiry) => self
                .insert_value(expiry::KEY, expiry::to_json(expiry))
                .await
                .map(drop),
            None => self.remove_value(expiry::KEY).await.map(drop),
        }
    }

    /// The expiry that was set with [`keep_expiry`](Self::keep_expiry); `None` stands for the site's policy.
    async fn kept_expiry(&self) -> Result<Option<Expiry>, Error> {
        expiry::kept(self).await
    }

    /// How long the session would live if it were saved now and never again. Django: `get_expiry_age`.
    ///
    /// Negative when its date has passed.
    async fn age(&self) -> Result<Duration, Error> {
        Ok(self.ends().await? - OffsetDateTime::now_utc())
    }

    /// When the session would end if it were saved now and never again. Django: `get_expiry_date`.
    async fn ends(&self) -> Result<OffsetDateTime, Error> {
        let now = OffsetDateTime::now_utc();
        Ok(match self.kept_expiry().await?.or(self.expiry()) {
            Some(Expiry::AtDateTime(date)) => date,
            Some(Expiry::OnInactivity(age)) => now.saturating_add(age),
            Some(Expiry::OnSessionEnd) | None => now.saturating_add(TWO_WEEKS),
        })
    }

    /// Whether the cookie ends with the browser. Django: `get_expire_at_browser_close`.
    async fn ends_with_browser(&self) -> Result<bool, Error> {
        let expiry = self.kept_expiry().await?.or(self.expiry());
        Ok(matches!(expiry, None | Some(Expiry::OnSessionEnd)))
    }

    /// Stores a value, and so makes the browser send its cookie back if it keeps cookies. Django: `set_test_cookie`.
    async fn set_test_cookie(&self) -> Result<(), Error> {
        self.insert(TEST_COOKIE, WORKED).await
    }

    /// Whether the browser sent the cookie back. Django: `test_cookie_worked`.
    async fn test_cookie_worked(&self) -> Result<bool, Error> {
        Ok(self
            .get_value(TEST_COOKIE)
            .await?
            .is_some_and(|value| value == WORKED))
    }

    /// Forgets the test. Django: `delete_test_cookie`.
    async fn delete_test_cookie(&self) -> Result<(), Error> {
        // Removing what is not there would count as a modification, and save the session.
        if self.contains(TEST_COOKIE).await? {
            self.remove_value(TEST_COOKIE).await?;
        }
        Ok(())
    }

    /// Keeps the data under a new id; the old id is dead at once. Django: `cycle_key`.
    ///
    /// Call it whenever the session comes to stand for somebody else: when a visitor signs in, or gets a new role (OWASP:
    /// session fixation).
    async fn cycle_key(&self) -> Result<(), Error> {
        self.cycle_id().await
    }

    /// Deletes data, row and id; what is stored from now on belongs to a new session. Django: `flush`.
    ///
    /// tower-sessions' own `flush` leaves the old id in the record, and a later insert brings it back. So this cycles the
    /// id as well.
    async fn flush_and_cycle(&self) -> Result<(), Error> {
        self.flush().await?;
        self.cycle_id().await
    }
}
