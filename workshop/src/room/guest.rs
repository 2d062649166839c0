//! A guest: somebody without a name.

use std::{
    collections::{BTreeSet, HashMap},
    net::IpAddr,
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use locallibrary::Error;
use tower_sessions::session::Id;

use super::limit::{Limit, Pace};
use crate::view::refused;

/// A guest may press so many buttons.
const PRESSES: Pace = Pace {
    at_once: 10,
    pause: Duration::from_secs(1),
};

/// What is known of a guest.
pub struct Guest {
    /// What they said to the question.
    pub answer: Option<String>,
    /// Exercises that they say they have passed: the step, and the exercise from 1.
    pub passed: BTreeSet<(u8, usize)>,
    /// Where they joined from.
    pub(super) address: IpAddr,
    /// When they last looked at the room or pressed a button.
    pub(super) seen: Instant,
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

    /// The guest who presses a button, if that is not too often.
    pub fn pressing(
        guests: &mut HashMap<Id, Self>,
        id: Option<Id>,
        now: Instant,
    ) -> Result<&mut Self, Error> {
        let guest = id.and_then(|id| guests.get_mut(&id)).ok_or_else(|| {
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
}
