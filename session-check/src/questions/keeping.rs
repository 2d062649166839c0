//! The session on another connection.

use http::{Version, header};

use crate::{
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    wire::{Failure, Request},
};

pub const QUESTIONS: &[&Question] = &[&KEPT];

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

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    if check.ids_are_shared() {
        check.not_asked(&KEPT, "all visitors have one session");
        return Ok(());
    }
    let Some(visitor) = check.known_visitor().await? else {
        check.not_asked(&KEPT, Check::SHOWS_NO_COUNT);
        return Ok(());
    };
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
