//! The proxies in front of this site that are believed.
//!
//! Behind a proxy, every connection comes from the proxy, and `Host` may be a name that only the proxy knows. What the
//! proxy saw, it says in `Forwarded` (RFC 7239) or in the older `X-Forwarded-For` and `X-Forwarded-Host`. But anybody can
//! send these headers. So they are believed only when they come from a proxy that the site was told to trust, and each of
//! them is read from the right, because a proxy adds what it saw at the end, after whatever the client had written there.

mod hops;

use std::{
    env,
    net::{IpAddr, SocketAddr},
};

use axum::{
    Router,
    extract::{ConnectInfo, Request},
    http::{HeaderMap, HeaderValue, header},
};
use ipnet::IpNet;
use tower::util::MapRequestLayer;

use super::Error;
use hops::{Hop, forwarded, x_forwarded_for, x_forwarded_host};

/// The environment's name for the list, whose addresses and networks are separated by commas.
pub(crate) const TRUSTED_PROXIES: &str = "TRUSTED_PROXIES";

/// The addresses of proxies that are trusted; at first, there are none.
#[derive(Clone, Debug, Default)]
pub(super) struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Those that `TRUSTED_PROXIES` names, like `127.0.0.1, 10.0.0.0/8`.
    ///
    /// # Errors
    /// [`Error::Failed`] when one of them is neither an address nor a network.
    pub fn from_environment() -> Result<Self, Error> {
        let list = env::var_os(TRUSTED_PROXIES).unwrap_or_default();
        Self::parse(&list.to_string_lossy())
    }

    fn parse(list: &str) -> Result<Self, Error> {
        let names = list
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let networks = names.map(|name| {
            let address = |_| name.parse::<IpAddr>().map(IpNet::from);
            name.parse().or_else(address).map_err(|_| {
                Error::Failed(format!(
                    "{TRUSTED_PROXIES} names {name:?}, which is neither an address nor a network; give a list like \
                     {TRUSTED_PROXIES}=127.0.0.1,10.0.0.0/8"
                ))
            })
        });
        networks.collect::<Result<_, _>>().map(Self)
    }

    /// Lets `app` see each request that comes through a trusted proxy as that proxy saw it: the client's address as
    /// axum's [`ConnectInfo`], and the `Host` that it asked for.
    pub fn before(self, app: Router) -> Router {
        if self.0.is_empty() {
            return app; // A layer that does nothing would still cost every request something.
        }
        app.layer(MapRequestLayer::new(move |request| self.as_seen(request)))
    }

    fn as_seen(&self, mut request: Request) -> Request {
        let connection = request.extensions().get::<ConnectInfo<SocketAddr>>();
        if !connection.is_some_and(|ConnectInfo(peer)| self.trust(peer.ip())) {
            return request;
        }
        let Some((address, host)) = self.client(request.headers()) else {
            return request;
        };
        if let Some(address) = address {
            let client = SocketAddr::new(address, 0); // Only the proxy knows the port.
            request.extensions_mut().insert(ConnectInfo(client));
        }
        if let Some(host) = host {
            request.headers_mut().insert(header::HOST, host);
        }
        request
    }

    /// What the outermost of our proxies saw; `None` when its headers contradict each other. One of the two is then the
    /// client's own, which the proxy has passed on, and nobody can tell which.
    ///
    /// `X-Forwarded-Host` counts only beside an `X-Forwarded-For`: a proxy that writes `Forwarded` alone may pass on
    /// whatever the client has written there.
    fn client(&self, headers: &HeaderMap) -> Option<(Option<IpAddr>, Option<HeaderValue>)> {
        let new = self.outermost(forwarded(headers));
        let old = self.outermost(x_forwarded_for(headers));
        if let (Some(new), Some(old)) = (&new, &old)
            && new.address != old.address
        {
            tracing::debug!(
                "Forwarded and X-Forwarded-For contradict each other, so neither is believed"
            );
            return None;
        }
        let address = new.as_ref().or(old.as_ref()).map(|hop| hop.address);
        let host = new.and_then(|hop| hop.host);
        let old_host = || old.and_then(|_| x_forwarded_host(headers));
        Some((address, host.or_else(old_host)))
    }

    /// From the right, the first hop that does not come from one more of our proxies.
    fn outermost(&self, hops: Vec<Option<Hop>>) -> Option<Hop> {
        let mut outermost = None;
        for hop in hops.into_iter().rev() {
            let Some(hop) = hop else { break }; // What stands left of something unreadable may be anybody's.
            let is_ours = self.trust(hop.address);
            outermost = Some(hop);
            if !is_ours {
                break;
            }
        }
        outermost
    }

    fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    /// The client's address and the host, as a site sees them that trusts 10.0.0.0/8 and is asked by `peer`.
    fn seen(peer: &str, headers: &[(&str, &str)]) -> String {
        let mut request = Request::post("/").header("host", "inside");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
        request.extensions_mut().insert(ConnectInfo(peer));
        let request = TrustedProxies::parse("10.0.0.0/8, ::1")
            .unwrap()
            .as_seen(request);
        let ConnectInfo(client) = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .unwrap();
        format!(
            "{} {}",
            client.ip(),
            request.headers()["host"].to_str().unwrap()
        )
    }

    #[test]
    fn a_trusted_proxy_says_who_asked_and_for_what() {
        for (name, value) in [
            ("forwarded", "for=192.0.2.7"),
            ("forwarded", "For=\"192.0.2.7:4711\";proto=https"),
            ("x-forwarded-for", "192.0.2.7"),
            ("x-forwarded-for", "192.0.2.7:4711"),
        ] {
            assert_eq!(
                seen("10.0.0.1", &[(name, value)]),
                "192.0.2.7 inside",
                "{value}"
            );
            assert_eq!(
                seen("::ffff:10.0.0.1", &[(name, value)]),
                "192.0.2.7 inside"
            );
        }
        let quoted = (
            "forwarded",
            "for=\"[2001:db8::7]\";host=\"library.example:8443\"",
        );
        assert_eq!(seen("::1", &[quoted]), "2001:db8::7 library.example:8443");
        let old = [
            ("x-forwarded-for", "192.0.2.7"),
            ("x-forwarded-host", "library.example"),
        ];
        assert_eq!(seen("10.0.0.1", &old), "192.0.2.7 library.example");
    }

    #[test]
    fn nobody_else_is_believed() {
        let lies = [
            ("forwarded", "for=192.0.2.7;host=a"),
            ("x-forwarded-host", "b"),
        ];
        assert_eq!(seen("203.0.113.5", &lies), "203.0.113.5 inside");
    }

    #[test]
    fn what_the_client_had_written_stands_left_and_is_not_believed() {
        let seen = |value| seen("10.0.0.1", &[("x-forwarded-for", value)]);
        assert_eq!(seen("198.51.100.1, 192.0.2.7"), "192.0.2.7 inside");
        assert_eq!(
            seen("198.51.100.1, 192.0.2.7, 10.2.0.9"),
            "192.0.2.7 inside"
        );
        assert_eq!(seen("198.51.100.1, nonsense, 10.2.0.9"), "10.2.0.9 inside");
        assert_eq!(seen("nonsense"), "10.0.0.1 inside");
        let forwarded =
            "for=198.51.100.1;host=\"evil, for=192.0.2.7;host=library.example, for=10.2.0.9";
        assert_eq!(
            self::seen("10.0.0.1", &[("forwarded", forwarded)]),
            "192.0.2.7 library.example"
        );
        assert_eq!(
            self::seen("10.0.0.1", &[("forwarded", "for=unknown")]),
            "10.0.0.1 inside"
        );
    }

    #[test]
    fn where_two_headers_contradict_each_other_neither_is_believed() {
        let both = |new, old| seen("10.0.0.1", &[("forwarded", new), ("x-forwarded-for", old)]);
        assert_eq!(both("for=192.0.2.7", "192.0.2.7"), "192.0.2.7 inside");
        assert_eq!(
            both("for=198.51.100.1;host=a", "192.0.2.7"),
            "10.0.0.1 inside"
        );
        assert_eq!(both("for=unknown", "192.0.2.7"), "192.0.2.7 inside");
    }

    #[test]
    fn a_host_beside_another_proxys_header_is_the_clients_own() {
        let host = ("x-forwarded-host", "evil.example");
        assert_eq!(
            seen("10.0.0.1", &[("forwarded", "for=192.0.2.7"), host]),
            "192.0.2.7 inside"
        );
        assert_eq!(seen("10.0.0.1", &[host]), "10.0.0.1 inside");
    }

    #[test]
    fn a_list_that_cannot_be_read_is_refused_with_what_to_do() {
        assert!(TrustedProxies::parse(" ").unwrap().0.is_empty());
        assert_eq!(
            TrustedProxies::parse("127.0.0.1,::1, 10.0.0.0/8")
                .unwrap()
                .0
                .len(),
            3
        );
        let sentence = TrustedProxies::parse("127.0.0.1,proxy")
            .unwrap_err()
            .to_string();
        assert!(
            sentence.contains("\"proxy\"") && sentence.contains("TRUSTED_PROXIES=127"),
            "{sentence}"
        );
    }
}
