//! What time it is, and which sessions are over.

use tower_sessions::cookie::time::{Duration, OffsetDateTime};

/// A session ends at its own expiry, and at the latest when it has reached the absolute limit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// However busy a session is, it ends this long after it began (OWASP: absolute timeout).
    pub absolute: Duration,
    /// The system's, but for tests that cannot wait for two weeks.
    pub clock: fn() -> OffsetDateTime,
}

/// Who is over at this moment: whose `expires` is not behind `now`, or whose `created` is not behind `oldest`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub now: OffsetDateTime,
    pub oldest: OffsetDateTime,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            absolute: Duration::days(90),
            clock: OffsetDateTime::now_utc,
        }
    }
}

impl Limits {
    /// What holds now.
    pub fn moment(&self) -> Moment {
        let now = (self.clock)();
        // No session is from before 1970, and not every database knows years as early as ours.
        let oldest = now
            .saturating_sub(self.absolute)
            .max(OffsetDateTime::UNIX_EPOCH);
        Moment { now, oldest }
    }
}
