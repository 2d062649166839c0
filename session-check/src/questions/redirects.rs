//! Where a visitor is sent after signing in.

use futures_util::future::join_all;
use url::Url;

use crate::{
    account::Sent,
    check::Check,
    finding::Level,
    html,
    question::{Question, Remedy},
    visitor::From,
    wire::{Answer, Failure},
};

pub const QUESTIONS: &[&Question] = &[&REDIRECT];

/// How many people sign in at once: hashing a password keeps a processor busy.
const AT_ONCE: usize = 4;

static REDIRECT: Question = Question {
    id: "open-redirect",
    title: "Signing in leads to a page of this site, whatever the link says",
    should: "Location: a path of this site.",
    why: "A link to the real sign-in page that ends on a forged one is the best mail a phisher can send.",
    source: "OWASP Unvalidated Redirects and Forwards cheat sheet; ASVS 5, 3.7.2",
    remedy: Remedy {
        ours: "people::Next, which keeps paths of this site and nothing else",
        tower_sessions: "parse next as http::uri::PathAndQuery, and refuse what begins with // or has a backslash",
        django: "url_has_allowed_host_and_scheme(next, {request.get_host()}), as LoginView does",
        express: "new URL(next, origin).origin === origin",
        rails: "redirect_to next, allow_other_host: false, the default since 7.0",
        flask: "compare urlsplit(urljoin(request.host_url, next)).netloc with request.host",
    },
};

/// Spellings of another site's address that one parser or another takes for a path.
const SPELLINGS: [&str; 40] = [
    "http://elsewhere.example/",
    "https://elsewhere.example/",
    "HTTPS://ELSEWHERE.EXAMPLE/",
    "//elsewhere.example/",
    "///elsewhere.example/",
    "////elsewhere.example/",
    "/\\elsewhere.example/",
    "\\/elsewhere.example/",
    "\\\\elsewhere.example/",
    "/\\/elsewhere.example/",
    "//\\elsewhere.example/",
    "\\elsewhere.example/",
    "/\t/elsewhere.example/",
    "/\n/elsewhere.example/",
    "/\r/elsewhere.example/",
    "\t//elsewhere.example/",
    " //elsewhere.example/",
    " https://elsewhere.example/",
    "\u{1}https://elsewhere.example/",
    "\u{0}//elsewhere.example/",
    "ht\ttps://elsewhere.example/",
    "https:elsewhere.example",
    "https:/elsewhere.example/",
    "https:///elsewhere.example/",
    "https:\\\\elsewhere.example/",
    "https://{host}@elsewhere.example/",
    "https://{host}%40elsewhere.example/",
    "//{host}@elsewhere.example/",
    "http://{host}.elsewhere.example/",
    "//elsewhere.example:80#{host}",
    "//elsewhere.example?{host}",
    "//elsewhere.example\\@{host}/",
    "/%2F/elsewhere.example/",
    "/%5Celsewhere.example/",
    "/..//elsewhere.example/",
    "/.//elsewhere.example/",
    "//elsewhere%E3%80%82example/",
    "//elsewhere\u{3002}example/",
    "javascript:alert(1)",
    "/ok\r\nLocation: https://elsewhere.example/",
];

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    let Some(person) = check.person(QUESTIONS) else {
        return Ok(());
    };
    let name = parameter(check, &person).await?;
    let host = check.wire.host().to_string();
    let mut followed = false;
    let asked = format!(
        "signing in and out with {name} in {} spellings of another site",
        SPELLINGS.len()
    );
    for some in SPELLINGS.chunks(AT_ONCE) {
        let tries = some
            .iter()
            .map(|spelling| leads_to(check, &person, &name, spelling.replace("{host}", &host)));
        for (spelling, location) in some.iter().zip(join_all(tries).await) {
            let Some(location) = location? else {
                continue;
            };
            followed = true;
            if leaves(&location, &host, &person.path) {
                let asked = format!(
                    "signing in and out with {name}={}",
                    spelling.escape_default()
                );
                check.found(
                    &REDIRECT,
                    Level::Broken,
                    asked,
                    format!("Location: {}", location.escape_default()),
                );
                return Ok(());
            }
        }
    }
    match followed {
        true => check.found(
            &REDIRECT,
            Level::Good,
            asked,
            "each led to a page of this site",
        ),
        false => check.not_asked(&REDIRECT, "signing in redirects nowhere"),
    }
    Ok(())
}

/// Whether a browser would leave the site.
fn leaves(location: &str, host: &str, path: &str) -> bool {
    let site = Url::parse(&format!("http://{host}/"));
    let readable = site
        .and_then(|site| site.join(path))
        .and_then(|page| page.join(location))
        .is_ok();
    readable && html::on_this_site(location, host, path).is_none()
}

async fn leads_to(
    check: &Check,
    person: &Sent,
    name: &str,
    spelling: String,
) -> Result<Option<String>, Failure> {
    let mut visitor = check.visitor();
    let with_next = |form: &Sent| {
        let mut sent = form.clone();
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair(name, &spelling)
            .finish();
        sent.path = format!("{}?{query}", sent.path);
        sent.fields.retain(|(known, _)| known != name);
        sent.fields.push((name.to_string(), spelling.clone()));
        sent
    };
    let answer = check
        .submit(&mut visitor, &with_next(person), From::Here)
        .await?;
    let Some(location) = answer.location().map(str::to_string) else {
        return Ok(None);
    };
    let signed_out = match &check.account.sign_out {
        Some(form) => Some(
            check
                .submit(&mut visitor, &with_next(form), From::Here)
                .await?,
        ),
        None => None,
    };
    // Signing out may lead away as well.
    let after = signed_out.as_ref().and_then(Answer::location);
    let host = check.wire.host();
    let leaving = after.filter(|to| leaves(to, host, &person.path));
    Ok(Some(leaving.map_or(location, str::to_string)))
}

/// The name under which the site keeps the page to go back to.
async fn parameter(check: &Check, person: &Sent) -> Result<String, Failure> {
    let private = check.account.private.clone().unwrap_or_default();
    let answer = check.visitor().get(&private).await?;
    let to = answer
        .location()
        .and_then(|to| html::on_this_site(to, check.wire.host(), &private));
    let query = to
        .as_deref()
        .and_then(|to| to.split_once('?'))
        .map_or("", |(_, query)| query);
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    if let Some((name, _)) = pairs.find(|(_, value)| value.contains(&private)) {
        return Ok(name.into_owned());
    }
    let page = check.visitor().get(&person.path).await?;
    let forms = html::read(&page.body, check.wire.host(), &person.path).forms;
    let mut hidden = forms.into_iter().flat_map(|form| form.fields);
    let found = hidden.find(|(name, value)| {
        value.starts_with('/') || ["next", "return_to", "redirect"].contains(&name.as_str())
    });
    Ok(found.map_or_else(|| "next".into(), |(name, _)| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_is_judged_as_a_browser_follows_it() {
        let leave = |location| leaves(location, "127.0.0.1:8000", "/sign-in");
        for away in [
            "//elsewhere.example/",
            "/\\elsewhere.example/",
            "/\t/elsewhere.example/",
            "https:elsewhere.example",
            "javascript:alert(1)",
        ] {
            assert!(leave(away), "{away:?}");
        }
        for here in [
            "/loans",
            "loans",
            "http://127.0.0.1:8000/",
            "/%2F/elsewhere.example/",
            "?next=//elsewhere.example",
        ] {
            assert!(!leave(here), "{here:?}");
        }
    }
}
