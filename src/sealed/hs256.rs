//! HS256 for `jsonwebtoken`, which leaves the cryptography to its user.
//!
//! Each of its two features for that, `aws_lc_rs` and `rust_crypto`, brings all the algorithms of the standard. A site
//! that reads no tokens but its own needs one, and an algorithm that is not in the program cannot be chosen by a token.

use hmac::{Hmac, Mac};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{ErrorKind, Result, new_error},
    signature::{Error, Signer, Verifier},
};
use sha2::Sha256;

/// HMAC-SHA256 with a key (RFC 7518, section 3.2).
struct Hs256(Hmac<Sha256>);

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(), // It is for keys that come as JSON, which ours do not.
};

/// Makes it the cryptography of `jsonwebtoken` in this process, unless the process has chosen another one.
pub(super) fn install() {
    let _ = PROVIDER.install_default();
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    Ok(Box::new(Hs256::new(algorithm, key.as_bytes())?))
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    Ok(Box::new(Hs256::new(algorithm, key.try_get_as_bytes()?)?))
}

impl Hs256 {
    fn new(algorithm: &Algorithm, key: &[u8]) -> Result<Self> {
        if *algorithm != Algorithm::HS256 {
            return Err(new_error(ErrorKind::UnsupportedAlgorithm));
        }
        Ok(Self(
            Hmac::new_from_slice(key).expect("a key of any length will do"),
        ))
    }

    fn of(&self, message: &[u8]) -> Hmac<Sha256> {
        self.0.clone().chain_update(message)
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        Ok(self.of(message).finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), Error> {
        let compared = self.of(message).verify_slice(signature);
        compared.map_err(|_| Error::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Validation, decode};
    use serde_json::Value;

    use super::*;

    /// The token and the key of RFC 7515, appendix A.1.
    const TOKEN: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9\
        .eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ\
        .dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const KEY: &str =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ+EstJQLr/T+1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow==";

    #[test]
    fn the_example_of_the_standard_is_believed_and_nothing_like_it() {
        install();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false; // It has expired in 2011.
        let believed =
            |token: &str, key: &DecodingKey| decode::<Value>(token, key, &validation).is_ok();
        let key = DecodingKey::from_base64_secret(KEY).unwrap();
        assert!(believed(TOKEN, &key));
        let (unsigned, signature) = TOKEN.rsplit_once('.').unwrap();
        for signature in ["", &signature[..42], &signature.replace('d', "e")] {
            let other = format!("{unsigned}.{signature}");
            assert!(!believed(&other, &key), "{signature}");
        }
        let another = DecodingKey::from_secret(b"another key").unwrap();
        assert!(!believed(TOKEN, &another));
    }
}
