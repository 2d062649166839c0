//! The code that lets guests in.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use locallibrary::Error;
use tower_sessions::session::Id;

use super::limit::{Pace, PerAddress};
use crate::shell::layout::refused;

/// Somebody at one address may try so many wrong codes. There are 900 million codes.
const TRIES: Pace = Pace {
    at_once: 10,
    pause: Duration::from_secs(6),
};

/// What codes are made of: letters and digits that nobody takes for one another.
const LETTERS: &[u8; 31] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";

const LENGTH: usize = 6;

/// A code, and who has tried others.
pub struct Code {
    word: String,
    tries: PerAddress,
}

impl Code {
    /// A new code.
    pub fn new() -> Self {
        Self {
            word: random_word(),
            tries: PerAddress::new(TRIES),
        }
    }

    /// What guests must type.
    pub fn word(&self) -> &str {
        &self.word
    }

    /// Takes another code. What was tried before still counts.
    pub fn renew(&mut self) {
        self.word = random_word();
    }

    /// Compares what somebody typed, in capitals or not. One who guesses must wait, so how long a comparison takes
    /// tells nobody anything.
    ///
    /// # Errors
    /// [`Error::Request`] when it is wrong, or too many wrong ones came from this address.
    pub fn check(&mut self, typed: &str, address: IpAddr, now: Instant) -> Result<(), Error> {
        let limit = self.tries.of(address, now);
        let limit = limit.and_then(|limit| limit.take(now).then_some(limit));
        let Some(limit) = limit else {
            let sentence = "too many wrong codes came from your address; try again in a minute";
            return Err(refused(StatusCode::TOO_MANY_REQUESTS, sentence));
        };
        let letters = typed.chars().filter(|c| c.is_ascii_alphanumeric());
        let typed: String = letters.map(|c| c.to_ascii_uppercase()).collect();
        if typed != self.word {
            let sentence = "this is not the room's code; the presenter shows it";
            return Err(refused(StatusCode::FORBIDDEN, sentence));
        }
        limit.give_back();
        Ok(())
    }
}

fn random_word() -> String {
    let mut random = Id::default().0.unsigned_abs();
    let mut letter = || {
        let letter = LETTERS[(random % LETTERS.len() as u128) as usize];
        random /= LETTERS.len() as u128;
        char::from(letter)
    };
    (0..LENGTH).map(|_| letter()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn whoever_guesses_must_wait_and_others_need_not() {
        let (mut code, now) = (Code::new(), Instant::now());
        let word = code.word().to_lowercase();
        let (one, other) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        let mut check = |typed: &str, address, now| match code.check(typed, address, now) {
            Ok(()) => 200,
            Err(Error::Request(status, _)) => status.as_u16(),
            Err(cause) => panic!("{cause}"),
        };
        for _ in 0..20 {
            assert_eq!(check(&word, one, now), 200, "a right code costs nothing");
        }
        for _ in 0..10 {
            assert_eq!(check("wrong", one, now), 403);
        }
        assert_eq!(check(&word, one, now), 429, "even the right one");
        assert_eq!(check(&word, other, now), 200);
        assert_eq!(check(&word, one, now + TRIES.pause), 200);
    }

    #[test]
    fn codes_differ_and_are_easy_to_read_aloud() {
        let codes: BTreeSet<_> = (0..100).map(|_| random_word()).collect();
        assert_eq!(codes.len(), 100);
        let is_clear = |c: char| LETTERS.contains(&(c as u8));
        assert!(
            codes
                .iter()
                .all(|code| code.len() == 6 && code.chars().all(is_clear))
        );
    }
}
