//! Wrong passwords.

use std::time::{Duration, Instant};

use http::{StatusCode, header};

use crate::{
    account::Sent,
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    visitor::{From, Visitor},
    wire::{Answer, Failure},
};

pub const QUESTIONS: &[&Question] = &[&NAMES, &SLOWED];

/// How many wrong passwords each name gets.
const GUESSES: usize = 30;

/// With fewer answers than that, their times say nothing.
const ENOUGH: usize = 5;

/// A site whose hashes take long is asked less often than that.
const LONGEST: Duration = Duration::from_secs(5);

/// How many wrong passwords show whether guessing is slowed down.
const IN_A_ROW: usize = 12;

/// The guesser's address is another one than the owner's, where that is possible.
const GUESSER: u8 = 99;

/// The longest that an owner may have to wait, in seconds.
const LONGEST_WAIT: u64 = 60;

static NAMES: Question = Question {
    id: "names-alike",
    title: "A wrong password and an unknown name are answered alike",
    should: "The same status, the same words and the same time for both.",
    why: "Whoever can tell names apart collects those that exist, and guesses passwords only for them.",
    source: "OWASP Authentication cheat sheet, authentication and error messages; ASVS 5, 6.3.8",
    remedy: Remedy {
        ours: "authenticate(), which hashes for an unknown name too",
        tower_sessions: "hash for an unknown name too, and answer with one sentence",
        django: "django.contrib.auth.authenticate(), which hashes for an unknown name too",
        express: "compare with a constant hash for an unknown name, and answer with one sentence",
        rails: "User.authenticate_by(name:, password:), since 7.1",
        flask: "check_password_hash with a constant hash for an unknown name",
    },
};

static SLOWED: Question = Question {
    id: "guesses-slowed",
    title: "Wrong passwords are slowed down, and the owner is not locked out",
    should: "A refusal that says when to try again, or a longer wait each time, and the owner signed in all the same.",
    why: "Without a limit a program guesses a weak password in minutes; with a lock, anybody can lock anybody out.",
    source: "OWASP Authentication cheat sheet, login throttling and account lockout; ASVS 5, 6.1.1 and 6.3.1",
    remedy: Remedy {
        ours: "authenticate(), which waits longer after each failure, and lets a known device in",
        tower_sessions: "tower_governor per address, and a counter per account",
        django: "django-axes, or django-ratelimit on the view",
        express: "express-rate-limit per address, and rate-limiter-flexible per account",
        rails: "rate_limit to: 10, within: 3.minutes, only: :create, since 7.2",
        flask: "Flask-Limiter: @limiter.limit(\"10 per minute\")",
    },
};

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    let Some(person) = check.person(QUESTIONS) else {
        return Ok(());
    };
    // The owner's browser, which has been in before.
    let mut owner = check.visitor();
    check.sign_in(&mut owner, &person).await?;
    check.sign_out(&mut owner).await?;
    if check.wants(&NAMES) {
        names(check, &person, &owner).await?;
    }
    if check.wants(&SLOWED) {
        slowed(check, &person, owner).await?;
    }
    Ok(())
}

/// What an answer says, with the known name where it repeats the one that was typed.
fn gist(answer: &Answer, typed: &str, known: &str) -> (StatusCode, String) {
    let words = answer.body.replace(typed, known);
    let tokens = |line: &&str| !line.contains("csrf") && !line.contains("token");
    (answer.status, words.lines().filter(tokens).collect())
}

fn is_slowed(answer: &Answer) -> bool {
    matches!(
        answer.status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE | StatusCode::LOCKED
    )
}

async fn names(check: &mut Check, person: &Sent, owner: &Visitor) -> Result<(), Failure> {
    let asked = format!("up to {GUESSES} wrong passwords each for a known and for unknown names");
    let started = Instant::now();
    let mut times = Vec::new();
    for round in 0..GUESSES {
        if round >= ENOUGH && started.elapsed() > LONGEST {
            break;
        }
        let mut guesser = owner.clone();
        guesser.wire = check.wire.seen_from((round / 10) as u8);
        let [known, unknown] = both(check, person, &guesser, round).await?;
        if is_slowed(&known.1) || is_slowed(&unknown.1) {
            break;
        }
        if known.0 != unknown.0 {
            // An account may be locked by now; only the first answers are alike for sure.
            if round == 0 {
                let (one, other) = (known.1.status, unknown.1.status);
                let came = format!("they differ: {one} and {other}, in status or in words");
                check.found(&NAMES, Level::Weak, asked, came);
                return Ok(());
            }
            break;
        }
        times.push([known.1.took, unknown.1.took]);
        // Somebody who gets in is often forgiven what failed before, so that more can be measured.
        if round % 2 == 1 {
            check.submit(&mut guesser, person, From::Here).await?;
            check.sign_out(&mut guesser).await?;
        }
    }
    let (level, came) = judged(&times);
    check.found(&NAMES, level, asked, came);
    Ok(())
}

