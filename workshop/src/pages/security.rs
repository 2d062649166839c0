//! What `check URL --security` says in a terminal, as a page with a form.

use axum::{extract::State, http::StatusCode};
use locallibrary::{Error, form::Form};
use maud::{Markup, html};
use serde::Deserialize;
use session_check::{Account, Finding, Level, Report, Target, Wanted, Written, run};

use super::{Context, navigation, off_thread};
use crate::{
    learner::check,
    shell::layout::{broken, refused, sentence},
};

/// The levels, the worst first, with their headings.
const LEVELS: [(Level, &str); 4] = [
    (
        Level::Broken,
        "Broken: an attacker, or bad luck, gets through",
    ),
    (Level::Weak, "Weak: one line of defence is missing"),
    (Level::NotAsked, "Could not be asked"),
    (Level::Good, "Good"),
];

/// What is typed: an address, and an account if there is one. Fields that are left empty are not there.
#[derive(Deserialize)]
pub(super) struct Typed {
    address: String,
    page: String,
    sign_in: String,
    second: String,
    sign_out: String,
    private: String,
    change_password: String,
}

impl Typed {
    /// The site, the page that uses the session, and the account.
    fn read(self) -> Result<(Target, String, Account), String> {
        let target = Target::find(&check::address(&self.address)?, false)?;
        let filled = |text: String| Some(text).filter(|text| !text.trim().is_empty());
        let written = Written {
            page: filled(self.page),
            sign_in: filled(self.sign_in),
            second: filled(self.second),
            sign_out: filled(self.sign_out),
            private: filled(self.private),
            change_password: filled(self.change_password),
        };
        let account = written.account()?;
        Ok((target, written.page.unwrap_or_else(|| "/".into()), account))
    }
}

/// `/security`.
pub(super) async fn page(State(workshop): State<Context>) -> Markup {
    let content = html! {
        div data-live="Here a site on this machine can be checked." { (form()) }
    };
    navigation::page(&workshop, "Security check", content)
}

/// `POST /security`: asks the site, which takes some seconds, and shows what was found. Nothing that was typed is shown
/// again, since a password may be among it.
pub(super) async fn ask(
    State(workshop): State<Context>,
    Form(typed): Form<Typed>,
) -> Result<Markup, Error> {
    let wrong = |cause: String| refused(StatusCode::UNPROCESSABLE_ENTITY, cause);
    let (target, page, account) = off_thread(move || typed.read().map_err(wrong)).await?;
    // In a task of its own, so that it signs out again even if the browser does not wait.
    let asked = tokio::spawn(async move {
        let _one_at_a_time = workshop.checking.lock().await;
        let report = run(&target, &page, account, Wanted::default(), &|_| {}).await;
        let content = html! { (found(&report)) h2 { "Once more" } (form()) };
        navigation::page(&workshop, "Security check", content)
    });
    asked.await.map_err(|_| broken())
}

fn form() -> Markup {
    let field = |name: &str, kind: &str, label: &str, example: &str| {
        html! {
            label for=(name) { (label) }
            input id=(name) name=(name) type=(kind) placeholder=(example) autocomplete="off" required[name == "address"];
        }
    };
    html! {
        p { "A site of yours, in any language, is sent about two thousand requests, in some twenty seconds. It must be on this "
            "machine. " code { "cargo run -- check URL --security" } " does the same in a terminal." }
        form.fields method="post" action="/security" {
            (field("address", "text", "Address", "http://127.0.0.1:8000"))
            (field("page", "text", "A page that uses the session", "/"))
            p { "With an account it is asked more. Leave these empty if there is none." }
            (field("sign_in", "password", "How to sign in", "POST /sign-in name=ann&password=..."))
            (field("private", "text", "A page for those who are signed in", "/loans"))
            (field("sign_out", "text", "How to sign out", "POST /sign-out"))
            (field("second", "password", "How another person signs in", "POST /sign-in name=ben&password=..."))
            (field("change_password", "text", "How to change the password", "POST /password old={old}&new={new}"))
            button { "Check it" }
        }
    }
}

fn found(report: &Report) -> Markup {
    html! {
        p.lead { "The sessions of " (report.site) ": " (report.requests) " requests." }
        @if let Some(failure) = &report.stopped {
            p.refused role="alert" { "The check could not be finished: " (sentence(&failure.to_string())) }
        }
        @for (level, heading) in LEVELS {
            @let all: Vec<_> = report.findings.iter().filter(|finding| finding.level == level).collect();
            @if !all.is_empty() {
                h2 { (heading) " (" (all.len()) ")" }
                @if level >= Level::Weak { @for finding in all { (explained(finding)) } }
                @else { ul { @for finding in all { li { (finding.question.title) ": " (finding.came) } } } }
            }
        }
    }
}

/// A weak or broken answer in full.
fn explained(finding: &Finding) -> Markup {
    let question = finding.question;
    html! {
        section {
            h3 { (question.title) " " code { (question.id) } }
            dl {
                dt { "Asked" } dd { (finding.asked) }
                dt { "Came" } dd { (finding.came) }
                dt { "Should come" } dd { (question.should) }
                dt { "Why" } dd { (question.why) }
                dt { "Source" } dd { (question.source) }
            }
            ul { @for (framework, words) in question.remedy.lines() { li { (framework) ": " code { (words) } } } }
        }
    }
}
