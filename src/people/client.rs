//! Who is at the other end, as far as a request can tell.

use std::{convert::Infallible, net::IpAddr, net::SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use tower_sessions::cookie::Cookie;

use super::{device, remember::token};

/// Browsers, by a word in their `User-Agent`. Most claim to be others as well, so the order matters.
const BROWSERS: [(&str, &str); 6] = [
    ("Firefox/", "Firefox"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

/// Operating systems, found in the same way.
const SYSTEMS: [(&str, &str); 6] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// The client of a request; by default one about whom nothing is known.
#[derive(Default)]
pub struct Client {
    /// Where its connection comes from; `None` if there is no connection, as in a test. Behind a proxy that the site does
    /// not trust, this is the address of the proxy.
    pub address: Option<IpAddr>,
    /// Its browser and system in words: "Firefox on Linux". The client says this about itself, so nothing may depend on
    /// it.
    pub device: String,
    /// What it was given when somebody signed in with it before.
    pub(super) known: Option<String>,
    /// What it was given so that somebody stays signed in.
    pub(super) remembered: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let says = parts
            .headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok());
        Ok(Self {
            address: connection.map(|ConnectInfo(address)| address.ip()),
            device: in_words(says.unwrap_or_default()),
            known: cookie(&parts.headers, device::COOKIE),
            remembered: cookie(&parts.headers, token::COOKIE),
        })
    }
}

/// The value of the cookie with this name.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().into())
}

fn in_words(user_agent: &str) -> String {
    let known = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(word, _)| user_agent.contains(word))
            .map(|(_, name)| *name)
    };
    match (known(&BROWSERS), known(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.into(),
        (None, Some(system)) => format!("a program on {system}"),
        (None, None) => "a program that does not say its name".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_has_a_name_that_people_know() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                    Chrome/140.0 Safari/537.36 Edg/140.0";
        assert_eq!(in_words(edge), "Edge on Windows");
        assert_eq!(
            in_words("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"),
            "Firefox on Linux"
        );
        assert_eq!(in_words("curl/8.1"), "curl");
        assert_eq!(in_words("<script>"), "a program that does not say its name");
    }
}
