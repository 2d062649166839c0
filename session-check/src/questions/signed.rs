//! Signing in and out.

use futures_util::future::{join, join_all};
use http::header;
use tokio::time::{Duration, sleep};

use crate::{
    account::Sent,
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    visitor::{From, Visitor},
    wire::{Failure, Request},
};

pub const QUESTIONS: &[&Question] = &[&NEW_ID, &OLD_ID, &SIGN_OUT, &IN_FLIGHT];

/// When the visitor signs out, in milliseconds after the pages began to load; one time each.
const DELAYS: [u64; 5] = [0, 1, 3, 6, 12];

/// How many pages are loaded one after the other meanwhile.
const IN_A_ROW: usize = 4;

/// How many requests are in flight then.
const IN_FLIGHT_AT_ONCE: usize = 8;

static NEW_ID: Question = Question {
    id: "new-id",
    title: "Signing in gives a new id",
    should: "A Set-Cookie with an id that the site has not given out before.",
    why: "Somebody else may know the id from before, because they planted it or read it; if it stays, they are signed in as well.",
    source: "OWASP Session Management cheat sheet, renew the session ID after any privilege level change; ASVS 5, 7.2.4",
    remedy: Remedy {
        ours: "session.cycle_key().await? before the person is stored",
        tower_sessions: "session.cycle_id().await? before the person is stored",
        django: "django.contrib.auth.login(request, user), which calls cycle_key()",
        express: "req.session.regenerate(error => { req.session.user = id; })",
        rails: "reset_session before session[:user_id] = user.id",
        flask: "Flask-Session: app.session_interface.regenerate(session)",
    },
};

static OLD_ID: Question = Question {
    id: "old-id-ended",
    title: "The id from before signing in is dead at once",
    should: "The page as a stranger sees it.",
    why: "An old id that lives on is a second key to what the visitor did before, and perhaps to the account.",
    source: "OWASP Session Management cheat sheet, renew the session ID after any privilege level change; ASVS 5, 7.2.4",
    remedy: Remedy {
        ours: "session.cycle_key().await?, which deletes the old row",
        tower_sessions: "session.cycle_id().await?, which deletes the old record",
        django: "django.contrib.auth.login(request, user), which deletes the old row",
        express: "req.session.regenerate(...), which destroys the old session",
        rails: "reset_session; a cookie store keeps nothing that could end",
        flask: "Flask-Session: app.session_interface.regenerate(session)",
    },
};

static SIGN_OUT: Question = Question {
    id: "sign-out-ends",
    title: "Signing out ends the session on the server",
    should: "The page as a stranger sees it.",
    why: "If only the browser forgets its cookie, a copy of it stays signed in until it expires.",
    source: "OWASP Session Management cheat sheet, manual session expiration; ASVS 5, 7.4.1",
    remedy: Remedy {
        ours: "session.flush_and_cycle().await?",
        tower_sessions: "session.flush().await?",
        django: "django.contrib.auth.logout(request), on a store other than signed_cookies",
        express: "req.session.destroy(callback), then res.clearCookie",
        rails: "reset_session, with a store on the server: the default cookie cannot be ended",
        flask: "session.clear() with Flask-Session: Flask's own cookie cannot be ended",
    },
};

static IN_FLIGHT: Question = Question {
    id: "sign-out-final",
    title: "A request in flight does not bring back a session that was signed out",
    should: "The page as a stranger sees it, however late the others were saved.",
    why: "A page that was still loading saves the session that it had loaded, and with it the person who has just signed out.",
    source: "ASVS 5, 7.4.1 and 15.4.2; Django: SessionInterrupted",
    remedy: Remedy {
        ours: "SqliteStore or PostgresStore: save changes a row that is still there and makes none",
        tower_sessions: "a store whose save updates and never inserts; the ready ones insert",
        django: "nothing to do: the save raises, and the request is answered 400",
        express: "a store whose set updates and never inserts, and resave: false",
        rails: "a store whose write updates and never inserts",
        flask: "save only sessions that were changed; a store whose write never inserts",
    },
};

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    let Some(person) = check.person(QUESTIONS) else {
        return Ok(());
    };
    if check.ids_are_shared() {
        for question in QUESTIONS {
            check.not_asked(question, "all visitors have one session; that comes first");
        }
        return Ok(());
    }
    let signed_in = new_id(check, &person).await?;
    if check.account.sign_out.is_none() {
        for question in [&SIGN_OUT, &IN_FLIGHT] {
            check.not_asked(question, "it needs --sign-out");
        }
        return Ok(());
    }
    sign_out(check, signed_in).await?;
    in_flight(check, &person).await
}

