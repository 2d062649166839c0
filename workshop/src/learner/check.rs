//! Journeys at somebody's site: what should be so afterwards, and what was found.

use axum::http::{StatusCode, Uri};

use journey::{Act, Counting, Exchange, Expect, Journey, Site, Transcript};
use locallibrary::Error;

use crate::{
    console::printable,
    course::Task,
    learner::{fingerprint::Sources, source::began_as},
};

/// What an address looks like.
const EXAMPLE: &str = "http://127.0.0.1:8000";

/// The address of a site as somebody types it: `http://127.0.0.1:8000`, `localhost:8000`, or a port of this machine.
///
/// # Errors
/// A sentence that names an address that was probably meant.
pub fn address(typed: &str) -> Result<String, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(format!("no address was given; one looks like {EXAMPLE}"));
    }
    let full = match typed.parse::<u16>() {
        Ok(port) => format!("http://127.0.0.1:{port}"),
        Err(_) if typed.contains("://") => typed.into(),
        Err(_) => format!("http://{typed}"),
    };
    let wrong = || {
        let typed = printable(typed);
        format!("“{typed}” is no address; one looks like {EXAMPLE}")
    };
    let uri: Uri = full.parse().map_err(|_| wrong())?;
    let site = uri.authority().filter(|site| !site.host().is_empty());
    let site = site.ok_or_else(wrong)?;
    // A port that does not fit into 16 bits is still a well-formed address.
    let ends_with_port = site
        .as_str()
        .ends_with(&format!(":{}", site.port_u16().unwrap_or(0)));
    if site.as_str() != site.host() && !ends_with_port {
        return Err(wrong());
    }
    match (
        uri.scheme_str(),
        uri.path_and_query().map(|path| path.as_str()),
    ) {
        (Some("http"), None | Some("" | "/")) => Ok(format!("http://{site}")),
        (Some("http"), _) => Err(format!("an address has no path here; try http://{site}")),
        _ => Err(format!(
            "a site is asked over plain http; try http://{site}"
        )),
    }
}

/// What one journey showed.
pub struct Outcome {
    /// The journey.
    pub journey: &'static Journey,
    /// What was seen; `None` when the journey could not be made to its end.
    pub seen: Option<Transcript>,
    /// What is not as it should be, a sentence each.
    pub missed: Vec<String>,
    /// Why the journey was left out, if it was.
    pub skipped: Option<String>,
}

/// What a check found.
pub struct Report {
    /// What was checked: "Step 3".
    pub title: String,
    /// One finding for each journey, in order.
    pub findings: Vec<Outcome>,
    /// What the source should have and has not, a sentence each.
    pub source: Vec<&'static str>,
    /// How the site counts visits, when that is not how the step does.
    pub counting: Option<String>,
    /// What remains to be asked, and how; only an exercise must be asked as a whole.
    pub open: Option<String>,
    /// That the learner's program began as a copy of another step, where something is missed.
    pub began: Option<String>,
    /// What the program was made from, where that is known.
    pub sources: Option<Sources>,
}

impl Report {
    /// Makes every journey of a task at a site. `source` is the learner's program, where it is known.
    ///
    /// # Errors
    /// [`Error::Failed`] when nothing answers there.
    pub async fn of(
        task: &Task<'_>,
        site: &mut dyn Site,
        source: Option<&str>,
    ) -> Result<Self, Error> {
        let counting = counting(task, site).await?;
        let mut findings = Vec::new();
        for journey in task.journeys() {
            findings.push(Outcome::of(journey, site, task, &counting).await);
        }
        let skipped = findings.iter().any(|finding| finding.skipped.is_some());
        let sound = findings.iter().all(|finding| finding.missed.is_empty());
        let unread = source.is_none() && !task.source().is_empty();
        let open = task.exercise.is_some() && (skipped || unread);
        let (name, ask) = (task.name(), "cargo run -- check");
        let own = source.filter(|_| site.server_is_in_reach() && !sound);
        Ok(Self {
            title: task.title(),
            findings,
            source: source.map_or(Vec::new(), |text| lacking(task, text)),
            counting: in_words(&counting).filter(|_| sound),
            open: open.then(|| {
                format!("not all could be asked from here; {ask} {name} --mine asks the rest")
            }),
            began: own.and_then(|source| began_elsewhere(task, source)),
            sources: None,
        })
    }

    /// Whether something held, nothing was missed, and nothing is open.
    pub fn holds(&self) -> bool {
        let held = |finding: &Outcome| finding.word() == "holds";
        let missed = |finding: &Outcome| !finding.missed.is_empty();
        self.findings.iter().any(held)
            && !self.findings.iter().any(missed)
            && self.source.is_empty()
            && self.open.is_none()
    }
}

