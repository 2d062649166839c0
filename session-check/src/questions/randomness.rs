//! How random ids are, seen from outside.

use std::{
    collections::HashMap,
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

/// The bits that these ids have at most: for each place in turn, how seldom two ids have the same there.
///
/// Two hundred ids show that to within a tenth of a bit for each place. A place that follows another one, as in an id that
/// is written twice, adds nothing. What depends on others in some other way is counted, so the true number may be lower and
/// is never much higher.
pub fn bits(ids: &[String]) -> f64 {
    let places = places(ids);
    let free = places.iter().enumerate().filter(|(at, place)| {
        let mut earlier = places[..*at].iter();
        earlier.all(|other| !follows(place, other))
    });
    free.map(|(_, place)| bits_at(place)).sum()
}

/// Each place's bytes in all ids, decoded if that is possible.
fn places(ids: &[String]) -> Vec<Vec<Option<u8>>> {
    let decoded: Option<Vec<_>> = ids.iter().map(|id| bytes(id)).collect();
    let ids = decoded.unwrap_or_else(|| ids.iter().map(|id| id.clone().into_bytes()).collect());
    let length = ids.iter().map(Vec::len).max().unwrap_or(0);
    let place = |at: usize| ids.iter().map(|id| id.get(at).copied()).collect();
    (0..length).map(place).collect()
}

fn bits_at(place: &[Option<u8>]) -> f64 {
    let mut times = HashMap::<_, usize>::new();
    for byte in place {
        *times.entry(byte).or_default() += 1;
    }
    let pairs = (place.len() * place.len().saturating_sub(1)) as f64;
    let equal: usize = times.values().map(|times| times * (times - 1)).sum();
    // Where no two are equal, one pair is taken to be, so that the logarithm stays finite.
    (pairs / (equal.max(1) as f64)).log2()
}

/// Whether one place is always the other one, or differs from it by always the same.
fn follows(place: &[Option<u8>], other: &[Option<u8>]) -> bool {
    let differences = |by: fn(u8, u8) -> u8| {
        let mut all = place.iter().zip(other).map(|(a, b)| Some(by((*a)?, (*b)?)));
        let first = all.next();
        all.all(|difference| Some(difference) == first)
    };
    differences(|a, b| a ^ b) || differences(u8::wrapping_sub)
}

/// What the cookie says when it is decoded, if a person can read it.
pub fn readable(value: &str) -> Option<String> {
    let parts = value.split(['.', ':']).chain([value]);
    let texts = parts.filter_map(|part| {
        let text = String::from_utf8(decoded(part)?).ok()?;
        let shown = text.chars().all(|c| !c.is_control()) && text.chars().count() >= 8;
        let is_data = text.contains(['{', '=', ' ', ':', '"']);
        (shown && is_data).then(|| text.chars().take(60).collect())
    });
    let plain = value.contains("%7B") || value.contains('{');
    texts
        .into_iter()
        .next()
        .or_else(|| plain.then(|| value.chars().take(60).collect()))
}

/// A time stamp that stands at one place in almost all of them.
pub fn stamp(ids: &[String]) -> Option<String> {
    let now = now().as_secs();
    let texts: Vec<String> = ids
        .iter()
        .map(|id| id.chars().filter(char::is_ascii_digit).take(10).collect())
        .collect();
    let is_now = |seconds: u64| seconds.abs_diff(now) < 86_400;
    let in_digits = texts
        .iter()
        .filter(|text| text.parse().is_ok_and(is_now))
        .count();
    let bytes: Vec<_> = ids.iter().filter_map(|id| bytes(id)).collect();
    let at = |place: usize| {
        let stamps = bytes
            .iter()
            .filter_map(|id| id.get(place..place + 4)?.try_into().ok());
        stamps
            .filter(|four: &[u8; 4]| {
                is_now(u32::from_be_bytes(*four).into()) || is_now(u32::from_le_bytes(*four).into())
            })
            .count()
    };
    let millis = bytes.iter().filter_map(|id| id.get(..6)).filter(|six| {
        let millis = six
            .iter()
            .fold(0, |sum: u64, byte| (sum << 8) | u64::from(*byte));
        is_now(millis / 1000)
    });
    let most = (0..16).map(at).chain([in_digits, millis.count()]).max()?;
    (most > 2 && most * 10 >= ids.len() * 9).then(|| "the present time stands in it".into())
}

pub fn now() -> std::time::Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

/// The bytes of an id that is written in hexadecimal digits or in base64.
pub fn bytes(id: &str) -> Option<Vec<u8>> {
    from_hex(id).or_else(|| decoded(id))
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes = pairs.map(|pair| byte(pair).filter(|_| pair.len() == 2));
    bytes.collect()
}

/// Base64 in any of its spellings.
pub fn decoded(text: &str) -> Option<Vec<u8>> {
    let plain: String = text
        .trim_end_matches('=')
        .replace("%3D", "")
        .chars()
        .map(|c| match c {
            '+' => '-',
            '/' => '_',
            other => other,
        })
        .collect();
    BASE64_URL_SAFE_NO_PAD.decode(plain).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub(crate) fn random(length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        getrandom::fill(&mut bytes).unwrap();
        bytes
    }

    pub(crate) fn ids(make: impl FnMut(u64) -> String) -> Vec<String> {
        (0..200).map(make).collect()
    }

    #[test]
    fn bits_are_counted_whatever_the_spelling() {
        let spellings: [fn(&[u8]) -> String; 2] =
            [hex, |bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes)];
        for spell in spellings {
            for (bytes, expected) in [(4, 32.0), (8, 64.0), (16, 128.0)] {
                let found = bits(&ids(|_| spell(&random(bytes))));
                assert!((found - expected).abs() < 3.0, "{found} for {expected}");
            }
            let twice = |_| {
                let half = random(8);
                spell(&[&half[..], &half].concat())
            };
            assert!((bits(&ids(twice)) - 64.0).abs() < 3.0);
        }
    }

    #[test]
    fn a_time_stamp_is_found_in_digits_and_in_bytes() {
        let seconds = now().as_secs() as u32;
        for stamped in [
            ids(|_| format!("{seconds}{}", hex(&random(8)))),
            ids(|_| hex(&[&random(3)[..], &seconds.to_be_bytes(), &random(9)].concat())),
            ids(|_| {
                BASE64_URL_SAFE_NO_PAD.encode([&seconds.to_be_bytes()[..], &random(12)].concat())
            }),
        ] {
            assert!(stamp(&stamped).is_some(), "{}", stamped[0]);
        }
        assert_eq!(stamp(&ids(|_| hex(&random(16)))), None);
        assert_eq!(
            stamp(&ids(|_| BASE64_URL_SAFE_NO_PAD.encode(random(16)))),
            None
        );
    }

    #[test]
    fn data_is_read_and_a_random_id_is_not() {
        let flask = "eyJudW1fdmlzaXRzIjoxfQ.aDq0Ag.signature";
        assert_eq!(readable(flask).as_deref(), Some("{\"num_visits\":1}"));
        assert!((0..200).all(|_| readable(&BASE64_URL_SAFE_NO_PAD.encode(random(16))).is_none()));
    }
}
