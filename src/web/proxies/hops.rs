//! What the proxies say in their headers, hop by hop.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderValue};
use rfc7239::{NodeIdentifier, NodeName};

/// What a proxy says about a request that came to it.
pub struct Hop {
    /// Where it came from.
    pub address: IpAddr,
    /// The host that it asked for.
    pub host: Option<HeaderValue>,
}

/// The hops of `Forwarded`; `None` for one that is hidden or unreadable.
pub fn forwarded(headers: &HeaderMap) -> Vec<Option<Hop>> {
    let list = joined(headers, "forwarded");
    let hops = rfc7239::parse(&list).map(|hop| {
        let hop = hop.ok()?;
        let Some(NodeIdentifier {
            name: NodeName::Ip(address),
            ..
        }) = hop.forwarded_for
        else {
            return None;
        };
        let host = hop
            .host
            .map(|host| HeaderValue::from_str(host.trim_matches('"')));
        Some(Hop {
            address,
            host: host.transpose().ok()?,
        })
    });
    hops.collect()
}

/// The hops of `X-Forwarded-For`, which are addresses; some proxies add a port.
pub fn x_forwarded_for(headers: &HeaderMap) -> Vec<Option<Hop>> {
    let list = joined(headers, "x-forwarded-for");
    let hops = list.split(',').map(|hop| {
        let with_port = |_| hop.trim().parse().map(|address: SocketAddr| address.ip());
        let address = hop.trim().parse().or_else(with_port).ok()?;
        Some(Hop {
            address,
            host: None,
        })
    });
    hops.collect()
}

/// The last host of `X-Forwarded-Host`.
pub fn x_forwarded_host(headers: &HeaderMap) -> Option<HeaderValue> {
    let list = joined(headers, "x-forwarded-host");
    let host = list.rsplit(',').next().map(str::trim);
    HeaderValue::from_str(host.filter(|host| !host.is_empty())?).ok()
}

/// All lines of a list as one (RFC 9110, section 5.3).
fn joined(headers: &HeaderMap, name: &str) -> String {
    let lines = headers.get_all(name).iter();
    let lines: Vec<_> = lines
        .map(|line| String::from_utf8_lossy(line.as_bytes()))
        .collect();
    lines.join(",")
}
