//! A second person at the same browser.

use crate::{
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    visitor::From,
    wire::Failure,
};

pub const QUESTIONS: &[&Question] = &[&SECOND];

/// How often the first person visits the page.
const VISITS: u64 = 3;

static SECOND: Question = Question {
    id: "second-person",
    title: "Whoever signs in over somebody else's session sees nothing of it",
    should: "The second person's page as if the browser were new.",
    why: "At a shared machine the next person gets the basket, the address or the search of the one who forgot to sign out.",
    source: "OWASP Session Management cheat sheet, renew the session ID after any privilege level change; ASVS 5, 7.2.4; Django: auth.login flushes",
    remedy: Remedy {
        ours: "flush the session when the person who signs in is another one than before",
        tower_sessions: "session.flush() and then cycle_id() when the person is another one than before",
        django: "django.contrib.auth.login(request, user), which flushes another user's session",
        express: "req.session.regenerate(...), which starts empty, at each signing-in",
        rails: "reset_session at each signing-in",
        flask: "session.clear() at each signing-in",
    },
};

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    let Some(first) = check.person(QUESTIONS) else {
        return Ok(());
    };
    let Some(second) = check.account.second.clone() else {
        check.not_asked(&SECOND, "it needs a second account: --second");
        return Ok(());
    };
    if check.site.counting.is_none() || check.ids_are_shared() {
        check.not_asked(&SECOND, Check::SHOWS_NO_COUNT);
        return Ok(());
    }
    let asked =
        format!("{VISITS} visits of one person, then another person signs in in the same browser");
    let mut visitor = check.visitor();
    check.sign_in(&mut visitor, &first).await?;
    for _ in 0..VISITS {
        visitor.open(&check.site.page).await?;
    }
    let before = check.id(&visitor);
    let answer = check.submit(&mut visitor, &second, From::Here).await?;
    let changed = check.id(&visitor) != before || answer.location().is_some();
    if answer.status.is_client_error() || !changed || !check.is_signed_in(&visitor).await? {
        check.not_asked(
            &SECOND,
            format!("the second account was answered {}", answer.status),
        );
        return Ok(());
    }
    let shown = check
        .site
        .count(&visitor.open(&check.site.page).await?)
        .unwrap_or_default();
    let (level, came) = match shown.saturating_sub(check.site.first()) {
        0 => (Level::Good, "the second person's page is a new one".into()),
        visits => (
            Level::Broken,
            format!("the second person's page shows the {visits} visits of the first"),
        ),
    };
    check.found(&SECOND, level, asked, came);
    check.sign_out(&mut visitor).await?;
    Ok(())
}
