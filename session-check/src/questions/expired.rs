//! A session whose time is over.

use cookie::Cookie;
use tokio::time::{Duration, sleep};

use crate::{
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    wire::Failure,
};

pub const QUESTIONS: &[&Question] = &[&EXPIRED];

/// The longest life of a cookie that is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How much longer than its life a session is waited for.
const BEYOND: Duration = Duration::from_millis(1_500);

static EXPIRED: Question = Question {
    id: "id-expired",
    title: "A session is over when its cookie's life is over",
    should: "The page as a stranger sees it.",
    why: "The browser forgets the cookie in time, and whoever has a copy of it does not: only the site can end it.",
    source: "OWASP Session Management cheat sheet, automatic session expiration; ASVS 5, 7.3.1 and 7.4.1",
    remedy: Remedy {
        ours: "SqliteStore and PostgresStore load no row whose time is over; with_expiry says when",
        tower_sessions: "a store whose load leaves out records with an expiry_date that has passed",
        django: "nothing to do: the database backend reads no row whose expire_date has passed",
        express: "cookie.maxAge, and a store with a ttl that obeys it",
        rails: "expire_after, and a store on the server that obeys it; the cookie store's date is inside what is encrypted",
        flask: "PERMANENT_SESSION_LIFETIME, which Flask compares with the time inside the signature",
    },
};

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    if check.ids_are_shared() {
        check.not_asked(&EXPIRED, "all visitors have one session");
        return Ok(());
    }
    let lives = check.site.given.iter().filter_map(life);
    let Some(life) = lives.max() else {
        let why =
            "the cookie ends with the browser, so it does not say when the session should be over";
        check.not_asked(&EXPIRED, why);
        return Ok(());
    };
    if life > LONGEST_WAIT {
        let why = format!(
            "the cookie lives for {} seconds, and nobody waits that long; start the site with a life of a few seconds to ask",
            life.as_secs()
        );
        check.not_asked(&EXPIRED, why);
        return Ok(());
    }
    let Some(visitor) = check.known_visitor().await? else {
        check.not_asked(&EXPIRED, Check::SHOWS_NO_COUNT);
        return Ok(());
    };
    let pair = check.pair(&check.id(&visitor).unwrap_or_default());
    sleep(life + BEYOND).await;
    let asked = format!(
        "the cookie, {} seconds after its life of {}",
        BEYOND.as_secs_f32(),
        life.as_secs()
    );
    let (level, came) = match check.knows(pair).await? {
        true => (Level::Broken, "the site still knows the visitor"),
        false => (Level::Good, "the site knows nobody by it"),
    };
    check.found(&EXPIRED, level, asked, came);
    Ok(())
}

/// How long a cookie lives; `None` if it ends with the browser.
fn life(cookie: &Cookie<'static>) -> Option<Duration> {
    let until = cookie
        .expires_datetime()
        .map(|date| date - cookie::time::OffsetDateTime::now_utc());
    let life = cookie.max_age().or(until)?;
    life.try_into().ok()
}
