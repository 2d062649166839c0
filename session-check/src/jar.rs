//! A browser's cookies.

use cookie::Cookie;

use crate::wire::Answer;

/// A cookie jar for one host.
///
/// It keeps `Secure` cookies on plain http as well, because browsers do so for http://localhost.
#[derive(Clone, Debug, Default)]
pub struct Jar(Vec<Cookie<'static>>);

impl Jar {
    /// Keeps what an answer sets, and drops what it removes.
    pub fn receive(&mut self, answer: &Answer) {
        for cookie in answer.cookies() {
            self.0
                .retain(|old| old.name() != cookie.name() || old.path() != cookie.path());
            if !is_removal(&cookie) {
                self.0.push(cookie);
            }
        }
    }

    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|cookie| cookie.name() == name);
        found.map(Cookie::value)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Cookie::name)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets the value of a cookie that is sent to the whole site.
    pub fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.0.push(
            Cookie::build((name.to_string(), value.to_string()))
                .path("/")
                .build(),
        );
    }

    pub fn remove(&mut self, name: &str) {
        self.0.retain(|cookie| cookie.name() != name);
    }

    /// The `Cookie` header for a path; empty if there is no cookie (RFC 6265, section 5.4).
    pub fn header(&self, path: &str) -> String {
        let path = path.split('?').next().unwrap_or(path);
        let sent = self.0.iter().filter(|cookie| is_below(path, cookie.path()));
        let pairs: Vec<_> = sent
            .map(|cookie| format!("{}={}", cookie.name(), cookie.value()))
            .collect();
        pairs.join("; ")
    }
}

/// Whether this `Set-Cookie` takes the cookie away.
pub fn is_removal(cookie: &Cookie) -> bool {
    let over = cookie.max_age().is_some_and(|age| !age.is_positive());
    let past = cookie
        .expires_datetime()
        .is_some_and(|date| date.unix_timestamp() < 946_684_800 + 1);
    over || past || cookie.value().is_empty()
}

fn is_below(path: &str, cookie_path: Option<&str>) -> bool {
    let Some(folder) = cookie_path.filter(|folder| folder.starts_with('/')) else {
        return true;
    };
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || folder.ends_with('/') || rest.starts_with('/'))
}
