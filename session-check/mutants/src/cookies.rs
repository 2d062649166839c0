//! Layers that read or write the session's cookie in another way than they should.

use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, HeaderValue, Version, header},
    middleware::{Next, from_fn},
};
use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::Sha256;

const NAME: &str = "step8=";

/// Changes the `Cookie` header of requests, and the session's value in answers.
fn rewritten(
    app: Router,
    inwards: fn(&Request, &str) -> Option<String>,
    outwards: fn(&str) -> String,
) -> Router {
    app.layer(from_fn(
        move |mut request: Request, next: Next| async move {
            let cookies = request.headers().get(header::COOKIE);
            let cookies = cookies
                .and_then(|cookies| cookies.to_str().ok())
                .unwrap_or_default();
            let changed =
                inwards(&request, cookies).and_then(|text| HeaderValue::from_str(&text).ok());
            match changed {
                Some(cookies) => drop(request.headers_mut().insert(header::COOKIE, cookies)),
                None => drop(request.headers_mut().remove(header::COOKIE)),
            }
            let mut answer = next.run(request).await;
            write(answer.headers_mut(), outwards);
            answer
        },
    ))
}

fn write(headers: &mut HeaderMap, outwards: fn(&str) -> String) {
    let header::Entry::Occupied(mut lines) = headers.entry(header::SET_COOKIE) else {
        return;
    };
    for line in lines.iter_mut() {
        let text = line.to_str().unwrap_or_default();
        let value = text
            .strip_prefix(NAME)
            .and_then(|rest| rest.split_once(';'));
        if let Some((value, attributes)) = value.filter(|(value, _)| !value.is_empty()) {
            let text = format!("{NAME}{};{attributes}", outwards(value));
            *line = HeaderValue::from_str(&text).expect("plain letters");
        }
    }
}

/// Of two cookies with one name, the first is believed.
pub fn believes_the_first(app: Router) -> Router {
    let first = |_: &Request, cookies: &str| {
        let mut pairs: Vec<&str> = Vec::new();
        for pair in cookies.split("; ") {
            let name = pair.split('=').next();
            if pairs.iter().all(|known| known.split('=').next() != name) {
                pairs.push(pair);
            }
        }
        Some(pairs.join("; "))
    };
    rewritten(app, first, str::to_string)
}

/// Names are decoded before they are compared.
pub fn decodes_names(app: Router) -> Router {
    let decode = |_: &Request, cookies: &str| Some(cookies.replace("%73tep8=", NAME));
    rewritten(app, decode, str::to_string)
}

/// Data stands beside the id, in base64.
pub fn shows_data(app: Router) -> Router {
    let inwards = |_: &Request, cookies: &str| {
        each(cookies, |value| {
            Some(value.split('.').next().unwrap_or_default().into())
        })
    };
    rewritten(app, inwards, |value| {
        format!(
            "{value}.{}",
            BASE64_STANDARD_NO_PAD.encode("{\"role\": \"reader\"}")
        )
    })
}

/// Changes the session's cookies; without any cookie if one of them cannot be read.
fn each(cookies: &str, change: fn(&str) -> Option<String>) -> Option<String> {
    let pairs = cookies.split(';').map(str::trim);
    let changed: Option<Vec<_>> = pairs
        .map(|pair| match pair.strip_prefix(NAME) {
            Some(value) => change(value).map(|value| format!("{NAME}{value}")),
            None => Some(pair.into()),
        })
        .collect();
    changed.map(|pairs| pairs.join("; "))
}

/// The cookie is signed as Express does it, with the secret of its documentation.
pub fn signs_with_a_known_secret(app: Router) -> Router {
    let inwards = |_: &Request, cookies: &str| {
        each(cookies, |value| {
            let (id, _) = value.rsplit_once('.')?;
            (signed(id) == value).then(|| id.into())
        })
    };
    rewritten(app, inwards, signed)
}

fn signed(value: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(b"keyboard cat").expect("any length will do");
    mac.update(value.as_bytes());
    let signature = BASE64_STANDARD_NO_PAD.encode(mac.finalize().into_bytes());
    format!(
        "{value}.{}",
        signature.replace('+', "%2B").replace('/', "%2F")
    )
}

/// An id in the address is believed where there is no cookie.
pub fn believes_addresses(app: Router) -> Router {
    let inwards = |request: &Request, cookies: &str| {
        let query = request.uri().query().unwrap_or_default();
        match query.strip_prefix("session=") {
            Some(id) if cookies.is_empty() => Some(format!("{NAME}{id}")),
            _ => Some(cookies.into()),
        }
    };
    rewritten(app, inwards, str::to_string)
}

/// Over HTTP/1.0 nobody is known.
pub fn forgets_over_http_1_0(app: Router) -> Router {
    let inwards = |request: &Request, cookies: &str| {
        (request.version() != Version::HTTP_10).then(|| cookies.into())
    };
    rewritten(app, inwards, str::to_string)
}
