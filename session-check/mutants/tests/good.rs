//! Sites that have nothing to be found. Observe: a good site is told to be good, question by question.

use session_check::{Level, questions};

use mutants::good;

use crate::support::{account, bad, check, library, serve, told};

#[tokio::test(flavor = "multi_thread")]
async fn a_good_site_has_nothing_weak_or_broken() {
    let (library, store) = library();
    let address = serve(good::app(library, store)).await;
    let report = check(&address, account()).await;
    assert_eq!(bad(&report), [""; 0], "{}", told(&report));
    assert_eq!(
        (report.exit_status(), report.findings.len()),
        (0, questions().count()),
        "{}",
        told(&report)
    );
    let not_asked = report
        .findings
        .iter()
        .filter(|finding| finding.level == Level::NotAsked);
    let not_asked: Vec<_> = not_asked.map(|finding| finding.question.id).collect();
    assert_eq!(not_asked, ["secure"], "{}", told(&report));
}
