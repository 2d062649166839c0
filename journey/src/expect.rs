//! What a journey should leave behind, in words that hold for a site in any language.

use std::fmt;

use crate::{
    Exchange, Transcript,
    page::{lines, text},
};

/// One thing that must be so once the journey is over.
#[derive(Clone, Copy, Debug)]
pub enum Expect {
    /// The last page says this, as a visitor reads it: tags gone, white space folded.
    Says(&'static str),
    /// The last page does not say this.
    SaysNot(&'static str),
    /// The last answer has this status.
    Status(u16),
    /// An answer of the journey has this header, with these words in it.
    Sends(&'static str, &'static str),
    /// No answer of the journey sets a cookie.
    NoCookie,
    /// The last page says something else than the first one.
    Differs,
}

impl Expect {
    /// Compares with what a journey saw.
    ///
    /// # Errors
    /// When it is not so: what was expected and what was found, in one sentence.
    pub fn check(&self, seen: &Transcript) -> Result<(), String> {
        let last = seen.last();
        let said = text(&last.page);
        let sent = |name: &str, words: &str| {
            let texts = |exchange: &Exchange| -> Vec<String> {
                let values = exchange.headers.get_all(name).iter();
                values
                    .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
                    .collect()
            };
            seen.exchanges
                .iter()
                .flat_map(texts)
                .any(|value| value.contains(words))
        };
        let (holds, got) = match self {
            Self::Says(words) => (said.contains(words), nearest(words, &last.page)),
            Self::SaysNot(words) => (!said.contains(words), "it does say so".into()),
            Self::Status(status) => (last.status == *status, format!("it is {}", last.status)),
            Self::Sends(name, words) => (sent(name, words), "no answer did".into()),
            Self::NoCookie => (!sent("set-cookie", ""), "an answer set one".into()),
            Self::Differs => (
                said != text(&seen.exchanges[0].page),
                "they are the same".into(),
            ),
        };
        if holds {
            Ok(())
        } else {
            Err(format!("{self}; {got}"))
        }
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Says(words) => write!(f, "the last page should say “{words}”"),
            Self::SaysNot(words) => write!(f, "the last page should not say “{words}”"),
            Self::Status(status) => write!(f, "the last answer should have status {status}"),
            Self::Sends(name, words) => write!(f, "an answer should send {name} with “{words}”"),
            Self::NoCookie => write!(f, "no answer should set a cookie"),
            Self::Differs => write!(f, "the last page should say something else than the first"),
        }
    }
}

/// The line of a page that is most like the expected words.
fn nearest(words: &str, page: &str) -> String {
    let lines = lines(page);
    let candidates: Vec<_> = lines.iter().map(String::as_str).collect();
    match similar::get_close_matches(words, &candidates, 1, 0.5).first() {
        Some(line) => format!("it says “{line}”"),
        None => "nothing like it stands there".into(),
    }
}
