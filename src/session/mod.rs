//! Sessions: tower-sessions, and what Django's sessions can do beyond it.
//!
//! ```text
//! ext           Django's methods for tower-sessions' Session
//! kept_expiry   an expiry that a visitor has chosen, and saving at every request
//! stored_items  looping over a session
//! layer         what stands around the session layer: caches, doubtful cookies, a store that fails
//! store         sessions in the site's database
//! of_person     all the sessions of one person
//! recorder      a store that takes notes, for tests and the workshop
//! ```
//!
//! Django's session API, name by name. `session` is a [`tower_sessions::Session`], `store` a [`SqliteStore`] and
//! `stored` a [`StoredItems`]; [`SessionExt`] adds the methods that tower-sessions lacks.
//!
//! | Django | here | note |
//! |---|---|---|
//! | `request.session['k']` | `session.get::<String>("k").await?` | `None` instead of `KeyError` |
//! | `request.session.get('k', 'mini')` | `session.get_or("k", "mini".to_string()).await?` | |
//! | `request.session['k'] = 'mini'` | `session.insert("k", "mini").await?` | an equal value is no modification |
//! | `del request.session['k']` | `session.remove_value("k").await?` | `None` instead of `KeyError` |
//! | `'k' in request.session` | `session.contains("k").await?` | |
//! | `request.session.pop('k', 'mini')` | `session.remove::<String>("k").await?.unwrap_or("mini".into())` | counts as a modification even when absent |
//! | `request.session.setdefault('k', 'mini')` | `session.setdefault("k", "mini".to_string()).await?` | |
//! | `request.session.update({'a': 1})` | `session.update(&json!({ "a": 1 })).await?` | |
//! | `request.session['k']['n'] = 1; request.session.modified = True` | `session.edit("k", Car::default(), \|car\| car.n = 1).await?` | one call, nothing to forget |
//! | `request.session.items(), .keys(), .values()` | `stored.items().await?` | as the last request left them |
//! | `request.session.clear()` | `session.remove_all().await?` | |
//! | `request.session.modified = True` | `session.set_expiry(session.expiry())` | what makes tower-sessions save |
//! | `request.session.modified` | `session.is_modified()` | |
//! | `request.session.is_empty()` | `session.is_empty().await` | |
//! | `request.session.session_key` | `session.id()` | `None` until the first save |
//! | `request.session.exists(key)` | `store.load(&id).await?.is_some()` | |
//! | `request.session.save()` | `session.save().await?` | the layer does it at the end of a request |
//! | `request.session.cycle_key()` | `session.cycle_key().await?` | the new id comes with the next save |
//! | `request.session.flush()` | `session.flush_and_cycle().await?` | |
//! | `request.session.set_test_cookie()` | `session.set_test_cookie().await?` | |
//! | `request.session.test_cookie_worked()` | `session.test_cookie_worked().await?` | |
//! | `request.session.delete_test_cookie()` | `session.delete_test_cookie().await?` | |
//! | `request.session.set_expiry(300)` | `session.keep_expiry(Some(Expiry::OnInactivity(Duration::seconds(300)))).await?` | |
//! | `request.session.set_expiry(0)` | `session.keep_expiry(Some(Expiry::OnSessionEnd)).await?` | |
//! | `request.session.set_expiry(date)` | `session.keep_expiry(Some(Expiry::AtDateTime(date))).await?` | a timedelta: now plus it |
//! | `request.session.set_expiry(None)` | `session.keep_expiry(None).await?` | back to the site's policy |
//! | `request.session.get_expiry_age()` | `session.age().await?` | |
//! | `request.session.get_expiry_date()` | `session.ends().await?` | |
//! | `request.session.get_expire_at_browser_close()` | `session.ends_with_browser().await?` | |
//! | `request.session.clear_expired()` | `store.clear_expired().await?` | by hand: `cargo run -- clearsessions` |
//! | `SESSION_ENGINE` | `SessionManagerLayer::new(store.clone())` | the store is an argument |
//! | `SESSION_COOKIE_NAME = 'k'` | `.with_name("k")` | |
//! | `SESSION_COOKIE_AGE = 1209600` | `.with_expiry(Expiry::OnInactivity(Duration::weeks(2)))` | |
//! | `SESSION_EXPIRE_AT_BROWSER_CLOSE = True` | `.with_expiry(Expiry::OnSessionEnd)` | |
//! | `SESSION_COOKIE_SECURE = True` | `.with_secure(true)` | the default here, not in Django |
//! | `SESSION_COOKIE_HTTPONLY = True` | `.with_http_only(true)` | the default in both |
//! | `SESSION_COOKIE_SAMESITE = 'Lax'` | `.with_same_site(SameSite::Lax)` | Strict is the default here |
//! | `SESSION_COOKIE_PATH = '/'` | `.with_path("/")` | |
//! | `SESSION_COOKIE_DOMAIN = 'example.org'` | `.with_domain("example.org")` | |
//! | `SESSION_SAVE_EVERY_REQUEST = True` | `.layer(from_fn(save_every_request))` | |

mod ext;
mod kept_expiry;
mod layer;
mod of_person;
mod recorder;
mod store;
mod stored_items;

pub use ext::SessionExt;
pub use kept_expiry::{apply_kept_expiry, save_every_request};
pub use layer::{Fault, protect_session};
pub use of_person::{DEVICE, OwnSession, PERSON, PersonSessions};
pub use recorder::{Data, Operation, Recorder, StoreCall, record_calls};
pub use store::SqliteStore;
pub use stored_items::StoredItems;
