//! Three ways to seal a cookie.

use cookie::CookieJar;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};

use super::{Claims, Key};

/// A way to seal a cookie: to keep others from making one, and perhaps from reading it.
pub trait Way: Send + Sync + 'static {
    /// Puts a cookie of this name into the jar, sealed with this key.
    fn seal(&self, jar: &mut CookieJar, key: &Key, name: &'static str, claims: &Claims);

    /// What the cookie of this name says, if it was sealed with this key.
    fn open(&self, jar: &CookieJar, key: &Key, name: &str) -> Option<Claims>;
}

/// Nobody without the key can read it or make another one.
pub struct Encrypted;

impl Way for Encrypted {
    fn seal(&self, jar: &mut CookieJar, key: &Key, name: &'static str, claims: &Claims) {
        let json = serde_json::to_string(claims).expect("claims are JSON");
        jar.private_mut(&key.jar).add((name, json));
    }

    fn open(&self, jar: &CookieJar, key: &Key, name: &str) -> Option<Claims> {
        serde_json::from_str(jar.private(&key.jar).get(name)?.value()).ok()
    }
}

/// Everybody can read it, and nobody without the key can make another one. The text has to be one that may stand in a cookie.
pub struct Signed;

impl Way for Signed {
    fn seal(&self, jar: &mut CookieJar, key: &Key, name: &'static str, claims: &Claims) {
        jar.signed_mut(&key.jar).add((name, claims.to_string()));
    }

    fn open(&self, jar: &CookieJar, key: &Key, name: &str) -> Option<Claims> {
        jar.signed(&key.jar).get(name)?.value().parse().ok()
    }
}

/// It is signed as well, in a form that other programs know.
pub struct Jwt;

impl Way for Jwt {
    fn seal(&self, jar: &mut CookieJar, key: &Key, name: &'static str, claims: &Claims) {
        let key = EncodingKey::from_secret(&key.jwt).expect("a key that is not empty");
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key);
        jar.add((name, token.expect("claims are JSON")));
    }

    fn open(&self, jar: &CookieJar, key: &Key, name: &str) -> Option<Claims> {
        let key = DecodingKey::from_secret(&key.jwt).ok()?;
        let only = Validation::new(Algorithm::HS256);
        let token = jsonwebtoken::decode(jar.get(name)?.value(), &key, &only);
        Some(token.ok()?.claims)
    }
}
