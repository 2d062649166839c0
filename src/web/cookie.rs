//! How step 6 shows a session's cookie and its expiry.

use maud::{Markup, html};
use tower_sessions::{
    Expiry,
    cookie::time::{OffsetDateTime, UtcOffset},
};

/// How long a session lives, in words; `None` is the site's policy.
pub fn expiry(name: &str, expiry: Option<Expiry>) -> Markup {
    html! {
        dl.fact {
            dt { (name) }
            dd {
                @match expiry {
                    None => "none: as the site has it",
                    Some(Expiry::OnSessionEnd) => "until the browser closes",
                    Some(Expiry::OnInactivity(age)) => { "until " (age.whole_seconds()) " seconds without a visit" }
                    Some(Expiry::AtDateTime(at)) => { "until " (date(at)) }
                }
            }
        }
    }
}

/// A moment, to the second, in UTC: `2026-11-23 14:36:40 UTC`.
pub fn date(date: OffsetDateTime) -> Markup {
    let utc = date.to_offset(UtcOffset::UTC);
    let (hour, minute, second) = utc.to_hms();
    html! { time { (utc.date()) " " (format!("{hour:02}:{minute:02}:{second:02}")) " UTC" } }
}

/// The attributes that the steps give to their session cookie, and what each does (RFC 6265bis, section 4.1.2);
/// what follows is the server's side.
pub fn attributes(name: &str) -> Markup {
    let attributes = [
        (
            name,
            "The name. The value is 22 random characters: a ticket, and no data.",
        ),
        ("HttpOnly", "No script on the page can read it."),
        (
            "SameSite=Lax",
            "Other sites' forms and pictures do not bring it; a link to us does.",
        ),
        ("Path=/", "It comes with every request to this site."),
        (
            "Max-Age",
            "The seconds it lives. Without Max-Age it ends when the browser is closed.",
        ),
        (
            "Secure",
            "It comes over https only. Not set here, on plain http; always set in production.",
        ),
        (
            "Domain",
            "Which other hosts get it. Not set: only this host.",
        ),
    ];
    html! {
        h2 { "What the browser holds" }
        dl {
            @for (attribute, meaning) in attributes {
                dt { code { (attribute) } } dd { (meaning) }
            }
        }
        h2 { "What the server holds" }
    }
}
