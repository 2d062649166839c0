//! Cookies and headers that no browser would send.

use http::{HeaderName, StatusCode, header};

use super::invented::like;
use crate::{
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    wire::{Failure, Request},
};

pub const QUESTIONS: &[&Question] = &[&COOKIES, &HEADERS];

static COOKIES: Question = Question {
    id: "strange-cookies",
    title: "A strange cookie makes a new visitor, and no error",
    should: "A stranger's page, or a refusal, 4xx.",
    why: "A browser keeps sending the cookie, so a visitor with one that the site cannot read sees an error on every page until it is deleted by hand.",
    source: "OWASP Session Management cheat sheet, manage session ID as any other user input; ASVS 5, 16.5.3",
    remedy: Remedy {
        ours: "nothing to do: an id that cannot be read is a stranger's, and a row that cannot be read is deleted",
        tower_sessions: "nothing to do for ids; answer an error of get() by flush() where a row cannot be read",
        django: "nothing to do; catch what your own code makes of request.COOKIES",
        express: "catch what your own code makes of req.cookies; a store's get must answer null for what it cannot read",
        rails: "rescue what your own code makes of cookies",
        flask: "catch what your own code makes of request.cookies",
    },
};

static HEADERS: Question = Question {
    id: "strange-headers",
    title: "Strange headers are refused or ignored, and make no error",
    should: "The page, or a refusal, 4xx.",
    why: "A 5xx is code that nobody has thought about; it may hold a worker, fill a log, or show a stack.",
    source: "RFC 9110, 15.5 and 15.6; ASVS 5, 16.5.3 and 16.5.4",
    remedy: Remedy {
        ours: "read headers with HeaderValue::to_str and treat an Err as if the header were missing",
        tower_sessions: "read headers with HeaderValue::to_str and treat an Err as if the header were missing",
        django: "treat request.META as text that anybody may have written",
        express: "treat req.headers as text that anybody may have written",
        rails: "rescue what your own code makes of request.headers",
        flask: "treat request.headers as text that anybody may have written",
    },
};

/// Pieces that parsers stumble over.
const PIECES: [&[u8]; 25] = [
    b"",
    b" ",
    b"\t",
    b"\"",
    b"\"\"",
    b"%",
    b"%00",
    b"%FF%FE",
    b"%0d%0aSet-Cookie:%20x=1",
    b"\xff\xfe",
    "\u{2000}é".as_bytes(),
    b"=",
    b"==",
    b";;",
    b",",
    b"\\",
    b"../../etc/passwd",
    b"' or 1=1 --",
    b"<script>",
    b"{\"a\":[1,{}]}",
    b"-1",
    b"99999999999999999999999999999999999999999",
    b"null",
    b"$Version=1",
    b"AAAAAAAAAAAAAAAAAAAAAA==",
];

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    let cookies = cookies(check).await?;
    let all = cookies
        .iter()
        .map(|cookie| Request::get(&check.site.page).with(header::COOKIE, cookie));
    answered(check, &COOKIES, all.collect(), Level::Broken).await?;
    let all = headers(&check.site.page);
    answered(check, &HEADERS, all, Level::Weak).await
}

/// Each piece as an id, in an id and as a name, alone and repeated.
async fn cookies(check: &Check) -> Result<Vec<Vec<u8>>, Failure> {
    let mut visitor = check.visitor();
    visitor.open(&check.site.page).await?;
    let id = check.id(&visitor).unwrap_or_default().into_bytes();
    let half = &id[..id.len() / 2];
    let name = [check.site.cookie.as_bytes(), b"="].concat();
    let forms = |piece: &&[u8]| {
        [
            [&name, *piece].concat(),
            [&name, &id[..], piece].concat(),
            [&name, *piece, &id].concat(),
            [&name, half, piece, half].concat(),
            [&name, &piece.repeat(40)[..]].concat(),
            [*piece, b"=", &id].concat(),
            [&name, &id[..], b"; ", piece].concat(),
            [&name, &id[..], b"; ", &name, piece].concat(),
        ]
    };
    let pieces = PIECES.iter().flat_map(forms);
    let of_ids = ids_that_nobody_has(&id).map(|id| [&name, &id[..]].concat());
    Ok(pieces.chain(of_ids).collect())
}

