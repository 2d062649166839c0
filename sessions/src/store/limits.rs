//! What time it is, and which sessions have ended.

use tower_sessions::cookie::time::{Duration, OffsetDateTime};

/// A session ends at its own expiry, or when it reaches the absolute limit, whichever comes first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// However busy a session is, it ends this long after it began (OWASP: absolute timeout).
    pub absolute: Duration,
    /// The system's clock, except in tests that cannot wait for two weeks.
    pub clock: fn() -> OffsetDateTime,
}

/// A session has ended at this moment if its `expires` is not after `now`, or its `created` is not after `oldest`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
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
    /// The limits as they apply now.
    pub fn moment(&self) -> Moment {
        let now = (self.clock)();
        // No session began before 1970, and not every database can represent years as early as this type can.
        let oldest = now
            .saturating_sub(self.absolute)
            .max(OffsetDateTime::UNIX_EPOCH);
        Moment { now, oldest }
    }
}
