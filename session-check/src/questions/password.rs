//! A changed password.

use futures_util::future::join;
use tokio::time::{Duration, sleep};

use crate::{
    account::Sent,
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    visitor::{From, Visitor},
    wire::Failure,
};

pub const QUESTIONS: &[&Question] = &[&CHANGED];

/// What the new password has behind the old one.
const NEW: &str = "-checked";

/// How long before the change a sign-in with the old password begins. An even number of changes leaves the old password.
const DELAYS: [u64; 4] = [0, 30, 90, 200];

static CHANGED: Question = Question {
    id: "password-ends-others",
    title: "A changed password ends the other sessions",
    should: "A stranger's page for every other session of the account.",
    why: "People change a password because somebody else may know it; that somebody stays signed in, or was just signing in.",
    source: "OWASP Session Management cheat sheet, renew the session ID after any privilege level change; ASVS 5, 7.4.3",
    remedy: Remedy {
        ours: "a fingerprint of the password in the session, compared whenever somebody is looked up",
        tower_sessions: "a fingerprint of the password in the session, compared whenever somebody is looked up",
        django: "AuthenticationMiddleware does it; update_session_auth_hash(request, user) keeps this one",
        express: "keep a number in the account and in the session, raise it with the password, and compare",
        rails: "has_secure_password: keep password_salt in the session and compare it",
        flask: "Flask-Login: let get_id() contain a part of the password's hash",
    },
};

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    let Some(person) = check.person(QUESTIONS) else {
        return Ok(());
    };
    let Some(form) = check.account.change_password.clone() else {
        check.not_asked(&CHANGED, "it needs --change-password");
        return Ok(());
    };
    let old = person
        .password()
        .map_or(String::new(), |place| person.fields[place].1.clone());
    let passwords = [old.clone(), format!("{old}{NEW}")];
    let mut own = check.visitor();
    let mut other = check.visitor();
    check.sign_in(&mut own, &person).await?;
    check.sign_in(&mut other, &person).await?;
    let asked = "another session, and sign-ins under way, while the password changes";
    let mut alive = None;
    for (round, delay) in DELAYS.into_iter().enumerate() {
        let (from, to) = (&passwords[round % 2], &passwords[(round + 1) % 2]);
        let late = signed_in_late(check, &person, from);
        let change = change(
            check,
            &form,
            &mut own,
            (from, to),
            Duration::from_millis(delay),
        );
        let (late, changed) = join(late, change).await;
        let late = late?;
        if !changed? {
            let left = if round % 2 == 0 {
                "unchanged".to_string()
            } else {
                format!("the old one with {NEW} behind it")
            };
            check.not_asked(
                &CHANGED,
                format!("{form:?} did not change the password, which is now {left}"),
            );
            return Ok(());
        }
        if round == 0 && check.is_signed_in(&other).await? {
            alive.get_or_insert("the other session is still signed in");
        }
        if check.is_signed_in(&late).await? {
            alive.get_or_insert(
                "a sign-in with the old password, begun before the change, is signed in after it",
            );
        }
    }
    match alive {
        Some(came) => check.found(&CHANGED, Level::Broken, asked, came),
        None => check.found(&CHANGED, Level::Good, asked, "all were ended"),
    }
    Ok(())
}

async fn signed_in_late(check: &Check, person: &Sent, password: &str) -> Result<Visitor, Failure> {
    let mut visitor = check.visitor();
    check
        .submit(
            &mut visitor,
            &person.with(person.password(), password),
            From::Here,
        )
        .await?;
    Ok(visitor)
}

/// Whether the site did it: a form that is shown again was refused.
async fn change(
    check: &Check,
    form: &Sent,
    own: &mut Visitor,
    (old, new): (&str, &str),
    delay: Duration,
) -> Result<bool, Failure> {
    sleep(delay).await;
    let mut filled = form.clone();
    for (_, value) in &mut filled.fields {
        *value = value.replace("{old}", old).replace("{new}", new);
    }
    let answer = check.submit(own, &filled, From::Here).await?;
    Ok(answer.status.is_redirection())
}
