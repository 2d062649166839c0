//! Journeys at somebody's site: what should be so afterwards, and what was found.

use std::fmt;

use axum::http::StatusCode;

use journey::{Journey, Site, Transcript};

use crate::course::Task;

/// What one journey showed.
pub struct Finding {
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
    pub findings: Vec<Finding>,
    /// What the source should have and has not.
    pub source: Vec<&'static str>,
}

impl Report {
    /// Makes every journey of a task at a site. `source` is the learner's program, where it is known.
    pub async fn of(task: &Task<'_>, site: &mut dyn Site, source: Option<&str>) -> Self {
        let mut findings = Vec::new();
        for journey in task.journeys() {
            findings.push(Finding::of(journey, site, task).await);
        }
        Self {
            title: task.title(),
            findings,
            source: source.map_or(Vec::new(), |text| lacking(task, text)),
        }
    }

    /// Whether nothing was missed.
    pub fn holds(&self) -> bool {
        self.source.is_empty()
            && self
                .findings
                .iter()
                .all(|finding| finding.missed.is_empty())
    }
}

impl Finding {
    async fn of(journey: &'static Journey, site: &mut dyn Site, task: &Task<'_>) -> Self {
        let nothing = Self {
            journey,
            seen: None,
            missed: Vec::new(),
            skipped: None,
        };
        let elsewhere = !site.can_restart();
        if elsewhere && journey.restarts() {
            let reason =
                "this site cannot be restarted from here; --mine checks steps/mine, and can";
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
            let reason = format!("this site has no page {page}, which an earlier step made");
            return Self {
                skipped: Some(reason),
                ..nothing
            };
        }
        let missed = journey
            .expects
            .iter()
            .filter_map(|expect| expect.check(&seen).err());
        let missed = missed.collect();
        Self {
            missed,
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

/// A page of an earlier step that the site answers with 404. Somebody who builds one step alone, or has Django's
/// own tutorial running, need not have the pages of the others.
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

/// The parts that the source should have and has not; white space does not count, nor do comments.
fn lacking(task: &Task<'_>, source: &str) -> Vec<&'static str> {
    let code = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let dense = |text: &str| text.split_whitespace().collect::<String>();
    let code = dense(&code.collect::<Vec<_>>().join("\n"));
    task.source()
        .iter()
        .copied()
        .filter(|part| !code.contains(&dense(part)))
        .collect()
}

impl fmt::Display for Report {
    /// For a terminal: a line per journey, and below a missed one what it did and what was expected.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.title)?;
        for finding in &self.findings {
            writeln!(f, "  {:<8} {}", finding.word(), finding.journey.title)?;
            if !finding.missed.is_empty() {
                let acts: Vec<_> = finding
                    .journey
                    .acts
                    .iter()
                    .map(ToString::to_string)
                    .collect();
                writeln!(f, "           {}", acts.join(", then: "))?;
            }
            for sentence in finding.missed.iter().chain(&finding.skipped) {
                writeln!(f, "           {sentence}")?;
            }
        }
        for part in &self.source {
            writeln!(f, "  missed   the source should have {part}")?;
        }
        let count = |word| {
            self.findings
                .iter()
                .filter(|finding| finding.word() == word)
                .count()
        };
        write!(
            f,
            "{} hold, {} missed",
            count("holds"),
            count("missed") + self.source.len()
        )
    }
}
