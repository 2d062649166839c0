//! Passwords as slow hashes: argon2id, with the costs that OWASP's password storage cheat sheet asks for.
//!
//! A hash takes some hundredths of a second and 19 MiB of memory on purpose, because a thief who has stolen the table has
//! to pay the same for each guess. Threads that serve requests must not be held up by that, so others compute the hashes.

use std::sync::LazyLock;

use argon2::{
    Algorithm, Argon2, Block, Params,
    password_hash::{self, Output, ParamsString, PasswordHash, SaltString, rand_core::OsRng},
};

use super::hashers::{Hashers, Memory};
use crate::Error;

/// A hash that belongs to nobody. For an unknown name the password is checked against it, so that takes as long as for a
/// known one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$x+mPRmDI90eZdOl4pqSbpA$WT2a2rz406UDplhWYzOfSm05WaHKKAP6pk0UgTMNNNo";

/// The threads that compute all hashes of this process.
static HASHERS: LazyLock<Hashers> = LazyLock::new(Hashers::start);

/// What somebody typed as a password. It is neither printed nor stored.
pub(super) struct Password(String);

impl Password {
    pub fn new(typed: &str) -> Self {
        Self(typed.into())
    }

    /// Whether this is the password of `hash`. Without a hash the answer is no, and takes as long.
    ///
    /// # Errors
    /// 503, here and below, when too many others are waiting for their hashes.
    pub async fn matches(self, hash: Option<String>) -> Result<bool, Error> {
        let exists = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.into());
        let right = HASHERS.compute(move |memory| verify(&self.0, &hash, memory).unwrap_or(false));
        Ok(right.await? && exists)
    }

    /// The password as a hash with a salt of its own, and the costs that are recommended today.
    pub async fn hash(self) -> Result<String, Error> {
        let hash = HASHERS.compute(move |memory| generate(&self.0, memory));
        hash.await?
            .map_err(|cause| Error::Failed(format!("a password cannot be hashed: {cause}")))
    }
}

/// Whether the password gives this hash. How long the comparison takes does not reveal how much of it is alike.
fn verify(password: &str, hash: &str, memory: &mut Memory) -> password_hash::Result<bool> {
    let hash = PasswordHash::new(hash)?;
    Ok(hash.hash == Some(output(password, &hash, memory)?))
}

fn generate(password: &str, memory: &mut Memory) -> password_hash::Result<String> {
    let salt = SaltString::generate(&mut OsRng);
    let mut hash = PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(argon2::Version::default().into()),
        params: ParamsString::try_from(Params::default())?,
        salt: Some(salt.as_salt()),
        hash: None,
    };
    hash.hash = Some(output(password, &hash, memory)?);
    Ok(hash.to_string())
}

/// The output for a password, with the salt and the costs that `hash` names. Only for this, argon2's own functions are
/// not used, since they take new memory each time.
fn output(
    password: &str,
    hash: &PasswordHash,
    memory: &mut Memory,
) -> password_hash::Result<Output> {
    let algorithm = Algorithm::try_from(hash.algorithm)?;
    let version = hash.version.map(argon2::Version::try_from).transpose()?;
    let params = Params::try_from(hash)?;
    let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    memory.resize(params.block_count(), Block::new());
    let argon2 = Argon2::new(algorithm, version.unwrap_or_default(), params);
    let mut salt = [0; 64]; // The format allows no longer one.
    let salt = hash
        .salt
        .ok_or(password_hash::Error::PhcStringField)?
        .decode_b64(&mut salt)?;
    Output::init_with(length, |output| {
        Ok(argon2.hash_password_into_with_memory(password.as_bytes(), salt, output, memory)?)
    })
}

#[cfg(test)]
mod tests {
    use argon2::PasswordVerifier;

    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_and_no_other_password_does() {
        let hash = Password::new("ann reads austen").hash().await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        for (typed, right) in [
            ("ann reads austen", true),
            ("ann reads Austen", false),
            ("", false),
        ] {
            let matches = Password::new(typed).matches(Some(hash.clone())).await;
            assert_eq!(matches.unwrap(), right, "{typed}");
        }
        assert!(
            !Password::new("ann reads austen")
                .matches(None)
                .await
                .unwrap()
        );
    }

    /// Memory that was used before, and hashes with other costs in between, change nothing.
    #[test]
    fn argon2s_own_functions_agree() {
        let mut memory = Memory::new();
        for word in ["first", "second"] {
            let hash = generate(word, &mut memory).unwrap();
            let parsed = PasswordHash::new(&hash).unwrap();
            assert!(
                Argon2::default()
                    .verify_password(word.as_bytes(), &parsed)
                    .is_ok()
            );
            let cheap = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA";
            assert!(!verify(word, cheap, &mut memory).unwrap());
            assert!(verify(word, &hash, &mut memory).unwrap());
        }
        assert!(verify("word", "no hash at all", &mut memory).is_err());
    }
}
