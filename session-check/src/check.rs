//! One check under way.

use std::sync::Arc;

use http::StatusCode;

use crate::{
    account::{Account, Sent},
    address::Target,
    finding::{Finding, Level, Report, Wanted},
    html,
    question::Question,
    questions::{self, Group},
    site::Site,
    visitor::{From, Shown, Visitor},
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

    /// Signs somebody in, in this visitor's browser; whether that worked.
    pub async fn sign_in(&mut self, visitor: &mut Visitor, person: &Sent) -> Result<bool, Failure> {
        self.submit(visitor, person, From::Here).await?;
        let worked = self.is_signed_in(visitor).await?;
        if worked {
            self.opened.push(visitor.clone());
        }
        Ok(worked)
    }

    /// Sends a form with what its page sends along unseen, such as a token.
    pub async fn submit(
        &self,
        visitor: &mut Visitor,
        sent: &Sent,
        from: From,
    ) -> Result<Answer, Failure> {
        let fields = self.with_hidden(visitor, sent).await?;
        visitor.post(&sent.path, &fields, from).await
    }

    /// The fields of a form as this visitor would send them.
    pub async fn with_hidden(
        &self,
        visitor: &mut Visitor,
        sent: &Sent,
    ) -> Result<Vec<(String, String)>, Failure> {
        let mut fields = sent.fields.clone();
        let pages = [
            Some(&sent.path),
            self.account.private.as_ref(),
            Some(&self.site.page),
        ];
        for path in pages.into_iter().flatten() {
            // Asking for the form's own address must not do what sending it does.
            if *path == sent.path && Some(sent) == self.account.sign_out.as_ref() {
                continue;
            }
            let answer = visitor.get(path).await?;
            let forms = html::read(&answer.body, self.wire.host(), path).forms;
            let same =
                |form: &html::Form| form.action.split('?').next() == sent.path.split('?').next();
            if let Some(form) = forms.into_iter().find(same) {
                let typed = |name: &str| sent.fields.iter().any(|(known, _)| known == name);
                fields.extend(
                    form.fields
                        .into_iter()
                        .filter(|(name, _)| !name.is_empty() && !typed(name)),
                );
                break;
            }
        }
        Ok(fields)
    }

    /// Whether the private page is shown to this visitor.
    pub async fn is_signed_in(&self, visitor: &Visitor) -> Result<bool, Failure> {
        let Some(private) = &self.account.private else {
            return Ok(false);
        };
        let mut copy = visitor.clone();
        let answer = copy.get(private).await?;
        Ok(answer.status == StatusCode::OK && !answer.body.contains("type=\"password\""))
    }

    /// A site may give its cookie to nobody but those who sign in.
    async fn find_cookie_of_account(&mut self) -> Result<(), Failure> {
        let Some(person) = self.account.sign_in.clone() else {
            return match self.site.cookie.is_empty() {
                true => Err(Failure::NoSession(self.site.page.clone())),
                false => Ok(()),
            };
        };
        let mut visitor = self.visitor();
        if self.is_signed_in(&visitor).await? {
            self.account.sign_in = None;
            self.no_account = self.account.private.clone().map(Failure::NotPrivate);
            return Ok(());
        }
        let answer = self.submit(&mut visitor, &person, From::Here).await?;
        if !self.is_signed_in(&visitor).await? {
            self.account.sign_in = None;
            self.no_account = Some(Failure::NotSignedIn(person.path, answer.status.as_u16()));
            return Ok(());
        }
        self.opened.push(visitor.clone());
        let names: Vec<_> = visitor.jar.names().map(str::to_string).collect();
        for name in names.iter().filter(|_| self.site.cookie.is_empty()) {
            let mut without = visitor.clone();
            without.jar.remove(name);
            if !self.is_signed_in(&without).await? {
                self.site.cookie.clone_from(name);
                break;
            }
        }
        self.site.remember(answer.cookies());
        for page in [self.account.private.clone(), Some(self.site.page.clone())]
            .into_iter()
            .flatten()
        {
            let shown = visitor.open(&page).await?;
            let read = html::read(&shown.answer.body, self.wire.host(), &shown.path);
            self.site.add_forms(read.forms);
        }
        Ok(())
    }

    /// The account; or, in its place, an answer to each of these questions that says why there is none.
    pub fn person(&mut self, questions: &[&'static Question]) -> Option<Sent> {
        if self.account.sign_in.is_none() {
            let why = match &self.no_account {
                Some(failure) => failure.to_string(),
                None => "it needs an account: --sign-in and --private".into(),
            };
            for question in questions {
                self.not_asked(question, &why);
            }
        }
        self.account.sign_in.clone()
    }

    /// Signs a visitor out.
    pub async fn sign_out(&self, visitor: &mut Visitor) -> Result<Option<Answer>, Failure> {
        let Some(form) = self.account.sign_out.clone() else {
            return Ok(None);
        };
        self.submit(visitor, &form, From::Here).await.map(Some)
    }

    /// Ends what the check began. A site that does not answer any more cannot be told.
    async fn sign_out_all(&mut self) {
        for mut visitor in std::mem::take(&mut self.opened) {
            let _ = self.sign_out(&mut visitor).await;
        }
    }
}
