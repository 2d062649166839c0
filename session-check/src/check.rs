//! One check under way; `person` has what it does with an account.

mod person;

use std::sync::Arc;

use crate::{
    account::Account,
    address::Target,
    finding::{Finding, Level, Report, Wanted},
    question::Question,
    questions::{self, Group},
    site::Site,
    visitor::{Shown, Visitor},
    wire::{Answer, Failure, Request, Wire},
};

/// Told what is being asked.
pub type Progress<'a> = &'a (dyn Fn(&str) + Sync);

/// What is known of the site, and what has been found.
pub struct Check {
    pub wire: Arc<Wire>,
    pub site: Site,
    pub account: Account,
    /// Why the account cannot be used, if it cannot.
    pub no_account: Option<Failure>,
    /// Whether the site is on this machine.
    pub here: bool,
    report: Report,
    wanted: Wanted,
    group: &'static str,
    /// Visitors who are signed in, and are signed out at the end.
    opened: Vec<Visitor>,
}

/// Asks a site all that is wanted. `page` is the one that uses the session.
pub async fn run(
    target: &Target,
    page: &str,
    account: Account,
    wanted: Wanted,
    progress: Progress<'_>,
) -> Report {
    let wire = Arc::new(Wire::new(target.address, &target.host));
    let report = Report {
        site: target.host.clone(),
        findings: Vec::new(),
        requests: 0,
        stopped: None,
    };
    progress("learning which cookie is the session's");
    let site = match Site::learn(&wire, page).await {
        Ok(site) => site,
        Err(stopped) => {
            return Report {
                requests: wire.sent(),
                stopped: Some(stopped),
                ..report
            };
        }
    };
    let mut check = Check {
        wire,
        site,
        account,
        no_account: None,
        here: target.is_here(),
        report,
        wanted,
        group: "",
        opened: Vec::new(),
    };
    if let Err(stopped) = check.find_cookie_of_account().await {
        check.report.stopped = Some(stopped);
    }
    for group in &questions::GROUPS {
        check.ask(group, progress).await;
    }
    progress("signing out");
    check.sign_out_all().await;
    check.report.requests = check.wire.sent();
    check.report.stopped = check.report.stopped.or(check.no_account);
    check.report
}

impl Check {
    /// Why a question about visitors without an account cannot be asked.
    pub const SHOWS_NO_COUNT: &str = "the page shows no number that rises with each visit, so nothing tells whether the site \
                                      knows a visitor; name a page that counts with --page";

    /// Whether visitors have been found to share an id, so that nothing tells one from another.
    pub fn ids_are_shared(&self) -> bool {
        self.report.level(&questions::UNIQUE) == Some(Level::Broken)
    }

    /// Asks one group. What a failure leaves unanswered is said to be so; if the site is gone, so is the rest.
    async fn ask(&mut self, group: &Group, progress: Progress<'_>) {
        self.group = group.name;
        if !group.questions.iter().any(|question| self.wants(question)) {
            return;
        }
        if self.report.stopped.is_none() {
            progress(group.about);
            if let Err(failure) = (group.ask)(self).await {
                let gone = self.wire.send(Request::get(&self.site.page)).await.is_err();
                self.leave_out(group, &failure.to_string());
                self.report.stopped = gone.then_some(failure);
            }
        }
        let why = match &self.report.stopped {
            Some(failure) => format!("the site could not be asked any more: {failure}"),
            None => "the site gave no occasion for it".into(),
        };
        self.leave_out(group, &why);
    }

    fn leave_out(&mut self, group: &Group, why: &str) {
        for question in group.questions {
            if self.report.level(question).is_none() {
                self.not_asked(question, why);
            }
        }
    }

    /// Whether a question of the present group is to be asked.
    pub fn wants(&self, question: &Question) -> bool {
        self.wanted.includes(self.group, question)
    }

    /// The level of a question that has been answered.
    pub fn level(&self, question: &Question) -> Option<Level> {
        self.report.level(question)
    }

    /// Writes down an answer. A question has one answer; the first counts.
    pub fn found(
        &mut self,
        question: &'static Question,
        level: Level,
        asked: impl Into<String>,
        came: impl Into<String>,
    ) {
        if self.wants(question) && self.report.level(question).is_none() {
            self.report.findings.push(Finding {
                question,
                level,
                asked: asked.into(),
                came: came.into(),
            });
        }
    }

    /// Writes down why a question could not be asked.
    pub fn not_asked(&mut self, question: &'static Question, why: impl Into<String>) {
        self.found(question, Level::NotAsked, "", why);
    }

    pub fn visitor(&self) -> Visitor {
        Visitor::new(&self.wire)
    }

    /// The session's cookie as it is sent: `name=value`.
    pub fn pair(&self, value: &str) -> String {
        format!("{}={value}", self.site.cookie)
    }

    /// The value of the session's cookie in a jar.
    pub fn id(&self, visitor: &Visitor) -> Option<String> {
        visitor.jar.value(&self.site.cookie).map(str::to_string)
    }

    /// A visitor without an account whom the site knows; `None` if it shows of nobody that it knows them.
    pub async fn known_visitor(&self) -> Result<Option<Visitor>, Failure> {
        if self.site.counting.is_none() {
            return Ok(None);
        }
        let mut visitor = self.visitor();
        for _ in 0..2 {
            visitor.open(&self.site.page).await?;
        }
        Ok(self.id(&visitor).map(|_| visitor))
    }

    /// Opens the page with this `Cookie` header; the number of visits that it shows.
    pub async fn count_with(&self, cookies: impl AsRef<[u8]>) -> Result<Option<u64>, Failure> {
        let request = Request::get(&self.site.page).with(http::header::COOKIE, cookies);
        let answer = self.wire.send(request).await?;
        Ok(self.count(answer))
    }

    pub fn count(&self, answer: Answer) -> Option<u64> {
        let path = self.site.page.clone();
        self.site.count(&Shown { path, answer })
    }

    /// Whether the site knows a visitor by this `Cookie` header.
    pub async fn knows(&self, cookies: impl AsRef<[u8]>) -> Result<bool, Failure> {
        let count = self.count_with(cookies).await?;
        Ok(count.is_some_and(|count| count > self.site.first()))
    }
}
