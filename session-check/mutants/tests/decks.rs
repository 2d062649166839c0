//! The steps of the course, checked. Observe: each deck says which findings its step closes, and the check says the same.

use std::collections::BTreeMap;

use journey::Step;
use locallibrary::Library;
use session_check::{Account, Level, Report, questions};
use tokio::sync::OnceCell;

use crate::{
    steps::STEPS,
    support::{account, bad, check, serve, told},
};

/// Steps whose visitors sign in as those of step 8 do.
const WITH_PEOPLE: [u8; 2] = [8, 11];

/// Step 1 has no sessions, step 12 shows what is lost without a store, and step 13 is asked in `good.rs`.
const LEFT_OUT: [u8; 3] = [1, 12, 13];

/// How a deck says which findings its step closes.
const CLOSES: &str = "- What this step closes, in the words of the security check: ";

/// What needs https, and a cookie that lives for a few seconds.
const NEED_MORE: [&str; 2] = ["secure", "id-expired"];

/// What the check says about each step that is not left out.
async fn reports() -> &'static BTreeMap<u8, Report> {
    static REPORTS: OnceCell<BTreeMap<u8, Report>> = OnceCell::const_new();
    REPORTS
        .get_or_init(|| async {
            let mut reports = BTreeMap::new();
            for step in asked() {
                reports.insert(step.number, report(step).await);
            }
            reports
        })
        .await
}

fn asked() -> impl Iterator<Item = &'static Step> {
    STEPS.iter().filter(|step| !LEFT_OUT.contains(&step.number))
}

async fn report(step: &Step) -> Report {
    let library = Library::in_memory().unwrap();
    let sessions = (step.sessions)(&library).unwrap();
    let address = serve((step.app)(library, sessions)).await;
    let account = match WITH_PEOPLE.contains(&step.number) {
        true => account(),
        false => Account::default(),
    };
    check(&address, account).await
}

/// The findings that a deck says its step closes.
fn closed(step: &Step) -> Vec<&str> {
    let line = step
        .slides
        .lines()
        .find_map(|line| line.strip_prefix(CLOSES));
    line.into_iter()
        .flat_map(|names| names.split('`').skip(1).step_by(2))
        .collect()
}

#[test]
fn each_finding_is_closed_by_one_step() {
    let closed: Vec<_> = STEPS.iter().flat_map(closed).collect();
    let twice = closed
        .iter()
        .find(|id| closed.iter().filter(|other| other == id).count() > 1);
    assert_eq!(twice, None);
    for question in questions() {
        assert!(closed.contains(&question.id), "no deck has {}", question.id);
    }
    assert_eq!(closed.len(), questions().count());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_deck_says_its_step_closes_is_good_from_then_on() {
    for step in asked() {
        let report = &reports().await[&step.number];
        let level = |id| {
            let found = report
                .findings
                .iter()
                .find(|finding| finding.question.id == id);
            found.map(|finding| finding.level)
        };
        for id in closed(step)
            .into_iter()
            .filter(|id| !NEED_MORE.contains(id))
        {
            assert_eq!(
                level(id),
                Some(Level::Good),
                "step {}, {id}\n{}",
                step.number,
                told(report)
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_step_8_on_nothing_is_weak_or_broken() {
    for (number, report) in reports().await {
        if *number >= 8 {
            assert_eq!(bad(report), [""; 0], "step {number}\n{}", told(report));
        }
    }
}