/// Signs in with a session that an attacker has planted: their own, with their own visits, or their own account.
async fn new_id(check: &mut Check, person: &Sent) -> Result<Visitor, Failure> {
    let mut visitor = check.visitor();
    for _ in 0..2 {
        visitor.open(&check.site.page).await?;
    }
    if check.id(&visitor).is_none() {
        check.sign_in(&mut visitor, person).await?;
    }
    let planted = visitor.clone();
    let was_signed_in = check.is_signed_in(&planted).await?;
    check.sign_in(&mut visitor, person).await?;
    let (before, after) = (check.id(&planted), check.id(&visitor));
    if check.site.carries_data {
        let why = "the cookie carries the data itself: there is no id to change, and an old cookie cannot be ended";
        check.not_asked(&NEW_ID, why);
        check.not_asked(&OLD_ID, why);
        return Ok(visitor);
    }
    let asked = "signing in with a session that somebody else knows";
    if before.is_some() && before == after {
        check.found(
            &NEW_ID,
            Level::Broken,
            asked,
            "the id is the same as before",
        );
        check.not_asked(&OLD_ID, "the id did not change; that comes first");
        return Ok(visitor);
    }
    let mut other = check.visitor();
    check.sign_in(&mut other, person).await?;
    if check.id(&other) == after {
        check.found(
            &NEW_ID,
            Level::Broken,
            asked,
            "two browsers that signed in have one id",
        );
    }
    check.found(&NEW_ID, Level::Good, asked, "the id is a new one");
    let (level, came) = match check.is_signed_in(&planted).await? {
        true => (Level::Broken, "whoever sends it is signed in"),
        false if was_signed_in => (Level::Good, "whoever sends it is a stranger"),
        false if check.knows(check.pair(&before.unwrap_or_default())).await? => (
            Level::Broken,
            "whoever sends it still sees the visits from before",
        ),
        false => (Level::Good, "whoever sends it is a stranger"),
    };
    check.found(&OLD_ID, level, "the id from before, after signing in", came);
    Ok(visitor)
}

async fn sign_out(check: &mut Check, mut visitor: Visitor) -> Result<(), Failure> {
    for _ in 0..2 {
        visitor.open(&check.site.page).await?;
    }
    let copy = visitor.clone();
    check.sign_out(&mut visitor).await?;
    let asked = "a copy of the cookie, after signing out";
    let (level, came) = match check.is_signed_in(&copy).await? {
        _ if check.is_signed_in(&visitor).await? => {
            (Level::Broken, "the browser itself is still signed in")
        }
        true if check.site.carries_data => (
            Level::Broken,
            "the copy is signed in; the cookie carries the data itself, and a store on the server is needed to end it",
        ),
        true => (Level::Broken, "the copy is signed in"),
        false
            if check.site.counting.is_some()
                && check.knows(copy.jar.header(&check.site.page)).await? =>
        {
            (
                Level::Weak,
                "the copy is not signed in, but still sees the visits of the one who was",
            )
        }
        false => (Level::Good, "the copy is a stranger"),
    };
    check.found(&SIGN_OUT, level, asked, came);
    Ok(())
}

/// Signs out while pages load, several times, and then looks whether the cookie is alive.
async fn in_flight(check: &mut Check, person: &Sent) -> Result<(), Failure> {
    if check.level(&SIGN_OUT) != Some(Level::Good) {
        check.not_asked(
            &IN_FLIGHT,
            "signing out does not end the session; that comes first",
        );
        return Ok(());
    }
    let Some(form) = check.account.sign_out.clone() else {
        return Ok(());
    };
    let asked = format!(
        "{IN_FLIGHT_AT_ONCE} pages at once, again and again, while their visitor signs out"
    );
    for delay in DELAYS {
        let mut visitor = check.visitor();
        check.sign_in(&mut visitor, person).await?;
        visitor.open(&check.site.page).await?;
        let fields = check.with_hidden(&mut visitor, &form).await?;
        let copy = visitor.clone();
        let pages = join_all((0..IN_FLIGHT_AT_ONCE).map(|_| load(check, &copy)));
        let leave = async {
            sleep(Duration::from_millis(delay)).await;
            visitor.post(&form.path, &fields, From::Here).await
        };
        let (pages, left) = join(pages, leave).await;
        left?;
        pages.into_iter().collect::<Result<Vec<_>, _>>()?;
        if check.is_signed_in(&copy).await? {
            check.found(
                &IN_FLIGHT,
                Level::Broken,
                asked,
                "a copy of the cookie is signed in again",
            );
            return Ok(());
        }
    }
    check.found(&IN_FLIGHT, Level::Good, asked, "none came back");
    Ok(())
}

/// Loads the page a few times in a row, with one cookie.
async fn load(check: &Check, visitor: &Visitor) -> Result<(), Failure> {
    let page = &check.site.page;
    for _ in 0..IN_A_ROW {
        let request = Request::get(page).with(header::COOKIE, visitor.jar.header(page));
        check.wire.send(request).await?;
    }
    Ok(())
}
