//! Many requests of one visitor at once.

use futures_util::future::join_all;
use http::{StatusCode, header};

use crate::{
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    wire::{CONNECTIONS, Failure, Request},
};

pub const QUESTIONS: &[&Question] = &[&LOST];

/// How often it is tried; one round may be lucky.
const ROUNDS: usize = 5;

static LOST: Question = Question {
    id: "lost-updates",
    title: "Requests at once are all answered, and none is lost",
    should: "200 for each request, and a count that is higher by as many.",
    why: "Two tabs of one visitor load the same session, and the later save undoes the earlier one: a basket, a choice or a signing-out is lost without a word.",
    source: "ASVS 5, 15.4.2; RFC 9110, 9.2.2 on what may be repeated",
    remedy: Remedy {
        ours: "SqliteStore or PostgresStore, with Protect::new(session_layer), which runs a late request again",
        tower_sessions: "keep what must not be lost in tables of your own, and change it in one statement",
        django: "keep what must not be lost in models, and change it with F() expressions",
        express: "keep what must not be lost in a database, and change it in one statement",
        rails: "keep what must not be lost in models, with lock_version or increment!",
        flask: "keep what must not be lost in a database, and change it in one statement",
    },
};

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    if check.ids_are_shared() {
        check.not_asked(
            &LOST,
            "all visitors have one session, and all of them count in it",
        );
        return Ok(());
    }
    let Some(visitor) = check.known_visitor().await? else {
        check.not_asked(&LOST, Check::SHOWS_NO_COUNT);
        return Ok(());
    };
    let mut cookies = visitor.jar.header(&check.site.page);
    let before = check.count_with(&cookies).await?.unwrap_or_default();
    let mut refused = Vec::new();
    for _ in 0..ROUNDS {
        let request = Request::get(&check.site.page).with(header::COOKIE, &cookies);
        let tabs = (0..CONNECTIONS).map(|_| check.wire.send(request.clone()));
        for answer in join_all(tabs).await {
            let answer = answer?;
            refused.extend(Some(answer.status).filter(|status| *status != StatusCode::OK));
            // A browser keeps what the last answer sets.
            let mut browser = visitor.clone();
            browser.jar.receive(&answer);
            cookies = browser.jar.header(&check.site.page);
        }
    }
    let sent = (CONNECTIONS * ROUNDS) as u64;
    let after = check.count_with(&cookies).await?.unwrap_or_default();
    let counted = after.saturating_sub(before + 1);
    let asked = format!("{CONNECTIONS} requests of one visitor at once, {ROUNDS} times");
    let (level, came) = match (refused.first(), sent.saturating_sub(counted)) {
        (None, 0) => (
            Level::Good,
            "all were answered, and all were counted".into(),
        ),
        (None, lost) => (
            Level::Weak,
            format!("all were answered; {lost} of {sent} were not counted"),
        ),
        (Some(status), lost) => (
            Level::Weak,
            format!(
                "{} of {sent} were answered {status}; {lost} were not counted",
                refused.len()
            ),
        ),
    };
    check.found(&LOST, level, asked, came);
    Ok(())
}
