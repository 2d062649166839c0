//! What the proxy tells a site about the client.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderValue, header},
};

/// Says in `Forwarded` where the request came from (RFC 7239), in place of whatever it said about that itself.
pub(super) fn forwarded(request: &mut Request) {
    let headers = request.headers_mut();
    let names = headers.keys().map(ToString::to_string);
    let told: Vec<_> = names
        .filter(|name| name == "forwarded" || name.starts_with("x-forwarded-"))
        .collect();
    for name in told {
        headers.remove(name);
    }
    let client = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let Some(ConnectInfo(client)) = client.copied() else {
        return;
    };
    let text = match client.ip() {
        IpAddr::V4(address) => format!("for={address}"),
        IpAddr::V6(address) => format!("for=\"[{address}]\""),
    };
    let value = HeaderValue::from_str(&text).expect("an address has plain characters only");
    request.headers_mut().insert(header::FORWARDED, value);
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a_client_cannot_say_for_itself_where_it_comes_from() {
        let request = Request::get("/")
            .header(header::FORWARDED, "for=192.0.2.7")
            .header("x-forwarded-for", "192.0.2.7")
            .header("X-Forwarded-Port", "443");
        let mut request = request.body(Body::empty()).unwrap();
        let client: SocketAddr = "[2001:db8::1]:4711".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(client));
        forwarded(&mut request);
        let told: Vec<_> = request.headers().values().collect();
        assert_eq!(told, ["for=\"[2001:db8::1]\""]);
    }
}
