//! One request to a live step, as the timeline shows it.

use axum::http::{HeaderMap, StatusCode, header, request::Parts};

use crate::observe::{
    kind::Kind,
    record::{self, Item, cut},
};
use lossless_sessions::{Operation, StoreCall};
use tower_sessions::cookie::Cookie;

/// A longer page is not kept, in bytes.
pub const LONGEST_PAGE: usize = 32 * 1024;

/// Stands wherever a session id was.
const SESSION_ID: &str = "[session id]";

/// How much of a session id is shown: enough to tell two browsers apart, far too little to be used.
const SHOWN_OF_ID: usize = 5;

/// Which program was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The step of this number.
    Step(u8),
    /// The learner's own program.
    Mine,
}

impl Subject {
    /// Whether a cookie of this name is the program's own. The learner's is a copy of some step, and has that one's.
    fn owns(self, cookie: &str) -> bool {
        let number = cookie.trim_start_matches("__Host-").strip_prefix("step");
        match self {
            Self::Step(own) => number.is_some_and(|number| number == own.to_string()),
            Self::Mine => number.is_some(),
        }
    }
}

/// One request and its answer, with what the session store was asked in between. It holds no session id.
#[derive(Debug)]
pub struct Event {
    /// Its place in the timeline, from 1.
    pub id: u64,
    /// The program that was asked.
    pub subject: Subject,
    /// The visitor of the lab who asked.
    pub visitor: Option<&'static str>,
    /// The process that answered, where the site is several.
    pub process: Option<u32>,
    /// The request's method.
    pub method: String,
    /// Its path and query.
    pub path: String,
    /// What the browser wanted.
    pub kind: Kind,
    /// The page that the browser was loading, for its style sheets and icons.
    pub part_of: Option<String>,
    /// The step's own cookie as it came in, shortened.
    pub cookie_in: Option<String>,
    /// How many cookies of other programs came with it: cookies ignore ports.
    pub other_cookies: usize,
    /// The calls of the session store: what was asked, and in words what came of it.
    pub calls: Vec<(Operation, String)>,
    /// The record that the calls were about, key by key.
    pub record: Vec<Item>,
    /// The page that was answered, unless it was too long to keep.
    pub page: Option<String>,
    /// Whether a record was loaded, or looked for.
    pub loaded: bool,
    /// Whether a call left a record other than it was.
    pub modified: bool,
    /// Whether a record was stored.
    pub saved: bool,
    /// The answer's status.
    pub status: StatusCode,
    /// Its `Set-Cookie` headers, shortened.
    pub cookies_out: Vec<String>,
    /// Where it sends the browser.
    pub location: Option<String>,
}

impl Event {
    /// What is known once the request has been answered.
    pub fn new(
        subject: Subject,
        request: &Parts,
        calls: &[StoreCall],
        status: StatusCode,
        answer: &HeaderMap,
    ) -> Self {
        let path = request
            .uri
            .path_and_query()
            .map_or("/", |path| path.as_str());
        let kind = Kind::of(path, &request.headers);
        let (own, others): (Vec<_>, Vec<_>) =
            sent(&request.headers).partition(|cookie| subject.owns(cookie.name()));
        let stored = |call: &&StoreCall| {
            matches!(call.operation, Operation::Create | Operation::Save) && call.failed.is_none()
        };
        Self {
            id: 0,
            subject,
            visitor: None,
            process: None,
            method: request.method.to_string(),
            path: cut(path),
            kind,
            part_of: part_of(kind, &request.headers),
            cookie_in: own.first().map(|cookie| shortened(&cookie.to_string())),
            other_cookies: others.len(),
            calls: calls
                .iter()
                .map(|call| (call.operation, cut(&call.to_string())))
                .collect(),
            record: record::of(calls),
            page: None,
            loaded: calls.iter().any(|call| call.operation == Operation::Load),
            modified: calls.iter().any(|call| call.before != call.after),
            saved: calls.iter().any(|call| stored(&call)),
            status,
            cookies_out: texts(answer, header::SET_COOKIE).map(shortened).collect(),
            location: texts(answer, header::LOCATION).next().map(cut),
        }
    }

    /// The event with the page that was answered. Each of `ids`, the values of cookies, is replaced in it.
    pub fn with_page(mut self, page: &str, ids: &[String]) -> Self {
        // A shorter value is no id, and would be found in ordinary words.
        let ids = ids.iter().filter(|id| id.len() >= 16);
        let page = ids.fold(page.to_string(), |page, id| page.replace(id, SESSION_ID));
        self.page = (page.len() <= LONGEST_PAGE).then_some(page);
        self
    }

    /// Whether it is a page that somebody looked at, not a part of one.
    pub fn is_whole(&self) -> bool {
        !matches!(self.kind, Kind::Style | Kind::Icon)
    }

    /// Whether it answered with the page of another event, as that page was then, to the same visitor.
    pub fn shows_like(&self, other: &Self) -> bool {
        self.path == other.path && self.visitor == other.visitor && self.page.is_some()
    }

    /// What the request changed in the record.
    pub fn changes(&self) -> impl Iterator<Item = &Item> {
        self.record.iter().filter(|item| item.changed())
    }

    /// The request in one plain sentence: what it meant for the session.
    pub fn meaning(&self) -> String {
        if let Some(page) = &self.part_of {
            return format!("Part of the page load of {page}. It is no visit.");
        }
        let session = match (self.modified, self.saved, self.loaded) {
            (true, true, _) => "The session was changed and saved.",
            (true, false, _) => "The session was deleted.",
            (false, true, _) => "The session was saved, though nothing in it changed.",
            (false, false, true) => "The session was read. Nothing was saved.",
            (false, false, false) => "The store was not asked.",
        };
        match self.kind {
            Kind::Page if self.location.is_some() => {
                format!("{session} The answer sends the browser on.")
            }
            Kind::Page => format!("This page load is one visit. {session}"),
            Kind::Prefetch => format!(
                "The browser fetched this page ahead of time; nobody has looked at it. {session}"
            ),
            _ => session.into(),
        }
    }
}

/// The values of the cookies that a request and its answer have.
pub fn cookie_values(request: &HeaderMap, answer: &HeaderMap) -> Vec<String> {
    let set = texts(answer, header::SET_COOKIE).flat_map(Cookie::parse);
    let cookies = sent(request).chain(set);
    cookies.map(|cookie| cookie.value().to_string()).collect()
}

/// The cookies that a request brings.
fn sent(request: &HeaderMap) -> impl Iterator<Item = Cookie<'_>> {
    let lines = texts(request, header::COOKIE);
    lines.flat_map(Cookie::split_parse).flatten()
}

/// The path of the page that asked for a style sheet or an icon.
fn part_of(kind: Kind, headers: &HeaderMap) -> Option<String> {
    let referer = texts(headers, header::REFERER).next()?;
    let (_, after_scheme) = referer.split_once("//")?;
    let path = after_scheme.find('/').map_or("/", |at| &after_scheme[at..]);
    matches!(kind, Kind::Style | Kind::Icon).then(|| cut(path))
}

fn texts(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
}

/// A cookie with the beginning of its value only: `step3=Ab12x…; HttpOnly`.
pub fn shortened(cookie: &str) -> String {
    let (pair, attributes) = cookie.split_at(cookie.find(';').unwrap_or(cookie.len()));
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let start: String = value.chars().take(SHOWN_OF_ID).collect();
    let dots = if value.chars().count() > SHOWN_OF_ID {
        "…"
    } else {
        ""
    };
    cut(&format!("{name}={start}{dots}{attributes}"))
}
