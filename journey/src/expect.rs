//! What a journey should leave behind, in words that hold for a site in any language.

use std::fmt;

use cookie::Cookie;

use crate::{
    Counting, Exchange, Transcript,
    change::too_many,
    page::{lines, lines_without_buttons, numbers, text},
};

/// Django's guard against other sites' forms. A page with a form sets this cookie, and it remembers nothing.
const TOKEN: &str = "csrftoken=";

/// One thing that must be so once the journey is over.
#[derive(Clone, Copy, Debug)]
pub enum Expect {
    /// The last page says this, as a visitor reads it: tags gone, white space folded.
    Says(&'static str),
    /// The last page does not say this.
    SaysNot(&'static str),
    /// The last page shows this value beside this name.
    Pair(&'static str, &'static str),
    /// The last page has this number on it, on its own.
    Number(u64),
    /// The last page counts so many visits before this one. Here that is "You have visited this page 1 time.";
    /// another site may have other words, and start at 1.
    Visits(u64),
    /// The last page counts fewer visits.
    VisitsBelow(u64),
    /// The last page says what the first one said.
    Same,
    /// A number on the last page is one higher than it was on the first.
    OneMore,
    /// The last answer has this status.
    Status(u16),
    /// An answer of the journey has this header, with these words in it.
    Sends(&'static str, &'static str),
    /// A cookie of the journey has all these parts: `Secure`, `Path=/`.
    Cookie(&'static str, &'static [&'static str]),
    /// The last cookie of the journey lives so many seconds, give or take a minute.
    MaxAge(i64),
    /// No answer of the journey sets a cookie.
    NoCookie,
    /// The program logs a line with the first words, and the second follow: `next sweep in`, `60 s`.
    Logs(&'static str, &'static str),
}

impl Expect {
    /// Compares with what a journey saw at a site that counts like this.
    ///
    /// # Errors
    /// When it is not so: what was expected and what was found, in one sentence.
    pub fn check(&self, seen: &Transcript, counting: &Counting) -> Result<(), String> {
        let last = seen.last();
        let said = text(&last.page);
        let (holds, found) = match self {
            Self::Says(words) => (said.contains(words), nearest(words, &last.page)),
            Self::SaysNot(words) => (!said.contains(words), "it does say so".into()),
            Self::Pair(name, value) => {
                let found = beside(name, &last.page);
                if found.as_deref() == Some(value) {
                    return Ok(());
                }
                let found = found.unwrap_or_else(|| "nothing".into());
                return Err(format!("{name}: {value} wanted, {found} found"));
            }
            Self::Number(wanted) => {
                let lines = lines_without_buttons(&last.page);
                let there = lines.iter().flat_map(|line| numbers(line));
                let there: Vec<_> = there.map(|number| number.value).collect();
                let shown: Vec<_> = there.iter().map(u64::to_string).collect();
                let found = match shown.is_empty() {
                    true => "it has none".into(),
                    false => format!("its numbers are {}", shown.join(", ")),
                };
                (there.contains(wanted), found)
            }
            Self::Visits(visits) => return visits_are(*visits, last, counting),
            Self::VisitsBelow(limit) => match counting.count(last) {
                Some(count) => (count < *limit, format!("it counts {count}")),
                None => (false, nearest(&sentence(0), &last.page)),
            },
            Self::Same => {
                let first = text(&seen.first_page().page);
                (
                    said == first,
                    differing(&seen.first_page().page, &last.page),
                )
            }
            Self::OneMore => (
                one_more(&seen.first_page().page, &last.page),
                "no number is".into(),
            ),
            Self::Status(status) => (last.status == *status, format!("it is {}", last.status)),
            Self::Sends(name, words) => {
                let found = sent(seen, name).last();
                (
                    sent(seen, name).any(|value| value.contains(words)),
                    found.map_or("no answer has it".into(), |value| {
                        format!("it is “{value}”")
                    }),
                )
            }
            Self::Cookie(name, parts) => {
                let cookies: Vec<_> = sent(seen, "set-cookie").collect();
                let is_it = |cookie: &&String| cookie.starts_with(&format!("{name}="));
                let has_all = |cookie: &String| {
                    let has: Vec<_> = cookie.split(';').map(str::trim).collect();
                    parts.iter().all(|part| has.contains(part))
                };
                let found = cookies.last().map(|cookie| format!("it is {cookie}"));
                (
                    cookies.iter().filter(is_it).any(has_all),
                    found.unwrap_or_else(|| "none was set".into()),
                )
            }
            Self::MaxAge(seconds) => {
                let age = sent(seen, "set-cookie")
                    .last()
                    .and_then(|text| max_age(&text));
                let found = age.map_or("it has no Max-Age".into(), |age| format!("it has {age}"));
                let near = |age: i64| (seconds - 60..=*seconds).contains(&age);
                (age.is_some_and(near), found)
            }
            Self::NoCookie => {
                let mut cookies = sent(seen, "set-cookie");
                let cookie = cookies.find(|cookie| !cookie.starts_with(TOKEN));
                let name = cookie.as_ref().and_then(|cookie| cookie.split('=').next());
                (
                    cookie.is_none(),
                    format!("one sets {}", name.unwrap_or_default()),
                )
            }
            Self::Logs(about, words) => {
                let line = seen.log.iter().find(|line| line.contains(about));
                let said = line.and_then(|line| line.split_once(about));
                let said = said.map(|(_, rest)| rest.trim());
                let found = said.map_or("it says nothing of the kind".into(), |said| {
                    format!("it says “{about} {said}”")
                });
                (said == Some(words), found)
            }
        };
        if holds {
            Ok(())
        } else {
            Err(format!("{self}; {found}"))
        }
    }

    /// What it expects of the program's log, if it does.
    pub(crate) fn logged_about(&self) -> Option<&'static str> {
        match self {
            Self::Logs(about, _) => Some(about),
            _ => None,
        }
    }

    /// Whether it is about the count of visits.
    pub fn counts(&self) -> bool {
        matches!(self, Self::Visits(_) | Self::VisitsBelow(_))
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Says(words) => write!(f, "the last page should say “{words}”"),
            Self::SaysNot(words) => write!(f, "the last page should not say “{words}”"),
            Self::Pair(name, value) => {
                write!(f, "the last page should show {value} beside {name}")
            }
            Self::Number(number) => write!(f, "the last page should have the number {number}"),
            Self::Visits(visits) => write!(f, "the last page should say “{}”", sentence(*visits)),
            Self::VisitsBelow(limit) => {
                write!(f, "the last page should count fewer than {limit} visits")
            }
            Self::Same => write!(f, "the last page should say what the first one said"),
            Self::OneMore => write!(
                f,
                "a number on the last page should be one higher than on the first"
            ),
            Self::Status(status) => write!(f, "the last answer should have status {status}"),
            Self::Sends(name, words) => write!(f, "an answer should send {name} with “{words}”"),
            Self::Cookie(name, parts) => {
                write!(f, "a cookie {name} should have {}", parts.join(" and "))
            }
            Self::MaxAge(seconds) => write!(f, "the last cookie should have Max-Age={seconds}"),
            Self::NoCookie => write!(f, "no answer should set a cookie"),
            Self::Logs(about, words) => write!(f, "the log should say “{about} {words}”"),
        }
    }
}

/// The steps' own line about so many visits.
fn sentence(visits: u64) -> String {
    let plural = if visits == 1 { "" } else { "s" };
    format!("You have visited this page {visits} time{plural}.")
}

fn visits_are(visits: u64, last: &Exchange, counting: &Counting) -> Result<(), String> {
    let wanted = visits + counting.first();
    let found = counting.count(last);
    let exact = *counting != Counting::AsHere || text(&last.page).contains(&sentence(visits));
    match found {
        Some(found) if found != wanted => Err(format!(
            "the count of visits should be {wanted}; it is {found}, {}",
            too_many(wanted, found)
        )),
        Some(_) if exact => Ok(()),
        _ => Err(format!(
            "the last page should say “{}”; {}",
            sentence(wanted),
            nearest(&sentence(wanted), &last.page)
        )),
    }
}

/// The values of a header in every answer of the journey, in order.
fn sent(seen: &Transcript, name: &str) -> impl Iterator<Item = String> {
    let values = seen
        .exchanges
        .iter()
        .flat_map(move |exchange| exchange.headers.get_all(name));
    values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn max_age(cookie: &str) -> Option<i64> {
    let cookie = Cookie::parse(cookie).ok()?;
    Some(cookie.max_age()?.whole_seconds())
}

/// What a page shows beside a name: on the same line, or on the next one.
fn beside(name: &str, page: &str) -> Option<String> {
    let lines = lines_without_buttons(page);
    let at = lines.iter().position(|line| {
        let rest = line.strip_prefix(name);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })?;
    let rest = lines[at][name.len()..].trim_start_matches([':', '=', ' ']);
    match rest {
        "" => lines.get(at + 1).cloned(),
        value => Some(value.into()),
    }
}

/// What a page says that is most like the expected words: a line of it, or two that belong together.
fn nearest(words: &str, page: &str) -> String {
    let lines = lines_without_buttons(page);
    let pairs = lines.windows(2).map(|pair| pair.join(" "));
    let candidates: Vec<_> = pairs.chain(lines.iter().cloned()).collect();
    let candidates: Vec<_> = candidates.iter().map(String::as_str).collect();
    match similar::get_close_matches(words, &candidates, 1, 0.5).first() {
        Some(line) => format!("it says “{line}”"),
        None => "nothing like it stands there".into(),
    }
}

/// Where two pages differ first, in words.
fn differing(first: &str, last: &str) -> String {
    let (first, last) = (lines(first), lines(last));
    let pair = first.iter().zip(&last).find(|(first, last)| first != last);
    match pair {
        Some((before, after)) => format!("it said “{before}” and now says “{after}”"),
        None => "one of them says more".into(),
    }
}

fn one_more(first: &str, last: &str) -> bool {
    let (first, last) = (lines(first), lines(last));
    let before = first.iter().flat_map(|line| numbers(line));
    before.into_iter().any(|before| {
        let mut after = last.iter().flat_map(|line| numbers(line));
        after.any(|after| after.before == before.before && after.value == before.value + 1)
    })
}