/// How the site counts visits. Our own programs count as the step says; somebody else's may have other words, and
/// start at 1.
async fn counting(task: &Task<'_>, site: &mut dyn Site) -> Result<Counting, Error> {
    let mut expects = task.journeys().iter().flat_map(|journey| journey.expects);
    let counts = task.exercise.is_none() && expects.any(Expect::counts);
    if site.server_is_in_reach() || !counts {
        return Ok(Counting::AsHere);
    }
    Counting::learn(site).await
}

/// Which convention the site follows, for an answer that compares it with the step.
fn in_words(counting: &Counting) -> Option<String> {
    match counting {
        Counting::AsHere => None,
        Counting::AsThere { first: 0, .. } => Some(
            "this site's first visit says 0: it shows the count and then raises it, as the step does".into(),
        ),
        Counting::AsThere { .. } => Some(
            "this site's first visit says 1: it raises the count and then shows it, as MDN's tutorial does; \
             the step starts at 0, and both are right"
                .into(),
        ),
    }
}

impl Outcome {
    async fn of(
        journey: &'static Journey,
        site: &mut dyn Site,
        task: &Task<'_>,
        counting: &Counting,
    ) -> Self {
        let nothing = Self {
            journey,
            seen: None,
            missed: Vec::new(),
            skipped: None,
        };
        let elsewhere = !site.server_is_in_reach();
        if elsewhere && journey.reaches_into_the_server() {
            let reason = "it restarts the server or changes its rows, which only --mine can do, with your copy";
            return Self {
                skipped: Some(reason.into()),
                ..nothing
            };
        }
        let seen = match journey.run(site).await {
            Ok(seen) => seen,
            Err(cause) => {
                return Self {
                    missed: vec![cause.to_string()],
                    ..nothing
                };
            }
        };
        if let Some(page) = lacks_earlier_page(task, &seen).filter(|_| elsewhere) {
            let reason = format!("this site has no page {page}, which the step takes for granted");
            return Self {
                skipped: Some(reason),
                ..nothing
            };
        }
        let checked = journey
            .expects
            .iter()
            .map(|expect| expect.check(&seen, counting));
        let missed: Vec<_> = checked.filter_map(Result::err).collect();
        // What stands on a page that says "not found" is no answer, and neither is what does not stand there.
        let failed = failed(journey, &seen).filter(|_| elsewhere || !missed.is_empty());
        Self {
            missed: failed.map_or(missed, |sentence| vec![sentence]),
            seen: Some(seen),
            ..nothing
        }
    }

    /// The finding in a word.
    pub fn word(&self) -> &'static str {
        match (self.skipped.is_some(), self.missed.is_empty()) {
            (true, _) => "skipped",
            (false, true) => "holds",
            (false, false) => "missed",
        }
    }
}

/// A page that the step takes for granted, and that the site answers with 404. Somebody who builds one step alone, or
/// has Django's own tutorial running, need not have the pages of the others.
fn lacks_earlier_page(task: &Task<'_>, seen: &Transcript) -> Option<String> {
    let missing = seen
        .exchanges
        .iter()
        .filter(|exchange| exchange.status == StatusCode::NOT_FOUND);
    let mut missing = missing.map(|exchange| &exchange.path);
    missing
        .find(|path| task.earlier_pages.contains(path.as_str()))
        .cloned()
}

/// The first answer that is none, where the journey does not want it: a page that is not there, a server that failed.
fn failed(journey: &Journey, seen: &Transcript) -> Option<String> {
    let statuses = journey.expects.iter().filter_map(|expect| match expect {
        Expect::Status(status) => Some(*status),
        _ => None,
    });
    let wanted: Vec<_> = statuses.collect();
    let elsewhere = |act: &Act| matches!(act, Act::PostFromElsewhere(..) | Act::Picture(_));
    let fails = |exchange: &&Exchange| match exchange.status {
        StatusCode::NOT_FOUND => !wanted.contains(&404),
        StatusCode::UNAUTHORIZED => false, // It is the page with the sign-in form.
        _ if !wanted.is_empty() || elsewhere(&journey.acts[exchange.act]) => false,
        status => status.is_client_error() || status.is_server_error(),
    };
    let exchange = seen.exchanges.iter().find(fails)?;
    let (method, path, status) = (&exchange.method, &exchange.path, exchange.status);
    Some(format!(
        "{method} {path} should be answered with a page; it is answered {status}"
    ))
}

/// What to say of a program that began as a copy of another step than the task's.
fn began_elsewhere(task: &Task<'_>, source: &str) -> Option<String> {
    let wanted = task.lesson.step.number;
    let began = began_as(source).filter(|step| *step != wanted)?;
    Some(format!(
        "steps/mine began as a copy of step {began}, and this is about step {wanted}; \
         cargo run -- start {wanted} begins with a copy of that, and keeps what is there"
    ))
}

/// What the source should have and has not.
fn lacking(task: &Task<'_>, source: &str) -> Vec<&'static str> {
    let lacking = task.source().iter().filter(|part| !part.is_in(source));
    lacking.map(|part| part.missing).collect()
}
