//! A browser with a cookie jar; `requests` has what it sends to a site.

use axum::http::HeaderMap;
use cookie::{Cookie, time::Duration};

use crate::jar::Jar;

/// One visitor's browser: a cookie jar, and the page that is open.
#[derive(Clone)]
pub struct Browser {
    pub(crate) name: String,
    pub(crate) jar: Jar,
    /// The open page, and its path.
    pub(crate) page: String,
    pub(crate) path: String,
}

impl Browser {
    /// A browser without cookies. The name says whose it is: "Ann's".
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            jar: Jar::default(),
            page: String::new(),
            path: String::new(),
        }
    }

    /// Whose browser it is.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value of a cookie in the jar.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.jar.value(name)
    }

    /// Puts a cookie for the whole site into the jar, as an attacker or a learner may do by hand.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        let cookie = Cookie::build((name.to_string(), value.to_string()));
        self.jar.keep(cookie.path("/").build());
    }

    /// The cookies in the jar, each as its `Set-Cookie` had it.
    pub fn cookies(&self) -> impl Iterator<Item = String> {
        self.jar.texts()
    }

    /// Replaces all of its cookies with those of another browser.
    pub fn copy_cookies(&mut self, other: &Self) {
        self.jar.clone_from(&other.jar);
    }

    /// Keeps the cookies of an answer; returns every value that is or was in the jar.
    pub fn receive_cookies(&mut self, headers: &HeaderMap) -> Vec<String> {
        self.jar.receive(headers)
    }

    /// What it sends with a request for `path`, written as in a `Cookie` header; empty if it sends no cookie.
    pub fn cookie_header(&self, path: &str) -> String {
        self.jar.header(path)
    }

    /// Empties the jar.
    pub fn clear_cookies(&mut self) {
        self.jar.clear();
    }

    /// Lets this much time pass, and drops the cookies that have expired by then.
    pub fn wait(&mut self, time: Duration) {
        self.jar.wait(time);
    }
}
