//! Ids that are computed from one another, from the time or from a number.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
};

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::randomness::{bytes, decoded, now, stamp};

/// Numbers up to this one are tried behind a hash.
const NUMBERS: u64 = 3_000;

/// So many bytes of a hash tell it from others.
const ENOUGH: usize = 7;

/// Milliseconds of the near past that are tried behind a hash.
const MILLIS: u64 = 3_000;

/// How many bits of a random sequence a rule for it has to remember is about half its length, and never as far from that.
const FAR_FROM_HALF: usize = 20;

/// How these ids are computed, if that can be seen. They stand in the order in which they came.
pub fn computed(ids: &[String]) -> Option<String> {
    if let Some(numbers) = ids.iter().map(|id| number(id)).collect::<Option<Vec<_>>>() {
        if let Some(step) = steady_step(&numbers) {
            return Some(format!(
                "they are numbers that rise by {step} or little more each time"
            ));
        }
        if has_one_step(&numbers) {
            return Some("they are numbers with always the same distance".into());
        }
    }
    if let Some(number) = hashed_number(ids) {
        return Some(format!("one of them is a hash of the number {number}"));
    }
    // A time stamp follows a rule as well, and is said to be one.
    let follows = stamp(ids).is_none() && follows_a_rule(ids);
    follows.then(|| {
        "a bit of each can be computed from those before: a simple generator, not a secret one"
            .into()
    })
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

fn has_one_step(numbers: &[u128]) -> bool {
    let mut steps = numbers.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]));
    let first = steps.next();
    steps.all(|step| Some(step) == first)
}

/// A small number, or the time, of which an id is a hash.
fn hashed_number(ids: &[String]) -> Option<u64> {
    let ids: Vec<_> = ids.iter().filter_map(|id| bytes(id)).collect();
    let wanted: HashSet<_> = ids.iter().filter_map(|id| id.get(..ENOUGH)).collect();
    let (seconds, millis) = (now().as_secs(), now().as_millis() as u64);
    let times = (seconds - 120..=seconds + 1).chain(millis - MILLIS..=millis);
    let mut guesses = (0..NUMBERS).chain(times);
    guesses.find(|guess| {
        let is_hash = |text: &[u8]| hashes(text).iter().any(|hash| wanted.contains(&hash[..]));
        let mut quick = DefaultHasher::new();
        guess.hash(&mut quick);
        is_hash(guess.to_string().as_bytes())
            || *guess < NUMBERS && (is_hash(&guess.to_be_bytes()) || is_hash(&guess.to_le_bytes()))
            // Rust's hash for tables is the same in every program that does not seed it.
            || wanted.contains(&quick.finish().to_be_bytes()[..ENOUGH])
    })
}

/// The beginnings of a text's hashes.
fn hashes(text: &[u8]) -> [[u8; ENOUGH]; 3] {
    let start = |hash: &[u8]| std::array::from_fn(|at| hash[at]);
    [
        start(&Md5::digest(text)),
        start(&Sha1::digest(text)),
        start(&Sha256::digest(text)),
    ]
}

/// Whether some bit of these ids is a sum of the same bit of ids before it: a counter, a linear generator or a shift
/// register makes such bits, and a generator that is fit for secrets never does.
fn follows_a_rule(ids: &[String]) -> bool {
    let Some(ids) = ids.iter().map(|id| bytes(id)).collect::<Option<Vec<_>>>() else {
        return false;
    };
    let length = ids.iter().map(Vec::len).min().unwrap_or(0);
    let mut places = (0..length).flat_map(|byte| (0..8).map(move |bit| (byte, bit)));
    places.any(|(byte, bit)| {
        let bits: Vec<bool> = ids.iter().map(|id| id[byte] >> bit & 1 == 1).collect();
        let ones = bits.iter().filter(|one| **one).count();
        // A bit that hardly ever changes is one of a version or of the time.
        let is_lively = ones * 4 > bits.len() && ones * 4 < bits.len() * 3;
        is_lively && complexity(&bits) + FAR_FROM_HALF < bits.len() / 2
    })
}

/// How many bits a shift register needs that makes this sequence (the algorithm of Berlekamp and Massey).
fn complexity(bits: &[bool]) -> usize {
    let (mut rule, mut before) = (vec![false; bits.len()], vec![false; bits.len()]);
    (rule[0], before[0]) = (true, true);
    let (mut needed, mut changed) = (0, None);
    for at in 0..bits.len() {
        let differs = (0..=needed)
            .filter(|back| rule[*back] && bits[at - back])
            .count()
            % 2
            == 1;
        if !differs {
            continue;
        }
        let kept = rule.clone();
        let shift = changed.map_or(at + 1, |changed: usize| at - changed);
        for place in shift..bits.len() {
            rule[place] ^= before[place - shift];
        }
        if 2 * needed <= at {
            needed = at + 1 - needed;
            (changed, before) = (Some(at), kept);
        }
    }
    needed
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

    use super::{
        super::randomness::tests::{hex, ids, random},
        *,
    };

    fn quick_hash(number: u64) -> String {
        let mut quick = DefaultHasher::new();
        number.hash(&mut quick);
        hex(&quick.finish().to_be_bytes())
    }

    fn spelled(number: u128) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(number.to_be_bytes())
    }

    #[test]
    fn random_ids_are_not_taken_for_computed_ones() {
        for _ in 0..3 {
            assert_eq!(
                computed(&ids(|_| BASE64_URL_SAFE_NO_PAD.encode(random(16)))),
                None
            );
            assert_eq!(computed(&ids(|_| hex(&random(16)))), None);
        }
    }

    #[test]
    fn a_counter_is_found_in_any_spelling_and_behind_a_hash() {
        for counted in [
            ids(|number| (7_000 + number).to_string()),
            ids(|number| format!("{:032x}", 7_000 + 3 * number)),
            ids(|number| spelled(number.into())),
            ids(|number| {
                spelled(u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
            }),
            ids(|number| hex(&Md5::digest(number.to_string()))),
            ids(|number| hex(&Sha1::digest(number.to_string()))),
            ids(|number| hex(&Sha256::digest(number.to_be_bytes()))[..32].to_string()),
            ids(quick_hash),
        ] {
            assert!(computed(&counted).is_some(), "{}", counted[1]);
        }
    }

    /// Knuth's linear generator, and Marsaglia's shift register.
    #[test]
    fn the_next_number_of_a_simple_generator_is_seen_to_follow_from_the_last() {
        let mut state = 0x1234_5678_9abc_def1_u64;
        let linear = ids(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            spelled(state.into())
        });
        let shifted = ids(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            hex(&state.to_be_bytes())
        });
        for generated in [linear, shifted] {
            assert!(computed(&generated).is_some_and(|how| how.contains("a simple generator")));
        }
    }
}
