//! Passwords as slow hashes: argon2id, with the costs that OWASP's password storage cheat sheet asks for.
//!
//! A hash takes some hundredths of a second and 19 MiB of memory on purpose, because a thief who has stolen the table has
//! to pay the same for each guess. Threads that serve requests must not be held up by that, so other threads compute the
//! hashes, and only a few at a time.

use tokio::{sync::Semaphore, task::spawn_blocking};

/// How many hashes are computed at once. More would only need more memory.
static PERMITS: Semaphore = Semaphore::const_new(2);

/// A hash that belongs to nobody. For an unknown name the password is checked against it, so that takes as long as for a
/// known one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$x+mPRmDI90eZdOl4pqSbpA$WT2a2rz406UDplhWYzOfSm05WaHKKAP6pk0UgTMNNNo";

/// What somebody typed as a password. It is neither printed nor stored.
pub(super) struct Password(String);

impl Password {
    pub fn new(typed: &str) -> Self {
        Self(typed.into())
    }

    /// Whether this is the password of `hash`. Without a hash the answer is no, and takes as long.
    pub async fn matches(self, hash: Option<String>) -> bool {
        let exists = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.into());
        let right = slowly(move || password_auth::verify_password(self.0, &hash).is_ok()).await;
        right && exists
    }

    /// The password as a hash with a salt of its own.
    pub async fn hash(self) -> String {
        slowly(move || password_auth::generate_hash(self.0)).await
    }
}

/// Runs `work` on a thread that serves no requests.
async fn slowly<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let _permit = PERMITS
        .acquire()
        .await
        .expect("these permits are never closed");
    spawn_blocking(work).await.expect("hashing does not panic")
}
