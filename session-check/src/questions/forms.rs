//! Forms that other sites make a visitor's browser send.

use http::StatusCode;

use super::changes;
use crate::{
    account::Sent,
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    visitor::{From, Visitor},
    wire::{Answer, Failure},
};

pub const QUESTIONS: &[&Question] = &[&CROSS_SITE, &changes::BY_GET];

/// The places from which a form must not be sent.
const ELSEWHERE: [From; 4] = [
    From::Elsewhere,
    From::OtherPort,
    From::Nowhere,
    From::OldBrowser,
];

/// How many of the forms that a stranger sees are sent.
const FORMS: usize = 5;

static CROSS_SITE: Question = Question {
    id: "cross-site-post",
    title: "A form that another site sends is refused",
    should: "A refusal, such as 403, of the same form that works from the site's own page.",
    why: "Another site can make the visitor's browser send a form here: to sign out, to sign in as the attacker, or to change what is the visitor's.",
    source: "OWASP Cross-Site Request Forgery Prevention cheat sheet; ASVS 5, 3.5.1",
    remedy: Remedy {
        ours: "tower_http::csrf::CsrfLayer around all pages, as locallibrary::site has it",
        tower_sessions: "tower_http::csrf::CsrfLayer around all pages",
        django: "CsrfViewMiddleware, on by default, and {% csrf_token %}; no @csrf_exempt",
        express: "refuse a POST whose Sec-Fetch-Site is not same-origin, and one whose Origin is not yours",
        rails: "protect_from_forgery with: :exception, on by default",
        flask: "Flask-WTF: CSRFProtect(app)",
    },
};

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    if check.wants(&CROSS_SITE) {
        cross_site(check).await?;
    }
    changes::ask(check).await
}

/// What tells whether two answers say the same.
fn gist(answer: &Answer) -> (StatusCode, Option<String>) {
    let location = answer
        .location()
        .map(|location| location.split('?').next().unwrap_or_default().to_string());
    (answer.status, location)
}

async fn cross_site(check: &mut Check) -> Result<(), Failure> {
    let account = [
        check.account.sign_in.clone(),
        check.account.sign_out.clone(),
    ]
    .into_iter()
    .flatten();
    let account: Vec<_> = account.collect();
    let known = |action: &str| account.iter().any(|sent| sent.path == action);
    let found = check
        .site
        .forms
        .iter()
        .filter(|form| !known(&form.action))
        .take(FORMS);
    // Only what a stranger sees is sent for a try; what somebody who is signed in could press is not pressed.
    let found: Vec<_> = found
        .map(|form| Sent {
            path: form.action.clone(),
            fields: filled(&form.fields),
        })
        .collect();
    let (mut tried, mut nameless) = (Vec::new(), false);
    for form in found.iter().chain(&account) {
        let here = answer_to(check, form, From::Here).await?;
        if here.0.is_client_error() || here.0.is_server_error() {
            continue;
        }
        tried.push(form.path.clone());
        nameless = answer_to(check, form, From::Program).await? == here;
        for from in ELSEWHERE {
            let there = answer_to(check, form, from).await?;
            if there == here {
                let strict = check
                    .site
                    .given
                    .iter()
                    .all(|cookie| cookie.same_site().is_some_and(|value| !value.is_none()));
                let level = if strict { Level::Weak } else { Level::Broken };
                let status = there.0;
                check.found(
                    &CROSS_SITE,
                    level,
                    format!("{form:?} from {}", from.words()),
                    format!("it was done, and answered {status}, as from a page of the site"),
                );
                return Ok(());
            }
        }
    }
    match tried.is_empty() {
        true => check.not_asked(
            &CROSS_SITE,
            "no form was found that the site accepts from its own pages",
        ),
        false => check.found(
            &CROSS_SITE,
            Level::Good,
            format!(
                "{} from another site, from another port, with Origin: null, and from an old browser",
                tried.join(", ")
            ),
            match nameless {
                true => "none was accepted; one without Origin was, as programs send it and no browser does",
                false => "none was accepted, nor was one without Origin",
            },
        ),
    }
    Ok(())
}

/// Sends a form as the attacker has it, with their own token, in the browser of a visitor.
async fn answer_to(
    check: &mut Check,
    form: &Sent,
    from: From,
) -> Result<(StatusCode, Option<String>), Failure> {
    let mut victim = victim(check, form).await?;
    let fields = match from {
        From::Here => check.with_hidden(&mut victim, form).await?,
        _ => check.with_hidden(&mut check.visitor(), form).await?,
    };
    let answer = victim.post(&form.path, &fields, from).await?;
    Ok(gist(&answer))
}

/// A visitor for whom the form would do something.
async fn victim(check: &mut Check, form: &Sent) -> Result<Visitor, Failure> {
    let mut victim = check.visitor();
    if Some(form) == check.account.sign_out.as_ref()
        && let Some(person) = check.account.sign_in.clone()
    {
        check.sign_in(&mut victim, &person).await?;
    }
    victim.open(&check.site.page).await?;
    Ok(victim)
}

/// What is typed into fields that are empty.
fn filled(fields: &[(String, String)]) -> Vec<(String, String)> {
    let typed = |value: &str| {
        if value.is_empty() {
            "check".into()
        } else {
            value.to_string()
        }
    };
    let named = fields.iter().filter(|(name, _)| !name.is_empty());
    named
        .filter(|(_, value)| value.len() < 16)
        .map(|(name, value)| (name.clone(), typed(value)))
        .collect()
}
