//! What a journey saw.

use std::fmt;

use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};

use locallibrary::people::CONFIRMED;
use lossless_sessions::{AUTH_HASH, StoreCall};

/// Replaces every session id, so that nothing that is pinned or shown contains one.
const SESSION_ID: &str = "[session id]";

/// Replaces what makes a browser known to step 8.
const DEVICE: &str = "[device]";

/// Replaces a cookie that holds the whole session: see [`LONGEST_TICKET`].
const SEALED: &str = "[sealed session]";

/// The longest value, in bytes, that can be no more than an id and a signature.
const LONGEST_TICKET: usize = 100;

/// Replaces the cookie with which somebody stays signed in, in step 13.
const REMEMBER: &str = "[remember]";

/// Replaces every date.
const DATE: &str = "[date]";

/// Replaces a number of seconds.
const WAIT: &str = "[some]";

/// Replaces the number of the process that has answered.
const PROCESS: &str = "[process]";

/// Replaces the name of a session in a form that ends one.
const HANDLE: &str = "[session]";

/// Replaces what tells one password from another.
const AUTH_HASH_WORD: &str = "[hash]";

/// The headers that have to do with sessions, in the order in which they are printed.
const SESSION_HEADERS: [HeaderName; 4] = [
    header::LOCATION,
    header::SET_COOKIE,
    header::VARY,
    header::CACHE_CONTROL,
];

/// One request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Which act of the journey it belongs to, from 0. If an answer redirects, one act causes several exchanges.
    pub act: usize,
    /// Whose browser it was.
    pub browser: String,
    /// The request's method.
    pub method: Method,
    /// Its path and query.
    pub path: String,
    /// Its form, urlencoded; empty without one.
    pub form: String,
    /// Its `Cookie` header; empty without one.
    pub cookies: String,
    /// The answer's status.
    pub status: StatusCode,
    /// All of the answer's headers.
    pub headers: HeaderMap,
    /// The answer's body.
    pub page: String,
    /// The calls to the session store during the request; always empty over HTTP.
    pub calls: Vec<StoreCall>,
}

impl Exchange {
    /// Where the answer sends the browser.
    pub fn redirects_to(&self) -> Option<&str> {
        let location = self.headers.get(header::LOCATION)?.to_str().ok()?;
        self.status.is_redirection().then_some(location)
    }

    /// Replaces dates, hashes and these cookie values with fixed words, wherever they occur.
    pub(super) fn with_fixed_words(mut self, values: &[String]) -> Self {
        let data = (self.calls.iter_mut()).flat_map(|call| [&mut call.before, &mut call.after]);
        for data in data.flatten() {
            for (key, word) in [(AUTH_HASH, AUTH_HASH_WORD), (CONFIRMED, DATE)] {
                if let Some(value) = data.get_mut(key) {
                    *value = word.into();
                }
            }
        }
        self.page = between_replaced(&self.page, "<time>", "</time>", DATE);
        self.page = between_replaced(&self.page, "Please wait ", " second", WAIT);
        let process = "process</dt><dd><code>";
        self.page = between_replaced(&self.page, process, "</code>", PROCESS);
        self.page = between_replaced(&self.page, "name=\"handle\" value=\"", "\"", HANDLE);
        // What step 12 reads of a cookie.
        self.page = between_replaced(&self.page, "&quot;jti&quot;:&quot;", "&quot;", SESSION_ID);
        self.page = between_replaced(&self.page, "&quot;exp&quot;:", ",", DATE);
        // A shorter value is not an id, and might occur in ordinary words.
        for value in values.iter().filter(|value| value.len() >= 16) {
            let word = match value {
                sealed if sealed.len() > LONGEST_TICKET => SEALED,
                // A dot stands before a signature and a colon between two halves, and no session id has either.
                signed if signed.contains('.') => DEVICE,
                halves if halves.contains(':') => REMEMBER,
                _ => SESSION_ID,
            };
            self.cookies = self.cookies.replace(value, word);
            self.page = self.page.replace(value, word);
            self.change_headers(|text| text.replace(value, word));
        }
        self.change_headers(|text| between_replaced(text, "Expires=", " GMT", DATE));
        self
    }

    /// A header that is not text stays as it is.
    fn change_headers(&mut self, change: impl Fn(&str) -> String) {
        for header in self.headers.values_mut() {
            let changed = header
                .to_str()
                .ok()
                .and_then(|text| change(text).parse().ok());
            if let Some(changed) = changed {
                *header = changed;
            }
        }
    }
}

/// Puts `word` between each `start` and the `end` that follows it.
fn between_replaced(text: &str, start: &str, end: &str, word: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(start) {
        let Some(at) = after.find(end) else { break };
        replaced.extend([before, start, word]);
        rest = &after[at..];
    }
    replaced + rest
}

impl fmt::Display for Exchange {
    /// The wire without the page: the request, the answer's status and session headers, the store's calls.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} browser: {} {}", self.browser, self.method, self.path)?;
        if !self.cookies.is_empty() {
            writeln!(f, "  Cookie: {}", self.cookies)?;
        }
        if !self.form.is_empty() {
            writeln!(f, "  {}", self.form)?;
        }
        writeln!(f, "answer: {}", self.status)?;
        for name in SESSION_HEADERS {
            for value in self.headers.get_all(&name) {
                writeln!(f, "  {name}: {}", value.to_str().unwrap_or("[not text]"))?;
            }
        }
        for call in &self.calls {
            writeln!(f, "store: {call}")?;
        }
        Ok(())
    }
}

/// The exchanges of one journey, in order.
#[derive(Clone, Debug)]
pub struct Transcript {
    /// The journey's caption.
    pub title: &'static str,
    /// What was sent and answered.
    pub exchanges: Vec<Exchange>,
    /// The lines that the program has logged about what the journey expects of its log.
    pub log: Vec<String>,
}

impl Transcript {
    /// The last exchange, whose page the visitor is left with.
    ///
    /// # Panics
    /// When the journey asked for no page at all.
    pub fn last(&self) -> &Exchange {
        self.exchanges
            .last()
            .expect("a journey asks for at least one page")
    }

    /// The first exchange that is not a redirect, whose page the visitor saw first.
    pub fn first_page(&self) -> &Exchange {
        let mut pages = self.exchanges.iter();
        pages
            .find(|exchange| exchange.redirects_to().is_none())
            .unwrap_or_else(|| self.last())
    }

    /// Every call to the store on the journey, in order.
    pub fn calls(&self) -> impl Iterator<Item = &StoreCall> {
        self.exchanges.iter().flat_map(|exchange| &exchange.calls)
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, exchange) in self.exchanges.iter().enumerate() {
            if number > 0 {
                writeln!(f)?;
            }
            write!(f, "{exchange}")?;
        }
        Ok(())
    }
}