/// A wrong password for the known name and one for an unknown name: what the answers say, and the answers.
async fn both(
    check: &Check,
    person: &Sent,
    guesser: &Visitor,
    round: usize,
) -> Result<[((StatusCode, String), Answer); 2], Failure> {
    let place = person.name();
    let known = place.map_or("", |place| person.fields[place].1.as_str());
    let unknown = super::invented::like("absentee-nobody");
    let password = format!("wrong-{round}-q");
    let guess = async |name: &str| {
        let wrong = person.with(place, name).with(person.password(), &password);
        let answer = check
            .submit(&mut guesser.clone(), &wrong, From::Here)
            .await?;
        Ok((gist(&answer, name, known), answer))
    };
    Ok([guess(known).await?, guess(&unknown).await?])
}

/// What the times of the answers tell, for the known name and for unknown ones.
fn judged(times: &[[Duration; 2]]) -> (Level, String) {
    let count = times.len();
    let [known, unknown] =
        [0, 1].map(|which| median(times.iter().map(|both| both[which]).collect()));
    let middle = format!(
        "in the middle of {count} a known name takes {known:.0?} and an unknown one {unknown:.0?}"
    );
    match count {
        0 => (
            Level::NotAsked,
            "the site slows guesses down from the first".into(),
        ),
        _ if count < ENOUGH => (
            Level::Good,
            format!(
                "alike in words; slowed down after {count}, before their times could tell anything"
            ),
        ),
        _ if differ(known, unknown) && is_steady(times) => {
            (Level::Weak, format!("alike in words; {middle}"))
        }
        _ => (Level::Good, format!("alike in words and in time; {middle}")),
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A difference that an attacker can measure from here.
fn differ(one: Duration, other: Duration) -> bool {
    let (less, more) = (one.min(other), one.max(other));
    more > less.mul_f64(1.3) && more - less > Duration::from_millis(5)
}

/// Whether the same one is slower in nearly every pair, as a busy machine does not make it.
fn is_steady(times: &[[Duration; 2]]) -> bool {
    let slower = times
        .iter()
        .filter(|[known, unknown]| known > unknown)
        .count();
    slower.max(times.len() - slower) * 10 >= times.len() * 9
}

async fn slowed(check: &mut Check, person: &Sent, mut owner: Visitor) -> Result<(), Failure> {
    let asked = format!(
        "{IN_A_ROW} wrong passwords in a row, then the right one from a browser that has been in before"
    );
    let elsewhere = check.wire.seen_from(GUESSER);
    let mut took = Vec::new();
    let mut refused = None;
    for guess in 0..IN_A_ROW {
        let wrong = person.with(person.password(), &format!("wrong-{guess}-z"));
        let mut guesser = Visitor::new(&elsewhere);
        let answer = check.submit(&mut guesser, &wrong, From::Here).await?;
        took.push(answer.took);
        if is_slowed(&answer) {
            refused = Some(guess);
            break;
        }
    }
    let slower = took.last() > took.first().map(|first| first.mul_f64(4.0)).as_ref()
        && took.last() > Some(&Duration::from_millis(500));
    let answer = check.submit(&mut owner, person, From::Here).await?;
    let wait: Option<u64> = answer
        .headers
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let (level, came) = match (check.is_signed_in(&owner).await?, refused, wait) {
        (true, None, _) if !slower => (
            Level::Weak,
            format!("all {IN_A_ROW} guesses were tried, and none was slowed down"),
        ),
        (true, Some(guess), _) => (
            Level::Good,
            format!("slowed down after {guess} guesses; the owner gets in"),
        ),
        (true, None, _) => (
            Level::Good,
            "each guess takes longer; the owner gets in".into(),
        ),
        (false, _, Some(wait)) if wait <= LONGEST_WAIT => (
            Level::Good,
            format!("slowed down; the owner waits {wait} seconds"),
        ),
        (false, _, _) => (
            Level::Weak,
            format!("the owner is locked out as well: {}", answer.status),
        ),
    };
    check.found(&SLOWED, level, asked, came);
    check.sign_out(&mut owner).await?;
    Ok(())
}
