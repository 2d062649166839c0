//! The site's secret key, and what it signs.
//!
//! A value that was signed can be given to a browser, and believed when it comes back: without the key nobody can make
//! another one (HMAC-SHA256, RFC 2104). Django has `SECRET_KEY` and `salted_hmac` for this.

use hmac::{Hmac, Mac};
use rusqlite::{Connection, OptionalExtension};
use sha2::Sha256;

use lossless_sessions::sqlite::{Database, Error};

/// The key's length, in bytes. A key that is longer than the hash's output makes nothing safer (RFC 2104, section 3).
const LENGTH: usize = 32;

/// The site's secret key. It is neither printed nor sent anywhere.
pub(super) struct Secret([u8; LENGTH]);

impl Secret {
    /// The key in this database. It is made at first use, and kept from then on: with another key, nothing that was
    /// signed before would be believed.
    ///
    /// # Errors
    /// [`Error`] when the database cannot be reached.
    pub async fn of(database: &Database) -> Result<Self, Error> {
        if let Some(key) = database.read(stored).await? {
            return Ok(Self(key));
        }
        let mut new = [0; LENGTH];
        getrandom::fill(&mut new).expect("the system gives out random numbers");
        let key = database.write(move |connection| {
            // Another process may have been faster. Then its key is the one.
            connection.execute(
                "insert or ignore into secret (id, key) values (1, ?)",
                [new],
            )?;
            Ok(stored(connection)?.unwrap_or(new))
        });
        key.await.map(Self)
    }

    /// The signature of `text`, as 32 hexadecimal digits. A signature for one purpose is worth nothing for another.
    ///
    /// Half of the hash's output is enough (RFC 2104, section 5).
    pub fn sign(&self, purpose: &str, text: &str) -> String {
        let whole = self.mac(purpose, text).finalize().into_bytes();
        let (half, _) = whole.split_first_chunk().expect("32 bytes have a half");
        format!("{:032x}", u128::from_be_bytes(*half))
    }

    /// Whether this is the signature of `text`. How long that takes does not reveal how much of it is right.
    pub fn has_signed(&self, purpose: &str, text: &str, signature: &str) -> bool {
        let Ok(half) = u128::from_str_radix(signature, 16) else {
            return false;
        };
        // A sign in front, or a zero that is missing, is no way to write a signature.
        let is_as_written = signature == format!("{half:032x}");
        let mac = self.mac(purpose, text);
        is_as_written && mac.verify_truncated_left(&half.to_be_bytes()).is_ok()
    }

    /// The zero byte, which no purpose has, tells where the purpose ends.
    fn mac(&self, purpose: &str, text: &str) -> Hmac<Sha256> {
        let mac = Hmac::new_from_slice(&self.0).expect("a key of any length will do");
        mac.chain_update(purpose)
            .chain_update([0])
            .chain_update(text)
    }
}

fn stored(connection: &Connection) -> rusqlite::Result<Option<[u8; LENGTH]>> {
    connection
        .prepare_cached("select key from secret")?
        .query_row([], |row| row.get(0))
        .optional()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Library;

    async fn secret(library: &Library) -> Secret {
        Secret::of(library.database()).await.unwrap()
    }

    #[tokio::test]
    async fn what_the_site_signed_is_believed_as_long_as_its_database_is_there() {
        let library = Library::in_memory().unwrap();
        let signature = secret(&library).await.sign("device", "ann");
        assert!(
            secret(&library)
                .await
                .has_signed("device", "ann", &signature)
        );
        let other = Library::in_memory().unwrap();
        assert!(!secret(&other).await.has_signed("device", "ann", &signature));
    }

    #[tokio::test]
    async fn a_signature_is_for_one_text_and_one_purpose() {
        let secret = secret(&Library::in_memory().unwrap()).await;
        let signature = secret.sign("device", "ann");
        assert_eq!(signature.len(), 32);
        assert!(!secret.has_signed("device", "ben", &signature));
        assert!(!secret.has_signed("devic", "eann", &signature));
        for nonsense in ["", "0", &signature[1..], "é", &"f".repeat(33)] {
            assert!(!secret.has_signed("device", "ann", nonsense), "{nonsense}");
        }
        // One in sixteen signatures begins with a zero.
        let texts = (0..).map(|number: u32| number.to_string());
        let is_short = |text: &String| secret.sign("device", text).starts_with('0');
        let text = texts.into_iter().find(is_short).unwrap();
        let signature = secret.sign("device", &text);
        assert!(secret.has_signed("device", &text, &signature));
        let other = format!("+{}", &signature[1..]);
        for nonsense in [&signature[1..], &other] {
            assert!(!secret.has_signed("device", &text, nonsense), "{nonsense}");
        }
    }
}
