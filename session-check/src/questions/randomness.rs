//! How random ids are, seen from outside.

use std::{
    collections::{HashMap, HashSet},
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// The bits that these ids have at most: for each place in turn, how seldom two ids have the same character there.
///
/// Two hundred ids show an alphabet of 64 characters to within a tenth of a bit. What depends on another place is counted
/// twice, so the true number may be lower and is never much higher.
pub fn bits(ids: &[String]) -> f64 {
    let length = ids.iter().map(String::len).max().unwrap_or(0);
    let pairs = (ids.len() * (ids.len() - 1)) as f64;
    let place = |at: usize| {
        let mut times = HashMap::<Option<u8>, usize>::new();
        for id in ids {
            *times.entry(id.as_bytes().get(at).copied()).or_default() += 1;
        }
        let equal: usize = times.values().map(|times| times * (times - 1)).sum();
        // Where no two are equal, one pair is taken to be, so that the logarithm stays finite.
        (pairs / (equal.max(1) as f64)).log2()
    };
    (0..length).map(place).sum()
}

/// How these ids are computed from one another or from the time, if that can be seen.
pub fn computed(ids: &[String]) -> Option<String> {
    if let Some(numbers) = ids.iter().map(|id| number(id)).collect::<Option<Vec<_>>>()
        && let Some(step) = steady_step(&numbers)
    {
        return Some(format!(
            "they are numbers that rise by {step} or little more each time"
        ));
    }
    let wanted: HashSet<&str> = ids.iter().map(|id| start(id)).collect();
    let counted = (0..20_000).map(|number: u128| number.to_string());
    let now = now().as_secs();
    let seconds = (now - 120..=now + 1).map(|second| second.to_string());
    let mut guesses = counted.chain(seconds);
    guesses
        .find(|guess| {
            hashes(guess.as_bytes())
                .iter()
                .any(|hash| wanted.contains(start(hash)))
        })
        .map(|guess| format!("one of them is a hash of the number {guess}"))
}

/// Enough of a hash to tell it from others.
fn start(text: &str) -> &str {
    text.get(..16).unwrap_or(text)
}

fn hashes(text: &[u8]) -> [String; 5] {
    let (sha1, sha256) = (Sha1::digest(text), Sha256::digest(text));
    [
        hex(&Md5::digest(text)),
        hex(&sha1),
        hex(&sha256),
        BASE64_URL_SAFE_NO_PAD.encode(sha1),
        BASE64_URL_SAFE_NO_PAD.encode(sha256),
    ]
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An id as a number, however it is written; `None` for one that is longer than 128 bits.
fn number(id: &str) -> Option<u128> {
    let digits: String = id.chars().filter(|c| *c != '-').collect();
    if let Ok(number) = digits.parse() {
        return Some(number);
    }
    if let Ok(number) = u128::from_str_radix(&digits, 16) {
        return Some(number);
    }
    let bytes = decoded(id).filter(|bytes| bytes.len() <= 16)?;
    Some(
        bytes
            .iter()
            .fold(0, |number, byte| (number << 8) | u128::from(*byte)),
    )
}

/// The smallest step between ids in the order in which they came, if all steps are small.
fn steady_step(numbers: &[u128]) -> Option<u128> {
    let steps = numbers.windows(2).map(|pair| pair[1].abs_diff(pair[0]));
    let steps: Vec<_> = steps.collect();
    // In the middle: a few other visitors may have come in between.
    let mut sorted = steps.clone();
    sorted.sort_unstable();
    let usual = *sorted.get(sorted.len() / 2)?;
    (usual < 1 << 32).then(|| sorted[0])
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
    let bytes: Vec<_> = ids
        .iter()
        .filter_map(|id| from_hex(id).or_else(|| decoded(id)))
        .collect();
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

fn now() -> std::time::Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let pairs = digits.as_bytes().chunks(2);
    let bytes = pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
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
mod tests {
    use super::*;

    fn random(length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        getrandom::fill(&mut bytes).unwrap();
        bytes
    }

    fn ids(make: impl Fn(u64) -> String) -> Vec<String> {
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
        }
    }

    #[test]
    fn a_counter_is_found_in_any_spelling_and_behind_a_hash() {
        let random_ids = ids(|_| BASE64_URL_SAFE_NO_PAD.encode(random(16)));
        assert_eq!(computed(&random_ids), None);
        assert_eq!(computed(&ids(|_| hex(&random(16)))), None);
        for counted in [
            ids(|number| (7_000 + number).to_string()),
            ids(|number| format!("{:032x}", 7_000 + 3 * number)),
            ids(|number| BASE64_URL_SAFE_NO_PAD.encode(u128::from(number).to_be_bytes())),
            ids(|number| hex(&Md5::digest(number.to_string()))),
            ids(|number| hex(&Sha1::digest(number.to_string()))),
            ids(|number| hex(&Sha256::digest(number.to_string()))[..32].to_string()),
        ] {
            assert!(computed(&counted).is_some(), "{}", counted[1]);
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
