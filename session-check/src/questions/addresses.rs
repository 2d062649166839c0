//! Ids outside cookies.

use http::{HeaderName, header};

use crate::{
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    visitor::{From, Visitor},
    wire::{Answer, Failure, Request},
};

pub const QUESTIONS: &[&Question] = &[&SHOWN, &TAKEN];

/// Names under which programs look for an id.
const NAMES: [&str; 12] = [
    "sid",
    "sessid",
    "session",
    "session_id",
    "sessionid",
    "sessionId",
    "id",
    "s",
    "token",
    "key",
    "PHPSESSID",
    "jsessionid",
];

/// A shorter value may stand in a page by chance.
const SHORTEST: usize = 8;

static SHOWN: Question = Question {
    id: "id-shown",
    title: "No page, address or redirect shows the session's id",
    should: "No page, and no Location, with the id in it.",
    why: "What stands in an address is kept in histories, logs and Referer headers, and what stands in a page is read by every script there.",
    source: "OWASP Session Management cheat sheet, session management implementation; ASVS 5, 3.3.4 and 14.2.1",
    remedy: Remedy {
        ours: "never put session.id() into a page, a redirect or a log",
        tower_sessions: "never put session.id() into a page, a redirect or a log; Session and Record print it with {:?}",
        django: "never put request.session.session_key into a template or an address",
        express: "never put req.sessionID into a page or an address",
        rails: "never put session.id into a view or an address",
        flask: "never put session.sid into a template or an address",
    },
};

static TAKEN: Question = Question {
    id: "id-from-address",
    title: "An id is taken from the cookie and from nowhere else",
    should: "The page as a stranger sees it.",
    why: "If an id in an address is believed, a link is enough to put a visitor into a session that the attacker knows.",
    source: "OWASP Session Management cheat sheet, used vs. accepted session ID exchange mechanisms",
    remedy: Remedy {
        ours: "nothing to do: tower-sessions reads the cookie alone",
        tower_sessions: "nothing to do: it reads the cookie alone",
        django: "nothing to do: SessionMiddleware reads the cookie alone",
        express: "remove what copies req.query into req.headers.cookie",
        rails: "cookie_only: true, the default",
        flask: "remove what reads an id from request.args",
    },
};

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    let mut visitor = check.visitor();
    visitor.open(&check.site.page).await?;
    if check.wants(&SHOWN) {
        let leak = leak(check, &mut visitor).await?;
        let asked = match check.account.sign_in {
            Some(_) => "all pages that were found, signing in, and signing out",
            None => "all pages that were found",
        };
        match leak {
            Some((asked, place)) => {
                check.found(
                    &SHOWN,
                    Level::Broken,
                    asked,
                    format!("{place} shows the id"),
                );
            }
            None => check.found(&SHOWN, Level::Good, asked, "none shows the id"),
        }
    }
    taken(check).await
}

/// The first answer that shows an id, and where.
async fn leak(
    check: &mut Check,
    visitor: &mut Visitor,
) -> Result<Option<(String, String)>, Failure> {
    let mut pages = check.site.pages.clone();
    if let Some(person) = check.account.sign_in.clone() {
        let before = check.id(visitor);
        let answer = check.submit(visitor, &person, From::Here).await?;
        if let Some(place) = shows(&answer, [before, check.id(visitor)]) {
            return Ok(Some((format!("{person:?}"), place)));
        }
        pages.extend(check.site.inner.clone());
    }
    for path in pages {
        let before = check.id(visitor);
        let answer = visitor.get(&path).await?;
        if let Some(place) = shows(&answer, [before, check.id(visitor)]) {
            return Ok(Some((format!("GET {path}"), place)));
        }
    }
    let before = check.id(visitor);
    let answer = check.sign_out(visitor).await?;
    let place = answer.and_then(|answer| shows(&answer, [before, check.id(visitor)]));
    Ok(place.map(|place| ("signing out".into(), place)))
}

/// Where an answer shows one of these ids. `Set-Cookie` is where it belongs.
fn shows(answer: &Answer, ids: [Option<String>; 2]) -> Option<String> {
    let ids: Vec<_> = ids
        .into_iter()
        .flatten()
        .filter(|id| id.len() >= SHORTEST)
        .collect();
    let has_id = |text: &str| ids.iter().any(|id| text.contains(id));
    let mut headers = answer.headers.iter();
    let header = headers
        .find(|(name, value)| *name != header::SET_COOKIE && value.to_str().is_ok_and(has_id));
    match header {
        Some((name, _)) => Some(format!("the header {name}")),
        None => has_id(&answer.body).then(|| "the page".into()),
    }
}

async fn taken(check: &mut Check) -> Result<(), Failure> {
    if check.ids_are_shared() {
        check.not_asked(&TAKEN, "all visitors have one session");
        return Ok(());
    }
    let Some(visitor) = check.known_visitor().await? else {
        check.not_asked(&TAKEN, Check::SHOWS_NO_COUNT);
        return Ok(());
    };
    let asked = "a known id in the address and in headers, without the cookie";
    let came = "the site knew the visitor by it";
    let id = check.id(&visitor).unwrap_or_default();
    for request in elsewhere(check, &check.site.page, &id) {
        let answer = check.wire.send(request).await?;
        let count = check.count(answer);
        if count.is_some_and(|count| count > check.site.first()) {
            check.found(&TAKEN, Level::Broken, asked, came);
            return Ok(());
        }
    }
    if is_let_in(check).await? {
        check.found(&TAKEN, Level::Broken, asked, came);
    }
    check.found(
        &TAKEN,
        Level::Good,
        asked,
        "the site did not know the visitor",
    );
    Ok(())
}

/// Whether the private page is shown to whoever has the id of somebody who is signed in, in another place than the cookie.
async fn is_let_in(check: &mut Check) -> Result<bool, Failure> {
    let (Some(person), Some(private)) =
        (check.account.sign_in.clone(), check.account.private.clone())
    else {
        return Ok(false);
    };
    let mut visitor = check.visitor();
    check.sign_in(&mut visitor, &person).await?;
    let id = check.id(&visitor).unwrap_or_default();
    for request in elsewhere(check, &private, &id) {
        let answer = check.wire.send(request).await?;
        if answer.status.is_success() && !answer.body.contains("type=\"password\"") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Requests with the id in places where programs have looked for it.
fn elsewhere(check: &Check, page: &str, id: &str) -> Vec<Request> {
    let names = NAMES.into_iter().chain([check.site.cookie.as_str()]);
    let mut requests: Vec<_> = names
        .map(|name| Request::get(&format!("{page}?{name}={id}")))
        .collect();
    requests.push(Request::get(&format!("{page};{}={id}", check.site.cookie)));
    requests.push(Request::get(page).with(header::AUTHORIZATION, format!("Bearer {id}")));
    for name in [
        "x-session-id",
        "x-session",
        "x-session-token",
        "x-auth-token",
    ] {
        requests.push(Request::get(page).with(HeaderName::from_static(name), id));
    }
    requests
}
