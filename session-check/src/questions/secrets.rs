//! Signed cookies, tried with secrets that everybody knows.

use hmac::{Hmac, Mac, digest::KeyInit};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::randomness::decoded;

/// What people write into their first program, and what the documentation of frameworks shows.
pub const WELL_KNOWN: [&str; 27] = [
    "",
    "secret",
    "secretkey",
    "secret-key",
    "secret_key",
    "your-secret-key",
    "your_secret_key",
    "mysecret",
    "my-secret",
    "supersecret",
    "super-secret",
    "changeme",
    "change-me",
    "password",
    "123456",
    "test",
    "dev",
    "development",
    "key",
    "keyboard cat",
    "shhhhh",
    "django-insecure",
    "your-256-bit-secret",
    "a-string-secret-at-least-256-bits-long",
    "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
    "_5#y2L\"F4Q8z\\n\\xec]/",
    "a secret with minimum length of 32 characters",
];

/// Whether the cookie has a part that looks like a signature.
pub fn is_signed(value: &str, named: &[(String, String)]) -> bool {
    let value = plain(value);
    parts(&value).any(|(_, signature)| !signature.is_empty())
        || named.iter().any(|(name, _)| name.ends_with(".sig"))
}

/// The well-known secret with which the cookie is signed.
pub fn find(name: &str, value: &str, named: &[(String, String)]) -> Option<&'static str> {
    let value = plain(value);
    let mut signed: Vec<(String, Vec<Vec<u8>>)> = parts(&value)
        .map(|(text, found)| (text.to_string(), found))
        .collect();
    // cookie-session keeps the signature in a cookie of its own.
    let sibling = named
        .iter()
        .find(|(other, _)| *other == format!("{name}.sig"));
    signed.extend(sibling.map(|(_, signature)| (format!("{name}={value}"), spellings(signature))));
    WELL_KNOWN.into_iter().find(|secret| {
        let keys = keys(secret.as_bytes());
        signed.iter().any(|(text, signatures)| {
            keys.iter().any(|key| {
                macs(key, text.as_bytes())
                    .iter()
                    .any(|mac| signatures.contains(mac))
            })
        })
    })
}

/// Express writes `s%3A` in front of what it has signed.
fn plain(value: &str) -> String {
    let encoded = format!("v={}", value.replace('+', "%2B"));
    let pair = form_urlencoded::parse(encoded.as_bytes()).next();
    let text = pair.map_or(String::new(), |(_, text)| text.into_owned());
    text.strip_prefix("s:").unwrap_or(&text).to_string()
}

/// Each way to split a cookie into what is signed and its signature.
fn parts(value: &str) -> impl Iterator<Item = (&str, Vec<Vec<u8>>)> {
    let split = ["--", ".", ":"]
        .into_iter()
        .filter_map(|between| value.rsplit_once(between));
    // The cookie crate, and with it tower-sessions, writes the signature in front.
    let in_front = value.get(44..).zip(value.get(..44));
    split
        .chain(in_front)
        .map(|(text, signature)| (text, spellings(signature)))
}

/// A signature's bytes, in each spelling in which it has the length of a hash.
fn spellings(signature: &str) -> Vec<Vec<u8>> {
    let hex = (0..signature.len() / 2)
        .map(|at| u8::from_str_radix(signature.get(2 * at..2 * at + 2)?, 16).ok());
    let both = [hex.collect(), decoded(signature)].into_iter().flatten();
    both.filter(|bytes: &Vec<u8>| [20, 32, 48, 64].contains(&bytes.len()))
        .collect()
}

/// The keys that frameworks derive from a secret: none but itself (JWT, Express, Fastify, Rack), Flask's, Starlette's,
/// Django's, and two of the cookie crate, which wants a long secret or one that is repeated until it is.
fn keys(secret: &[u8]) -> [Vec<u8>; 6] {
    const COOKIE: &[u8] = b"COOKIE;SIGNED:HMAC-SHA256;PRIVATE:AEAD-AES-256-GCM\x01";
    const STARLETTE: &[u8] = b"itsdangerous.Signersigner";
    const DJANGO: &[u8] = b"django.contrib.sessions.backends.signed_cookiessigner";
    [
        secret.to_vec(),
        mac::<Hmac<Sha1>>(secret, b"cookie-session"),
        Sha1::digest([STARLETTE, secret].concat()).to_vec(),
        Sha256::digest([DJANGO, secret].concat()).to_vec(),
        mac::<Hmac<Sha256>>(secret, COOKIE),
        secret.iter().copied().cycle().take(32).collect(),
    ]
}

fn macs(key: &[u8], text: &[u8]) -> [Vec<u8>; 4] {
    [
        mac::<Hmac<Sha1>>(key, text),
        mac::<Hmac<Sha256>>(key, text),
        mac::<Hmac<Sha384>>(key, text),
        mac::<Hmac<Sha512>>(key, text),
    ]
}

fn mac<M: Mac + KeyInit>(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use base64::{
        Engine,
        prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
    };

    use super::*;

    /// The example of RFC 7515's introduction page at jwt.io, whose secret is in every tutorial.
    const JWT: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";

    #[test]
    fn a_signature_with_a_well_known_secret_is_found_and_another_is_not() {
        assert_eq!(find("jwt", JWT, &[]), Some("your-256-bit-secret"));
        let signed = |secret: &[u8]| {
            let signature = BASE64_STANDARD_NO_PAD.encode(mac::<Hmac<Sha256>>(secret, b"some-id"));
            format!(
                "s%3Asome-id.{}",
                signature.replace('+', "%2B").replace('/', "%2F")
            )
        };
        assert_eq!(
            find("connect.sid", &signed(b"keyboard cat"), &[]),
            Some("keyboard cat")
        );
        assert_eq!(find("connect.sid", &signed(b"hG7!x"), &[]), None);
        assert!(is_signed(&signed(b"hG7!x"), &[]) && !is_signed("no-signature-here", &[]));
        let key: Vec<u8> = b"secret".iter().copied().cycle().take(32).collect();
        let in_front = BASE64_STANDARD.encode(mac::<Hmac<Sha256>>(&key, b"some-id"));
        let crates = format!("{in_front}some-id");
        assert_eq!(find("id", &crates, &[]), Some("secret"));
        let flask = [&mac::<Hmac<Sha1>>(b"dev", b"cookie-session")[..]].concat();
        let signature =
            BASE64_URL_SAFE_NO_PAD.encode(mac::<Hmac<Sha1>>(&flask, b"eyJhIjoxfQ.aDq0Ag"));
        assert_eq!(
            find("session", &format!("eyJhIjoxfQ.aDq0Ag.{signature}"), &[]),
            Some("dev")
        );
    }
}
