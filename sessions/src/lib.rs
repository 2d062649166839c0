//! Sessions for axum and tower-sessions that lose no update and revive no logout, with the methods that people know from
//! Django.
//!
//! ```ignore
//! let store = SqliteStore::open("sessions.db")?;
//! let sessions = SessionManagerLayer::new(store).with_name("__Host-id");
//! let app = Router::new().route("/", get(index)).layer(Protect::new(sessions));
//! ```
//!
//! When two requests of one session meet, the store refuses the save that came too late, and [`Protect`] runs that request
//! again with the newer record. So both are answered, and both are stored. The README lists every promise with the test
//! that holds it, and what is not promised: a handler may run twice, and [`Durability`](sqlite::Durability) says what
//! survives a power failure.
//!
//! ```text
//! ext       Django's methods for tower-sessions' Session
//! expiry    an expiry that a visitor has chosen, and saving at every request
//! items     looping over a session
//! protect   what goes around the session layer: no caching, and what the next four do
//! cookies   which of a request's cookies are believed, and how the session's own is removed
//! retry     a request whose save came too late is run again
//! notes     what one run of a request leaves for the layer around it
//! people    whose a session is, and what a list of somebody's sessions has
//! fault     why a session could not be read or stored, and the answer for it
//! sqlite    a store in SQLite (feature `sqlite`)
//! postgres  a store in PostgreSQL (feature `postgres`)
//! store     what the two stores have in common
//! recorder  a store that takes notes, for tests and tools (feature `recorder`)
//! conformance  the suite that every store passes (feature `conformance`)
//! ```
//!
//! ## Django's session API, name by name
//!
//! `session` is a [`tower_sessions::Session`], `store` a [`SqliteStore`]
//! and `stored` a [`StoredItems`]; [`SessionExt`] adds the methods that tower-sessions lacks. A test runs the lines in
//! this order, in one session, and compares each result with the third column.
//!
//! ### The dictionary
//!
//! | Django | here | gives | note |
//! |---|---|---|---|
//! | `request.session['k']` | `session.get::<String>("k").await?` | `None` | Django raises `KeyError` |
//! | `request.session.get('k', 'mini')` | `session.get_or("k", "mini".to_string()).await?` | `"mini"` | the default is not stored |
//! | `request.session['k'] = 'mini'` | `session.insert("k", "mini").await?` | | inserting an equal value is not a modification |
//! | `'k' in request.session` | `session.contains("k").await?` | `true` | |
//! | `request.session.setdefault('k', 'beetle')` | `session.setdefault("k", "beetle".to_string()).await?` | `"mini"` | what is there stays |
//! | `del request.session['k']` | `session.remove_value("k").await?` | `Some(String("mini"))` | `None` where Django raises `KeyError` |
//! | `request.session.pop('k', 'mini')` | `session.remove::<String>("k").await?.unwrap_or("mini".into())` | `"mini"` | a modification even when nothing was there |
//! | `request.session.update({'a': 1})` | `session.update(&json!({ "a": 1 })).await?` | | |
//! | `request.session['k']['n'] = 1; request.session.modified = True` | `session.edit("k", Car::default(), \|car\| car.n = 1).await?` | `Car { n: 1 }` | one call, so nothing can be forgotten |
//! | `request.session.save()` | `session.save().await?` | | the layer does it at the end of a request |
//! | `request.session.items(), .keys(), .values()` | `stored.items().await?` | `[("a", Number(1)), ("k", Object {"n": Number(1)})]` | as the last save left them |
//! | `request.session.clear()` | `session.remove_all().await?` | | the session and its id stay |
//!
//! ### The session itself
//!
//! | Django | here | gives | note |
//! |---|---|---|---|
//! | `request.session.modified` | `session.is_modified()` | `true` | |
//! | `request.session.modified = True` | `session.set_expiry(session.expiry())` | | what makes tower-sessions save |
//! | `request.session.is_empty()` | `session.is_empty().await` | `false` | empty means no id and no data, as in Django |
//! | `request.session.session_key` | `session.id()` | | `None` until the first save |
//! | `request.session.cycle_key()` | `session.cycle_key().await?` | | the new id comes with the next save |
//! | `request.session.flush()` | `session.flush_and_cycle().await?` | | tower-sessions' own `flush` keeps the old id for later |
//! | `request.session.set_test_cookie()` | `session.set_test_cookie().await?` | | |
//! | `request.session.test_cookie_worked()` | `session.test_cookie_worked().await?` | `true` | only the next request can tell |
//! | `request.session.delete_test_cookie()` | `session.delete_test_cookie().await?` | | |
//!
//! ### Expiry
//!
//! | Django | here | gives | note |
//! |---|---|---|---|
//! | `request.session.set_expiry(300)` | `session.keep_expiry(Some(Expiry::OnInactivity(Duration::seconds(300)))).await?` | | seconds without a save |
//! | `request.session.set_expiry(datetime)` | `session.keep_expiry(Some(Expiry::AtDateTime(date))).await?` | | for a timedelta: now plus it |
//! | `request.session.get_expiry_age()` | `session.age().await?` | | a `Duration`; negative when the session is over |
//! | `request.session.get_expiry_date()` | `session.ends().await?` | | |
//! | `request.session.get_expire_at_browser_close()` | `session.ends_with_browser().await?` | `false` | |
//! | `request.session.set_expiry(0)` | `session.keep_expiry(Some(Expiry::OnSessionEnd)).await?` | | the row stays for two weeks |
//! | `request.session.set_expiry(None)` | `session.keep_expiry(None).await?` | | back to the site's policy |
//! | `request.session.get_session_cookie_age()` | `Expiry::OnInactivity(Duration::weeks(2))` | | the policy is the layer's |
//! | `request.session.clear_expired()` | `store.clear_expired().await?` | `0` | by hand: `cargo run -- clearsessions` |
//!
//! ### What JSON makes of a value
//!
//! | Django | here | gives | note |
//! |---|---|---|---|
//! | `{0: 'mini'}` | `session.insert_value("v", json!(BTreeMap::from([(0, "mini")]))).await?` | `None` | integer keys become strings in both |
//! | `request.session['v']['0']` | `session.get_value("v").await?` | `Some(Object {"0": String("mini")})` | |
//! | `int(key)` | `session.get::<BTreeMap<u32, String>>("v").await?` | `Some({0: "mini"})` | the type turns them back |
//! | `(1, 'mini')` | `json!((1, "mini"))` | `Array [Number(1), String("mini")]` | Django gives a list back; the type `(u8, String)` a tuple |
//! | `float('nan')` | `json!(f64::NAN)` | `Null` | Django stores `NaN`; here it reads back as `Option<f64>` only |
//! | `b'mini'` | `json!(b"mini")` | `Array [Number(109), Number(105), Number(110), Number(105)]` | Django raises `TypeError` |
//! | `datetime(...).timestamp()` | `json!(date.unix_timestamp())` | | a `datetime` itself is a `TypeError` in Django |
//!
//! ### Outside a view
//!
//! | Django | here | gives | note |
//! |---|---|---|---|
//! | `s = SessionStore()` | `let outside = Session::new(None, Arc::new(store.clone()), None);` | | no request is needed |
//! | `s['last_login'] = 1376587691` | `outside.insert("last_login", 1376587691).await?` | | |
//! | `s.create()` | `outside.save().await?` | | |
//! | `s.session_key` | `let id = outside.id().unwrap();` | | |
//! | `SessionStore(session_key='2b1189a188b44ad18c35e113ac6ceead')` | `Session::new(Some(id), Arc::new(store.clone()), None)` | | loads at the first access |
//! | `request.session.exists(key)` | `store.load(&id).await?.is_some()` | `true` | |
//! | `s = Session.objects.get(pk=key)` | `let record = store.load(&id).await?.unwrap();` | | |
//! | `s.expire_date` | `record.expiry_date` | | |
//! | `s.get_decoded()['last_login']` | `record.data["last_login"]` | `Number(1376587691)` | |
//! | `s.session_key` | `record.id.to_string().parse::<Id>()? == id` | `true` | the cookie's value is the id as text |
//! | `request.session.delete(key)` | `store.delete(&id).await?` | | |
//!
//! ### Settings
//!
//! | Django | here | gives | note |
//! |---|---|---|---|
//! | `MIDDLEWARE = ['...SessionMiddleware']` | `SessionManagerLayer::new(store.clone())` | | `.layer(Protect::new(...))` puts it around the routes above it |
//! | `SESSION_ENGINE = '...sessions.backends.db'` | `SqliteStore::on(library.database())?` | | an engine is a value, not a name |
//! | `SESSION_ENGINE = '...sessions.backends.cache'` | `MemoryStore::default()` | | one process, until it ends; nothing is ever pruned |
//! | `SESSION_ENGINE = '...sessions.backends.cached_db'` | `CachingSessionStore::new(MemoryStore::default(), store.clone())` | | the cache first, then the database |
//! | `SESSION_CACHE_ALIAS = 'sessions'` | `CachingSessionStore::new(cache.clone(), store.clone())` | | the cache is an argument, not a name |
//! | `SESSION_FILE_PATH = '/var/lib/sessions'` | `SqliteStore::open(path)?` | | a database of its own for sessions |
//! | `SESSION_SERIALIZER = '...JSONSerializer'` | `session.insert("k", Car::default()).await?` | | the value's type decides, by serde's `Serialize` |
//! | `SESSION_COOKIE_NAME = 'k'` | `.with_name("k")` | | `id` is the default here, `sessionid` in Django |
//! | `SESSION_COOKIE_AGE = 1209600` | `.with_expiry(Expiry::OnInactivity(Duration::weeks(2)))` | | without it the cookie ends with the browser |
//! | `SESSION_EXPIRE_AT_BROWSER_CLOSE = True` | `.with_expiry(Expiry::OnSessionEnd)` | | |
//! | `SESSION_COOKIE_SECURE = True` | `.with_secure(true)` | | the default here, not in Django |
//! | `SESSION_COOKIE_HTTPONLY = True` | `.with_http_only(true)` | | the default in both |
//! | `SESSION_COOKIE_SAMESITE = 'Lax'` | `.with_same_site(SameSite::Lax)` | | Strict is the default here |
//! | `SESSION_COOKIE_PATH = '/'` | `.with_path("/")` | | |
//! | `SESSION_COOKIE_DOMAIN = 'example.org'` | `.with_domain("example.org")` | | |
//! | `SESSION_SAVE_EVERY_REQUEST = True` | `.layer(from_fn(save_every_request))` | | |
//!
//! Keys that begin with an underscore are reserved for the library, as in Django: `_session_expiry` holds the expiry that
//! a visitor has chosen, `_person`, `_auth_hash` and `_device` who has signed in, how and where, and `_version` the version
//! that a session was loaded with. A site should use other names.

#![warn(missing_docs)]

#[cfg(feature = "conformance")]
pub mod conformance;
mod cookies;
mod expiry;
mod ext;
mod fault;
mod items;
mod notes;
mod people;
#[cfg(feature = "postgres")]
pub mod postgres;
mod protect;
#[cfg(feature = "recorder")]
mod recorder;
mod retry;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod store;

pub use expiry::{apply_kept_expiry, save_every_request};
pub use ext::SessionExt;
pub use fault::Fault;
pub use items::StoredItems;
pub use people::{AUTH_HASH, DEVICE, OwnSession, PERSON};
#[cfg(feature = "postgres")]
pub use postgres::PostgresStore;
pub use protect::{Protect, Protected};
#[cfg(feature = "recorder")]
pub use recorder::{Data, Operation, Recorder, StoreCall, record_calls};
#[cfg(feature = "sqlite")]
pub use sqlite::{PersonSessions, SqliteStore};
pub use store::row_key;
pub use tower_sessions;
