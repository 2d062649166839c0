//! The guests: people without names, and how many of them there may be.

use std::{
    collections::{BTreeSet, HashMap},
    net::IpAddr,
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use locallibrary::Error;
use tower_sessions::session::Id;

use super::limit::{Limit, Pace};
use crate::shell::layout::refused;

/// A guest may press so many buttons.
const PRESSES: Pace = Pace {
    at_once: 10,
    pause: Duration::from_secs(1),
};

/// More guests than this do not get in.
pub(super) const MOST_GUESTS: usize = 300;

/// So many of them may come from one address: a whole school or lecture hall often has only one. The rest is for
/// others, so that nobody can fill the room alone.
const MOST_FROM_ONE_ADDRESS: usize = 200;

/// A guest who has not been seen for so long gives way to somebody who finds no place. It is long, because a phone that is
/// locked during a talk is not seen either.
const SILENCE: Duration = Duration::from_secs(600);

/// What is known of a guest.
pub struct Guest {
    /// What they said to the question.
    pub answer: Option<String>,
    /// Exercises that they say they have passed: the step, and the exercise from 1.
    pub passed: BTreeSet<(u8, usize)>,
    /// Where they joined from.
    address: IpAddr,
    /// When they last looked at the room or pressed a button.
    seen: Instant,
    presses: Limit,
}

impl Guest {
    /// Somebody who has said nothing yet.
    pub fn new(address: IpAddr, now: Instant) -> Self {
        Self {
            address,
            seen: now,
            answer: None,
            passed: BTreeSet::new(),
            presses: Limit::new(PRESSES, now),
        }
    }
}

/// The guests of a room, who have no names but ids.
#[derive(Default)]
pub struct Guests(HashMap<Id, Guest>);

impl Guests {
    /// Lets one more in.
    pub fn join(&mut self, address: IpAddr, now: Instant) -> Result<Id, Error> {
        if !self.has_place(address, now) {
            let sentence = "the room is full; the presenter can empty it";
            return Err(refused(StatusCode::SERVICE_UNAVAILABLE, sentence));
        }
        let id = Id::default();
        self.0.insert(id, Guest::new(address, now));
        Ok(id)
    }

    /// Whether there is a place for one more from this address, be it that of the guest who has been silent longest.
    fn has_place(&mut self, address: IpAddr, now: Instant) -> bool {
        let from_there = |guest: &&Guest| guest.address == address;
        let is_crowded = self.all().filter(from_there).count() >= MOST_FROM_ONE_ADDRESS;
        if !is_crowded && self.0.len() < MOST_GUESTS {
            return true;
        }
        let silent = self.0.iter().filter(|(_, guest)| {
            (!is_crowded || guest.address == address) && now.duration_since(guest.seen) >= SILENCE
        });
        let silent = silent
            .min_by_key(|(_, guest)| guest.seen)
            .map(|(id, _)| *id);
        silent.is_some_and(|id| self.0.remove(&id).is_some())
    }

    /// The guest with this id.
    pub fn get(&self, id: Id) -> Option<&Guest> {
        self.0.get(&id)
    }

    /// All of them, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Guest> {
        self.0.values()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Notes that a guest is looking at the room; false when they are not in it.
    pub fn sees(&mut self, id: Id, now: Instant) -> bool {
        let guest = self.0.get_mut(&id);
        guest.map(|guest| guest.seen = now).is_some()
    }

    /// The guest who presses a button, if that is not too often.
    pub fn pressing(&mut self, id: Option<Id>, now: Instant) -> Result<&mut Guest, Error> {
        let guest = id.and_then(|id| self.0.get_mut(&id)).ok_or_else(|| {
            let sentence = "you are not in the room; go back and join it";
            refused(StatusCode::FORBIDDEN, sentence)
        })?;
        guest.seen = now;
        if !guest.presses.take(now) {
            let sentence = "that was very fast; wait some seconds and try again";
            return Err(refused(StatusCode::TOO_MANY_REQUESTS, sentence));
        }
        Ok(guest)
    }

    /// Forgets what they have answered.
    pub fn forget_answers(&mut self) {
        self.0.values_mut().for_each(|guest| guest.answer = None);
    }

    /// Sends everybody out.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHOOL: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));
    const OTHERS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 2));

    #[test]
    fn one_address_does_not_fill_the_room_for_the_others() {
        let (mut guests, now) = (Guests::default(), Instant::now());
        let mut joined = |address| {
            (0..MOST_GUESTS)
                .filter(|_| guests.join(address, now).is_ok())
                .count()
        };
        assert_eq!(joined(SCHOOL), MOST_FROM_ONE_ADDRESS);
        assert_eq!(joined(OTHERS), MOST_GUESTS - MOST_FROM_ONE_ADDRESS);
    }

    #[test]
    fn who_has_gone_silent_gives_way_to_who_comes_and_nobody_else_does() {
        let (mut guests, start) = (Guests::default(), Instant::now());
        let joined = (0..MOST_FROM_ONE_ADDRESS).map(|_| guests.join(SCHOOL, start).unwrap());
        let ids: Vec<_> = joined.collect();
        let later = start + SILENCE;
        assert!(ids[1..].iter().all(|id| guests.sees(*id, later)));
        assert!(guests.join(SCHOOL, later).is_ok());
        assert!(!guests.sees(ids[0], later), "the silent guest has left");
        assert!(guests.join(SCHOOL, later).is_err());
        assert!(ids[1..].iter().all(|id| guests.sees(*id, later)));
    }
}
