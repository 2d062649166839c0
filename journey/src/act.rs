//! What happens on a journey.

use std::fmt;

/// One thing that happens on a journey.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// Open a page.
    Get(&'static str),
    /// Open a page in this many tabs at once; each must be answered with 200. Their order differs from run to run, so
    /// they are left out of the transcript.
    AtOnce(usize, &'static str),
    /// Send a form: the path and the urlencoded fields. An answer that redirects is followed.
    Post(&'static str, &'static str),
    /// Press the button with this label on the page that is open, with these urlencoded fields.
    Press(&'static str, &'static str),
    /// A page of another site makes the visitor's browser send this form here.
    PostFromElsewhere(&'static str, &'static str),
    /// A page of another site makes the visitor's browser load a picture from this path.
    Picture(&'static str),
    /// Go on in the browser with this name; the first one is "Ann's".
    Browser(&'static str),
    /// Clear the browser's cookies.
    ClearCookies,
    /// Copy the cookies of the browser with this name into this one, as a thief or an attacker would.
    CopyCookies(&'static str),
    /// Stop the server and start it again.
    Restart,
    /// Let this many seconds pass, for the browsers and for what the server has stored.
    Wait(u32),
    /// Replace every stored session with this JSON object, as if an earlier version of the program had stored it.
    OldRows(&'static str),
}

impl Act {
    /// Whether it needs the server itself, to which a site that somebody else runs gives no access.
    pub fn reaches_into_the_server(&self) -> bool {
        matches!(self, Self::Restart | Self::Wait(_) | Self::OldRows(_))
    }
}

impl fmt::Display for Act {
    /// What to do, in words: `Send text=beetle to /my-car`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Get(path) => write!(f, "Open {path}"),
            Self::AtOnce(tabs, path) => write!(f, "Open {path} in {tabs} tabs at once"),
            Self::Post(path, "") => write!(f, "Press the button that posts to {path}"),
            Self::Post(path, form) => write!(f, "Send {form} to {path}"),
            Self::Press(label, "") => write!(f, "Press “{label}”"),
            Self::Press(label, form) => write!(f, "Type {form} and press “{label}”"),
            Self::PostFromElsewhere(path, form) => {
                write!(f, "On a page of another site, send {form} to {path}")
            }
            Self::Picture(path) => {
                write!(f, "On a page of another site, load a picture from {path}")
            }
            Self::Browser(name) => write!(f, "Go on in {name} browser"),
            Self::ClearCookies => f.write_str("Clear the browser's cookies"),
            Self::CopyCookies(name) => {
                write!(
                    f,
                    "Put a copy of the cookies of {name} browser into this one"
                )
            }
            Self::Restart => f.write_str("Restart the server"),
            Self::Wait(seconds) => write!(f, "Wait {}", in_words(seconds)),
            Self::OldRows(json) => write!(f, "Let every stored session be {json}"),
        }
    }
}

/// A time in its largest whole unit: `2 weeks`, `65 seconds`.
fn in_words(seconds: u32) -> String {
    const UNITS: [(u32, &str); 5] = [
        (604_800, "week"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let fits = |(length, _): &&(u32, &str)| seconds >= *length && seconds.is_multiple_of(*length);
    let (length, unit) = UNITS.iter().find(fits).unwrap_or(&UNITS[4]);
    match seconds / length {
        1 => format!("1 {unit}"),
        number => format!("{number} {unit}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_said_in_its_largest_whole_unit() {
        for (seconds, words) in [
            (1, "Wait 1 second"),
            (65, "Wait 65 seconds"),
            (3_600, "Wait 1 hour"),
            (1_209_600, "Wait 2 weeks"),
        ] {
            assert_eq!(Act::Wait(seconds).to_string(), words);
        }
    }
}
