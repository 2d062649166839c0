//! One check under way; `person` has what it does with an account.

mod person;

use std::sync::Arc;

use crate::{
    account::Account,
    finding::{Finding, Level, Report, Wanted},
    question::Question,
    site::Site,
    visitor::{Shown, Visitor},
    wire::{Answer, Failure, Request, Wire},
};

/// What is known of the site, and what has been found.
pub struct Check {
    pub wire: Arc<Wire>,
    pub site: Site,
    pub account: Account,
    /// Why the account cannot be used, if it cannot.
    pub no_account: Option<Failure>,
    /// Whether the site is on this machine.
    pub here: bool,
    pub report: Report,
    pub wanted: Wanted,
    /// The name of the group that is being asked.
    pub group: &'static str,
    /// Visitors who are signed in, and are signed out at the end.
    pub opened: Vec<Visitor>,
}

impl Check {
    /// Why a question about visitors without an account cannot be asked.
    pub const SHOWS_NO_COUNT: &str = "the page shows no number that rises with each visit, so nothing tells whether the site \
                                      knows a visitor; name a page that counts with --page";

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
