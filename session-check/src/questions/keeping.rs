//! The session on another connection.

use http::{Version, header};

use super::nobody::{MISSING, NOBODY};
use crate::{
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    visitor::Visitor,
    wire::{Failure, Request},
};

pub const QUESTIONS: &[&Question] = &[&KEPT, &AFTER_ERROR];

static KEPT: Question = Question {
    id: "session-kept",
    title: "A visitor is known on every connection",
    should: "The visitor's own page each time.",
    why: "A session that hangs on a connection, a process or a protocol version is lost, or becomes somebody else's behind a proxy.",
    source: "RFC 9110, 3.3: requests are stateless, whatever connection they come over",
    remedy: Remedy {
        ours: "a store that all processes share: SqliteStore, PostgresStore",
        tower_sessions: "a store that all processes share, not one MemoryStore in each",
        django: "SESSION_ENGINE = \"django.contrib.sessions.backends.db\", or a cache that all processes share",
        express: "a store that all workers share, not MemoryStore",
        rails: "the cookie store, or a cache that all processes share",
        flask: "SESSION_TYPE with a store that all workers share",
    },
};

static AFTER_ERROR: Question = Question {
    id: "kept-after-error",
    title: "An error does not cost a visitor their session",
    should: "The visitor's own page after each error.",
    why: "A missing page, a wrong form or a store that is away for a second must not empty a basket or sign anybody out.",
    source: "ASVS 5, 16.5.2 and 16.5.3; RFC 9110, 15.6.4: a 503 is temporary",
    remedy: Remedy {
        ours: "Protect::new(session_layer), which answers 503 and leaves the cookie as it is",
        tower_sessions: "answer an error of session.get() by 503; neither flush nor remove the cookie",
        django: "nothing to do; call neither flush() nor delete_cookie() in handler404 and handler500",
        express: "do not call req.session.destroy in the error handler",
        rails: "do not call reset_session in rescue_from",
        flask: "do not call session.clear() in an errorhandler",
    },
};

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    if check.ids_are_shared() {
        for question in QUESTIONS {
            check.not_asked(question, "all visitors have one session");
        }
        return Ok(());
    }
    let Some(visitor) = check.known_visitor().await? else {
        for question in QUESTIONS {
            check.not_asked(question, Check::SHOWS_NO_COUNT);
        }
        return Ok(());
    };
    connections(check, &visitor).await?;
    after_errors(check, visitor).await
}

async fn connections(check: &mut Check, visitor: &Visitor) -> Result<(), Failure> {
    let cookies = visitor.jar.header(&check.site.page);
    let asked = "the page over five new connections, and over HTTP/1.0";
    for version in [
        Version::HTTP_11,
        Version::HTTP_11,
        Version::HTTP_11,
        Version::HTTP_11,
        Version::HTTP_10,
    ] {
        check.wire.hang_up();
        let request = Request {
            version,
            ..Request::get(&check.site.page)
        };
        let answer = check
            .wire
            .send(request.with(header::COOKIE, &cookies))
            .await?;
        if check
            .count(answer)
            .is_none_or(|count| count <= check.site.first())
        {
            check.found(
                &KEPT,
                Level::Broken,
                asked,
                format!("over a new connection and {version:?} the visitor was a stranger"),
            );
            return Ok(());
        }
    }
    check.found(&KEPT, Level::Good, asked, "the visitor was known each time");
    Ok(())
}

async fn after_errors(check: &mut Check, mut visitor: Visitor) -> Result<(), Failure> {
    let page = check.site.page.clone();
    let mut answered = Vec::new();
    // A site that sets a cookie for what needs none has been told so.
    let missing = match check.level(&NOBODY) {
        Some(Level::Weak) => page.clone(),
        _ => MISSING.into(),
    };
    for request in [
        Request::get(&missing),
        Request::post(&page, &[]),
        Request::get(&format!("{page}?%FF=%")),
        Request::get(&page).with(header::IF_MATCH, "\"another version\""),
        Request::get(&page).with(header::EXPECT, "the impossible"),
        Request::get(&page).with(header::USER_AGENT, vec![b'a'; 70_000]),
    ] {
        let asked = format!("{} {}, then the page", request.method, request.path);
        // A server that hangs up has answered as well, in its own way.
        let status = match visitor.send(request).await {
            Ok(answer) => answer.status.as_u16().to_string(),
            Err(Failure::NotHttp(..) | Failure::Unread(..)) => "a closed connection".into(),
            Err(failure) => return Err(failure),
        };
        check.wire.hang_up();
        let count = check.site.count(&visitor.open(&page).await?);
        if count.is_none_or(|count| count <= check.site.first()) {
            let came = format!("after {status} the visitor was a stranger");
            check.found(&AFTER_ERROR, Level::Broken, asked, came);
            return Ok(());
        }
        answered.push(status);
    }
    let away = answered.iter().any(|status| status == "503");
    let away = if away {
        ""
    } else {
        "; a 503 could not be brought about from outside"
    };
    let came = format!("the visitor was known after {}{away}", answered.join(", "));
    check.found(
        &AFTER_ERROR,
        Level::Good,
        "the page after requests that fail",
        came,
    );
    Ok(())
}
