//! Ids outside cookies.

use crate::{
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    wire::{Failure, Request},
};

pub const QUESTIONS: &[&Question] = &[&SHOWN, &TAKEN];

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
    let mut pages = check.site.pages.clone();
    if let Some(person) = check.account.sign_in.clone() {
        check.sign_in(&mut visitor, &person).await?;
        pages.extend(check.account.private.clone());
    }
    visitor.open(&check.site.page).await?;
    shown(check, &mut visitor, &pages).await?;
    taken(check).await
}

async fn shown(
    check: &mut Check,
    visitor: &mut crate::visitor::Visitor,
    pages: &[String],
) -> Result<(), Failure> {
    let asked = format!("{} pages, with their headers", pages.len());
    for path in pages {
        let before = check.id(visitor);
        let answer = visitor.get(path).await?;
        let ids = [before, check.id(visitor)].into_iter().flatten();
        let location = answer.headers.get(http::header::LOCATION);
        let location = location.map_or("", |value| value.to_str().unwrap_or_default());
        for id in ids.filter(|id| id.len() >= SHORTEST) {
            let place = [
                ("the address in Location", location),
                ("the page", &answer.body),
            ];
            if let Some((place, _)) = place.iter().find(|(_, text)| text.contains(&id)) {
                check.found(
                    &SHOWN,
                    Level::Broken,
                    format!("GET {path}"),
                    format!("{place} shows the id"),
                );
                return Ok(());
            }
        }
    }
    check.found(&SHOWN, Level::Good, asked, "none shows the id");
    Ok(())
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
    let (page, pair) = (
        check.site.page.clone(),
        check.pair(&check.id(&visitor).unwrap_or_default()),
    );
    let id = pair.split_once('=').map_or("", |(_, id)| id);
    let asked = "a known id in the address and in headers, without the cookie";
    let requests = [
        Request::get(&format!("{page}?{pair}")),
        Request::get(&format!("{page};{pair}")),
        Request::get(&format!("{page}?sid={id}&session_id={id}&sessionid={id}")),
        Request::get(&page).with(http::header::AUTHORIZATION, format!("Bearer {id}")),
        Request::get(&page).with(http::HeaderName::from_static("x-session-id"), id),
    ];
    for request in requests {
        let answer = check.wire.send(request).await?;
        if check
            .count(answer)
            .is_some_and(|count| count > check.site.first())
        {
            check.found(
                &TAKEN,
                Level::Broken,
                asked,
                "the site knew the visitor by it",
            );
            return Ok(());
        }
    }
    check.found(
        &TAKEN,
        Level::Good,
        asked,
        "the site did not know the visitor",
    );
    Ok(())
}
