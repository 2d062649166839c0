//! A browser's cookies.

use axum::http::{HeaderMap, header};
use cookie::{Cookie, time::Duration};

use crate::address::below;

/// A cookie jar.
///
/// It follows those parts of RFC 6265 that matter for one site on plain http. A cookie replaces the one with the same
/// name and path, is sent to paths below its own, is dropped when its `Max-Age` is over, and is refused if it is
/// `Secure`, since the connection is not. A real browser also knows about domains and sites.
#[derive(Clone, Default)]
pub(crate) struct Jar(Vec<Cookie<'static>>);

impl Jar {
    /// The value of a cookie.
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|cookie| cookie.name() == name);
        found.map(Cookie::value)
    }

    /// Each cookie as it was set by `Set-Cookie`.
    pub fn texts(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(ToString::to_string)
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn keep(&mut self, cookie: Cookie<'static>) {
        let path = cookie.path().map(str::to_string);
        self.0
            .retain(|old| old.name() != cookie.name() || old.path() != path.as_deref());
        if !is_over(&cookie) && cookie.secure() != Some(true) {
            self.0.push(cookie);
        }
    }

    /// Keeps the cookies of an answer; returns every value that is or was in the jar.
    pub fn receive(&mut self, headers: &HeaderMap) -> Vec<String> {
        let value = |cookie: &Cookie| cookie.value().to_string();
        let mut values: Vec<_> = self.0.iter().map(value).collect();
        let lines = headers.get_all(header::SET_COOKIE).into_iter();
        let texts = lines.filter_map(|line| line.to_str().ok());
        for cookie in texts.filter_map(|text| Cookie::parse(text.to_string()).ok()) {
            values.push(value(&cookie));
            self.keep(cookie);
        }
        values
    }

    /// The `Cookie` header for a request; empty if there is no cookie.
    pub fn header(&self, path: &str) -> String {
        let path = path.split('?').next().unwrap_or(path);
        let sent = self
            .0
            .iter()
            .filter(|cookie| below(path, cookie.path().unwrap_or("/")));
        let pairs: Vec<_> = sent
            .map(|cookie| format!("{}={}", cookie.name(), cookie.value()))
            .collect();
        pairs.join("; ")
    }

    /// Lets this much time pass.
    pub fn wait(&mut self, time: Duration) {
        for cookie in &mut self.0 {
            if let Some(age) = cookie.max_age() {
                cookie.set_max_age(age - time);
            }
        }
        self.0.retain(|cookie| !is_over(cookie));
    }
}

fn is_over(cookie: &Cookie) -> bool {
    cookie.max_age().is_some_and(|age| !age.is_positive())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_lives_as_long_as_its_age_and_one_without_an_age_as_long_as_the_browser() {
        let mut jar = Jar::default();
        for cookie in ["short=1; Max-Age=60", "open=1", "gone=1; Max-Age=0"] {
            jar.keep(Cookie::parse(cookie).unwrap());
        }
        assert_eq!(jar.header("/"), "short=1; open=1");
        jar.wait(Duration::seconds(59));
        assert_eq!(jar.header("/"), "short=1; open=1");
        jar.wait(Duration::seconds(1));
        assert_eq!(jar.header("/"), "open=1");
    }

    #[test]
    fn a_cookie_comes_with_the_paths_below_its_own() {
        let mut jar = Jar::default();
        jar.keep(Cookie::parse("car=1; Path=/my-car").unwrap());
        assert_eq!(jar.header("/my-car/fit?a=1"), "car=1");
        assert_eq!(jar.header("/my-cars"), "");
    }
}
