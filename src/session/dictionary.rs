//! The dictionary methods that Django's session has and tower-sessions' has not.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use tower_sessions::{Session, SessionStore, session::Error};

use super::version::Version;

/// Django's dictionary methods for [`Session`].
///
/// | Django | here |
/// |---|---|
/// | `session["k"]` | `session.get::<T>("k")`: `None` instead of `KeyError` |
/// | `session.get("k", d)` | [`get_or`](Self::get_or) |
/// | `session["k"] = v` | `session.insert("k", v)` |
/// | `del session["k"]` | `session.remove_value("k")`: `None` instead of `KeyError` |
/// | `"k" in session` | [`contains`](Self::contains) |
/// | `session.setdefault("k", d)` | [`setdefault`](Self::setdefault) |
/// | `session.update({...})` | [`update`](Self::update) |
/// | `session["k"]["n"] = v`, then `session.modified = True` | [`edit`](Self::edit) |
/// | `session.items()` | [`stored_items`](Self::stored_items) |
/// | `session.clear()` | [`remove_all`](Self::remove_all) |
///
/// Every method fails with [`Error::Store`] when the store does, and with [`Error::SerdeJson`] when a
/// stored value is not of the type that was asked for. A failing call changes nothing.
#[expect(async_fn_in_trait, reason = "implemented for Session alone, whose futures are Send")]
pub trait Dictionary {
    /// Whether there is a value under `key`. Django: `key in session`.
    async fn contains(&self, key: &str) -> Result<bool, Error>;

    /// The value under `key`, or `default`, which is not stored. Django: `session.get(key, default)`.
    async fn get_or<T: DeserializeOwned>(&self, key: &str, default: T) -> Result<T, Error>;

    /// The value under `key`; when there is none, `default`, now stored. Django: `session.setdefault`.
    async fn setdefault<T>(&self, key: &str, default: T) -> Result<T, Error>
    where
        T: DeserializeOwned + Serialize;

    /// Stores each field of `values` under its name. Django: `session.update`.
    ///
    /// `values` is anything that becomes a JSON object: a struct, a map, `json!({ ... })`.
    async fn update<T: Serialize>(&self, values: &T) -> Result<(), Error>;

    /// Takes the value under `key`, lets `change` alter it, stores it back, and returns it as it is now.
    ///
    /// A missing value starts as `default`. Django: change the nested value, then `session.modified = True`,
    /// two lines of which the second is easily forgotten; here there is one.
    async fn edit<T>(&self, key: &str, default: T, change: impl FnOnce(&mut T)) -> Result<T, Error>
    where
        T: DeserializeOwned + Serialize;

    /// Removes every key; the session itself stays. Django: `session.clear()`.
    ///
    /// tower-sessions' own `clear()`, called before anything was read, adopts whatever id the browser sent,
    /// even one that an attacker planted there (OWASP: session fixation). This reads first. It also keeps what
    /// [`SiteStore`](super::SiteStore) needs to notice that another tab came first.
    async fn remove_all(&self) -> Result<(), Error>;

    /// The keys and values that `store` holds for this session, by key. Django: `session.items()`.
    ///
    /// tower-sessions keeps its data private, so this reads the stored record: it shows the session as the
    /// last request left it, without the changes that the present one is about to make.
    async fn stored_items(&self, store: &dyn SessionStore) -> Result<Vec<(String, Value)>, Error>;
}

impl Dictionary for Session {
    async fn contains(&self, key: &str) -> Result<bool, Error> {
        Ok(self.get_value(key).await?.is_some())
    }

    async fn get_or<T: DeserializeOwned>(&self, key: &str, default: T) -> Result<T, Error> {
        Ok(self.get(key).await?.unwrap_or(default))
    }

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

    async fn update<T: Serialize>(&self, values: &T) -> Result<(), Error> {
        // Through serde_json's own Map, so that anything but an object is its error.
        let values: Map<String, Value> = serde_json::from_value(serde_json::to_value(values)?)?;
        for (key, value) in values {
            self.insert_value(&key, value).await?;
        }
        Ok(())
    }

    async fn edit<T>(&self, key: &str, default: T, change: impl FnOnce(&mut T)) -> Result<T, Error>
    where
        T: DeserializeOwned + Serialize,
    {
        let mut value = self.get_or(key, default).await?;
        change(&mut value);
        self.insert(key, &value).await?;
        Ok(value)
    }

    async fn remove_all(&self) -> Result<(), Error> {
        let version = self.get_value(Version::KEY).await?;
        self.clear().await;
        if let Some(version) = version {
            self.insert_value(Version::KEY, version).await?;
        }
        Ok(())
    }

    async fn stored_items(&self, store: &dyn SessionStore) -> Result<Vec<(String, Value)>, Error> {
        let Some(id) = self.id() else {
            return Ok(Vec::new());
        };
        let Some(record) = store.load(&id).await? else {
            return Ok(Vec::new());
        };
        let mut items: Vec<_> =
            record.data.into_iter().filter(|(key, _)| key != Version::KEY).collect();
        items.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(items)
    }
}
