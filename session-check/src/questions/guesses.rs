//! Wrong passwords.

use std::time::Duration;

use http::{StatusCode, header};

use crate::{
    account::Sent,
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    visitor::From,
    wire::{Answer, Failure},
};

pub const QUESTIONS: &[&Question] = &[&NAMES, &SLOWED];

/// How many wrong passwords each name gets.
const GUESSES: usize = 30;

/// With fewer answers than that, their times say nothing.
const ENOUGH: usize = 5;

/// How many wrong passwords show whether guessing is slowed down.
const IN_A_ROW: usize = 12;

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
        names(check, &person).await?;
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

async fn names(check: &mut Check, person: &Sent) -> Result<(), Failure> {
    let known = person
        .name()
        .map_or(String::new(), |place| person.fields[place].1.clone());
    let mut times = [Vec::new(), Vec::new()];
    let asked = format!("up to {GUESSES} wrong passwords each for a known and for unknown names");
    for round in 0..GUESSES {
        let unknown = super::invented::like("absentee-nobody");
        let mut both = Vec::new();
        for name in [&known, &unknown] {
            let wrong = person
                .with(person.name(), name)
                .with(person.password(), &format!("wrong-{round}-q"));
            let answer = check
                .submit(&mut check.visitor(), &wrong, From::Here)
                .await?;
            both.push((gist(&answer, name, &known), answer));
        }
        // A known name may be slowed down earlier, because it was tried more often.
        if both.iter().any(|(_, answer)| is_slowed(answer)) {
            break;
        }
        if both[0].0 != both[1].0 {
            let came = format!(
                "they differ: {} and {}, in status or in words",
                both[0].1.status, both[1].1.status
            );
            // An account may be locked by now; only the first answers are alike for sure.
            if round == 0 {
                check.found(&NAMES, Level::Weak, asked, came);
                return Ok(());
            }
            break;
        }
        for (times, (_, answer)) in times.iter_mut().zip(&both) {
            times.push(answer.took);
        }
    }
    let count = times[0].len();
    let [known, unknown] = times.map(median);
    let (level, came) = match count {
        0 => (
            Level::NotAsked,
            "the site slows guesses down from the first".into(),
        ),
        _ if count >= ENOUGH && differ(known, unknown) => (
            Level::Weak,
            format!(
                "alike in words; in the middle a known name takes {known:.0?} and an unknown one {unknown:.0?}"
            ),
        ),
        _ if count >= ENOUGH => (
            Level::Good,
            format!("alike in words, and in time over {count} tries"),
        ),
        _ => (
            Level::Good,
            format!(
                "alike in words; slowed down after {count}, before their times could tell anything"
            ),
        ),
    };
    check.found(&NAMES, level, asked, came);
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A difference that an attacker can measure from here, and that a busy machine does not make.
fn differ(one: Duration, other: Duration) -> bool {
    let (less, more) = (one.min(other), one.max(other));
    more > less.mul_f64(1.7) && more - less > Duration::from_millis(8)
}

async fn slowed(
    check: &mut Check,
    person: &Sent,
    mut owner: crate::visitor::Visitor,
) -> Result<(), Failure> {
    let asked = format!(
        "{IN_A_ROW} wrong passwords in a row, then the right one from a browser that has been in before"
    );
    let mut took = Vec::new();
    let mut refused = None;
    for guess in 0..IN_A_ROW {
        let wrong = person.with(person.password(), &format!("wrong-{guess}-z"));
        let answer = check
            .submit(&mut check.visitor(), &wrong, From::Here)
            .await?;
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
