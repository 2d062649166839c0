//! A whole check, from the first request to the report.

use std::sync::Arc;

use crate::{
    account::Account,
    address::Target,
    check::Check,
    finding::{Report, Wanted},
    questions::{GROUPS, Group},
    site::Site,
    wire::{Request, Wire},
};

/// Told what is being asked.
pub type Progress<'a> = &'a (dyn Fn(&str) + Sync);

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
    for group in &GROUPS {
        check.ask(group, progress).await;
    }
    progress("signing out");
    check.sign_out_all().await;
    check.report.requests = check.wire.sent();
    check.report.stopped = check.report.stopped.or(check.no_account);
    check.report
}

impl Check {
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
}