/// What looks like an id of the site, or like one that was cut, doubled, encoded or written in another way.
fn ids_that_nobody_has(id: &[u8]) -> [Vec<u8>; 7] {
    let text = String::from_utf8_lossy(id);
    let encoded: String = id.iter().map(|byte| format!("%{byte:02X}")).collect();
    [
        like(&text).into_bytes(),
        like(&format!("{text}{text}")).into_bytes(),
        like(&text[..text.len() / 2]).into_bytes(),
        text.to_uppercase().into_bytes(),
        text.chars().rev().collect::<String>().into_bytes(),
        format!("\"{text}\"").into_bytes(),
        encoded.into_bytes(),
    ]
}

/// Each piece as the value of headers that programs read.
fn headers(page: &str) -> Vec<Request> {
    const NAMES: [HeaderName; 7] = [
        header::USER_AGENT,
        header::ACCEPT,
        header::ACCEPT_LANGUAGE,
        header::REFERER,
        header::ORIGIN,
        header::IF_MODIFIED_SINCE,
        HeaderName::from_static("x-forwarded-for"),
    ];
    let with_each = |piece: &&'static [u8]| NAMES.map(|name| Request::get(page).with(name, piece));
    let mut requests: Vec<_> = PIECES.iter().flat_map(with_each).collect();
    let many = (0..60).fold(Request::get(page), |request, _| {
        request.with(header::COOKIE, "a=b")
    });
    let long = |length| Request::get(page).with(header::USER_AGENT, vec![b'a'; length]);
    let cookie = |length| {
        Request::get(page).with(
            header::COOKIE,
            [b"a=".to_vec(), vec![b'a'; length]].concat(),
        )
    };
    requests.extend([many, long(4_000), long(7_000), cookie(4_000), cookie(7_000)]);
    requests
}

/// Sends all of these; a 5xx, or no answer at all while the site is still there, is the worst that can come.
async fn answered(
    check: &mut Check,
    question: &'static Question,
    requests: Vec<Request>,
    level: Level,
) -> Result<(), Failure> {
    let asked = format!("{} requests", requests.len());
    let mut failed = Vec::new();
    for request in requests {
        let sent = request.headers.values().next();
        let sent = sent.map_or(Vec::new(), |value| value.as_bytes().to_vec());
        let is_plain = sent.iter().all(|byte| matches!(byte, b' '..=b'~'));
        let sent = shown(&sent);
        match check.wire.send(request).await {
            Ok(answer) if answer.status.is_server_error() && !is_refusal(answer.status) => {
                failed.push(format!("{} to {sent}", answer.status));
            }
            // Some servers close the connection on what is not HTTP, which refuses it as well.
            Err(Failure::NotHttp(..)) if is_plain => failed.push(format!("no answer to {sent}")),
            Ok(_) | Err(Failure::NotHttp(..)) => {}
            Err(failure) => return Err(failure),
        }
    }
    match failed.first() {
        Some(first) => check.found(
            question,
            level,
            asked,
            format!("{} errors, such as {first}", failed.len()),
        ),
        None => check.found(question, Level::Good, asked, "none was answered 5xx"),
    }
    Ok(())
}

/// 505 is what some servers say to a request that they do not read.
fn is_refusal(status: StatusCode) -> bool {
    status == StatusCode::HTTP_VERSION_NOT_SUPPORTED
}

/// The end of a value, in which no session id stands whole.
fn shown(value: &[u8]) -> String {
    let text = value.escape_ascii().to_string();
    let end = text.len().saturating_sub(10);
    text.get(end..).unwrap_or_default().to_string()
}
