//! Sessions that no server stores: each travels in its cookie, sealed with a key of the site.
//!
//! A handler asks for its `Session` as ever. Django has the engine `signed_cookies` for this.

mod claims;
mod ended;
mod held;
mod hs256;
mod keys;
mod ways;

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use cookie::{Cookie, CookieJar, SameSite};
use tower_sessions::{MemoryStore, Session, SessionStore, cookie::time::Duration, session::Record};

pub use claims::Claims;
pub use ended::Ended;
pub use held::Held;
pub use keys::{Key, Keys};
pub use ways::{Encrypted, Jwt, Signed, Way};

use crate::{Error, secure_cookies};

/// How long a cookie is believed after the last change: as long as tower-sessions keeps a record.
const LIFETIME: Duration = Duration::weeks(2);

/// The longest cookie that a browser keeps, name and value together (RFC 6265bis, section 5.6). It ignores a longer one
/// without a word, and goes on sending the one that it has.
pub const LONGEST: usize = 4096;

/// Sessions in cookies of one name, sealed in one way: the state of [`in_cookie`].
#[derive(Clone)]
pub struct InCookie {
    name: &'static str,
    way: Arc<dyn Way>,
    keys: Keys,
    ended: Option<Ended>,
}

impl InCookie {
    /// Sessions that end when they expire, and never before.
    pub fn new(name: &'static str, way: impl Way, keys: &Keys) -> Self {
        Self {
            name,
            way: Arc::new(way),
            keys: keys.clone(),
            ended: None,
        }
    }

    /// Believes no cookie whose session is on this list.
    #[must_use]
    pub fn except(mut self, ended: Ended) -> Self {
        self.ended = Some(ended);
        self
    }

    /// The session that came in this jar, if it can be believed.
    async fn open(&self, jar: &CookieJar) -> Result<Option<Record>, Error> {
        let keys = self.keys.all();
        let mut opened = keys.iter().map(|key| self.way.open(jar, key, self.name));
        let Some(record) = opened.find_map(|claims| claims?.record()) else {
            return Ok(None);
        };
        if let Some(ended) = &self.ended
            && ended.has(record.id).await?
        {
            return Ok(None);
        }
        Ok(Some(record))
    }

    /// The cookie that keeps this record.
    fn seal(&self, record: Record) -> Result<Cookie<'static>, Error> {
        let mut jar = CookieJar::new();
        let key = self.keys.newest();
        self.way.seal(&mut jar, &key, self.name, &record.into());
        let sealed = jar.get(self.name).map_or("", Cookie::value);
        let length = self.name.len() + sealed.len();
        if length > LONGEST {
            let sentence = format!(
                "Nothing was changed: your session would be a cookie of {length} bytes, and browsers keep {LONGEST}."
            );
            return Err(Error::Request(StatusCode::INSUFFICIENT_STORAGE, sentence));
        }
        Ok(self.cookie(sealed))
    }

    fn removal(&self) -> Cookie<'static> {
        let mut cookie = self.cookie("");
        cookie.make_removal();
        cookie
    }

    fn cookie(&self, value: &str) -> Cookie<'static> {
        Cookie::build((self.name, value.to_string()))
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(secure_cookies())
            .path("/")
            .build()
    }
}

/// Gives each request the session of its cookie, and seals it again when a handler has changed it. Put it around the pages
/// with `axum::middleware::from_fn_with_state`.
///
/// The handlers' `Session` wants a store. It gets one that lives as long as the request.
///
/// # Errors
/// [`Error::Request`] with status 507 when the session does not fit into a cookie.
pub async fn in_cookie(
    State(sessions): State<InCookie>,
    mut request: Request,
    next: Next,
) -> Result<Response, Error> {
    let jar = cookies(request.headers());
    let opened = sessions.open(&jar).await?;
    let id = opened.as_ref().map(|record| record.id);
    let store = MemoryStore::default();
    if let Some(record) = opened {
        store.save(&record).await?;
    }
    let session = Session::new(id, Arc::new(store.clone()), None);
    let held = Held::of(&jar, sessions.name);
    request.extensions_mut().insert(held.clone());
    request.extensions_mut().insert(session.clone());
    let mut response = next.run(request).await;
    let cookie = if session.is_empty().await {
        held.is_there().then(|| sessions.removal())
    } else if session.is_modified() && !response.status().is_server_error() {
        session.save().await?;
        let stored = store.load(&session.id().unwrap_or_default()).await?;
        stored.map(|record| sessions.seal(record)).transpose()?
    } else {
        None
    };
    if let Some(cookie) = cookie {
        let cookie = HeaderValue::try_from(cookie.to_string()).expect("a cookie is ASCII");
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The cookies of a request.
fn cookies(headers: &HeaderMap) -> CookieJar {
    let mut jar = CookieJar::new();
    let lines = headers.get_all(header::COOKIE).into_iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    for cookie in lines.flat_map(Cookie::split_parse).flatten() {
        jar.add_original(cookie.into_owned());
    }
    jar
}
