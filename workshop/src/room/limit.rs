//! How often somebody may do something: some times at once, and then once after each pause.

use std::{
    collections::HashMap,
    net::IpAddr,
    time::{Duration, Instant},
};

/// What is allowed.
#[derive(Clone, Copy)]
pub struct Pace {
    /// How many times at once.
    pub at_once: u32,
    /// How long until one more.
    pub pause: Duration,
}

/// How much of it is left.
pub struct Limit {
    pace: Pace,
    left: f64,
    since: Instant,
}

impl Limit {
    /// All of it is left.
    pub fn new(pace: Pace, now: Instant) -> Self {
        Self {
            pace,
            left: pace.at_once.into(),
            since: now,
        }
    }

    /// Takes one, if one is left.
    pub fn take(&mut self, now: Instant) -> bool {
        self.refill(now);
        let is_left = self.left >= 1.0;
        if is_left {
            self.left -= 1.0;
        }
        is_left
    }

    /// Takes back that one was taken.
    pub fn give_back(&mut self) {
        self.left += 1.0;
    }

    fn refill(&mut self, now: Instant) {
        let pauses = now.duration_since(self.since).as_secs_f64() / self.pace.pause.as_secs_f64();
        self.left = (self.left + pauses).min(self.pace.at_once.into());
        self.since = now;
    }

    fn is_full(&mut self, now: Instant) -> bool {
        self.refill(now);
        self.left >= self.pace.at_once.into()
    }
}

/// A limit for each address.
pub struct PerAddress {
    pace: Pace,
    limits: HashMap<IpAddr, Limit>,
}

/// More addresses than this are not remembered; a network of people has some hundreds.
const MOST_ADDRESSES: usize = 1000;

impl PerAddress {
    /// The same pace for each.
    pub fn new(pace: Pace) -> Self {
        Self {
            pace,
            limits: HashMap::new(),
        }
    }

    /// The limit of an address. None when too many others are just using theirs up.
    pub fn of(&mut self, address: IpAddr, now: Instant) -> Option<&mut Limit> {
        if self.limits.len() >= MOST_ADDRESSES && !self.limits.contains_key(&address) {
            self.limits.retain(|_, limit| !limit.is_full(now));
            if self.limits.len() >= MOST_ADDRESSES {
                return None;
            }
        }
        let limit = self.limits.entry(address);
        Some(limit.or_insert_with(|| Limit::new(self.pace, now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace {
        at_once: 2,
        pause: Duration::from_secs(10),
    };

    #[test]
    fn some_at_once_and_one_more_after_each_pause() {
        let start = Instant::now();
        let mut limit = Limit::new(PACE, start);
        let mut take = |seconds| limit.take(start + Duration::from_secs(seconds));
        let taken = [0, 0, 0, 9, 10, 11, 1000, 1000, 1000].map(&mut take);
        assert_eq!(
            taken,
            [true, true, false, false, true, false, true, true, false]
        );
    }

    #[test]
    fn a_flood_of_addresses_is_forgotten_in_time_and_never_remembered_beyond_a_limit() {
        let start = Instant::now();
        let mut limits = PerAddress::new(PACE);
        let address = |number: u32| IpAddr::from(number.to_be_bytes());
        for number in 0..5000 {
            let limit = limits.of(address(number), start);
            assert_eq!(limit.is_some_and(|limit| limit.take(start)), number < 1000);
        }
        assert_eq!(limits.limits.len(), MOST_ADDRESSES);
        let later = start + Duration::from_secs(10);
        assert!(limits.of(address(5000), later).is_some());
        assert_eq!(limits.limits.len(), 1);
    }
}
