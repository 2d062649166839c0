//! Sites that have nothing to be found. Observe: a good site is told to be good, question by question.

use axum::Router;
use session_check::{Account, Level, Report, Wanted, questions};

use mutants::{good, production, short_life};

use crate::support::{account, bad, check, check_only, library, serve, told};

#[path = "../../../steps/13/main.rs"]
#[expect(dead_code, reason = "the test serves the router itself")]
mod step13;

/// Checks a site that has nothing weak or broken.
async fn is_good(app: Router, account: Account) -> Report {
    let report = check(&serve(app).await, account).await;
    assert_eq!(bad(&report), [""; 0], "{}", told(&report));
    assert_eq!(
        (report.exit_status(), report.findings.len()),
        (0, questions().count()),
        "{}",
        told(&report)
    );
    report
}

fn not_asked(report: &Report) -> Vec<&'static str> {
    let all = report.findings.iter();
    all.filter(|finding| finding.level == Level::NotAsked)
        .map(|finding| finding.question.id)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn step_8_has_nothing_weak_or_broken() {
    let (library, store) = library();
    let report = is_good(good::app(library, store), account()).await;
    assert_eq!(
        not_asked(&report),
        ["secure", "id-expired"],
        "{}",
        told(&report)
    );
}

/// Whether people stay signed in or not.
#[tokio::test(flavor = "multi_thread")]
async fn step_13_has_nothing_weak_or_broken() {
    for stay in ["no", "yes"] {
        let mut account = account();
        for person in [&mut account.sign_in, &mut account.second] {
            let fields = &mut person.as_mut().unwrap().fields;
            fields.push(("stay".into(), stay.into()));
        }
        let (library, _) = library();
        let store = step13::engine(&library).unwrap();
        let report = is_good(step13::app(library, store), account).await;
        assert_eq!(
            not_asked(&report),
            ["secure", "id-expired"],
            "{stay}: {}",
            told(&report)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_for_production_has_nothing_weak_or_broken() {
    let folder = tempfile::tempdir().unwrap();
    let app = production::app(&folder.path().join("app.db"))
        .await
        .unwrap();
    let report = is_good(app, Account::default()).await;
    let asked = ["secure", "lost-updates", "cookie-twice"];
    assert!(
        asked.iter().all(|id| !not_asked(&report).contains(id)),
        "{}",
        told(&report)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_over_when_the_life_of_its_cookie_is() {
    let (library, store) = library();
    let address = serve(short_life::app(library, store)).await;
    let wanted = Wanted {
        only: vec!["id-expired".into()],
        skip: Vec::new(),
    };
    let report = check_only(&address, Account::default(), wanted).await;
    assert_eq!(report.worst(), Level::Good, "{}", told(&report));
}
