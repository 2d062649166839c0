//! Many visitors at once.

use futures_util::future::join_all;

use crate::{
    check::Check,
    finding::Level,
    question::{Question, Remedy},
    visitor::Visitor,
    wire::Failure,
};

pub const QUESTIONS: &[&Question] = &[&MIXED];

const VISITORS: usize = 50;
const VISITS: u64 = 20;

static MIXED: Question = Question {
    id: "mixed-up",
    title: "Nobody's page shows another visitor's session",
    should: "One visit more on each page than on the last one of the same browser.",
    why: "A variable that all requests share, or a cache without Vary, shows one visitor what belongs to another as soon as two come at once.",
    source: "ASVS 5, 15.4.1; RFC 9111, 4.1",
    remedy: Remedy {
        ours: "keep what belongs to a visitor in the session and in nothing that requests share",
        tower_sessions: "keep what belongs to a visitor in the session, not in State",
        django: "keep nothing of a request in a module's variables or on a view's class",
        express: "keep nothing of a request in a module's variables",
        rails: "keep nothing of a request in class variables or constants",
        flask: "use g or the session, not a module's variables",
    },
};

pub async fn ask(check: &mut Check) -> Result<(), Failure> {
    if check.ids_are_shared() {
        check.not_asked(&MIXED, "all visitors have one session; that comes first");
        return Ok(());
    }
    if check.site.counting.is_none() {
        check.not_asked(&MIXED, Check::SHOWS_NO_COUNT);
        return Ok(());
    }
    let visitors = (0..VISITORS).map(|_| visits(check, check.visitor()));
    let wrong = join_all(visitors)
        .await
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?;
    let asked = format!("{VISITORS} browsers at once, {VISITS} visits each");
    let wrong: Vec<_> = wrong.into_iter().flatten().collect();
    let other = wrong
        .iter()
        .find_map(|(expected, shown)| Some((expected, (*shown)?)));
    let (level, came) = match (other, wrong.len()) {
        (Some((expected, shown)), _) => (
            Level::Broken,
            format!("a browser's page should have shown {expected}; it shows {shown}"),
        ),
        (None, 0) => (Level::Good, "each saw its own visits".into()),
        // That is another fault, and no page of somebody else's.
        (None, failed) => (
            Level::NotAsked,
            format!("{failed} of the browsers got a page without a number, such as an error"),
        ),
    };
    check.found(&MIXED, level, asked, came);
    Ok(())
}

/// The first visit that shows a number other than it should, with both numbers.
async fn visits(
    check: &Check,
    mut visitor: Visitor,
) -> Result<Option<(u64, Option<u64>)>, Failure> {
    for visit in 0..VISITS {
        let expected = check.site.first() + visit;
        let shown = check.site.count(&visitor.open(&check.site.page).await?);
        if shown != Some(expected) {
            return Ok(Some((expected, shown)));
        }
    }
    Ok(None)
}
