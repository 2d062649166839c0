//! What a check has found, as a page shows it.

use journey::{Exchange, Transcript};
use locallibrary::{Error, Library};
use maud::{Markup, html};

use crate::{
    course::Task,
    learner::check::{Outcome, Report},
    shell::layout::{self, acts, difference, own_words, page_window},
};

/// What a check found: the first journey that was missed in full, the other missed ones folded, and a line for each of
/// the rest.
pub(super) async fn all(task: &Task<'_>, report: &Report) -> Result<Markup, Error> {
    let (rest, missed): (Vec<_>, Vec<_>) = report
        .findings
        .iter()
        .partition(|finding| finding.missed.is_empty());
    let mut cards = Vec::new();
    for finding in missed {
        cards.push((title(finding), card(task, finding).await?));
    }
    let mut cards = cards.into_iter();
    Ok(html! {
        div.findings {
            @for sentence in &report.source { p.bad { (layout::sentence(sentence)) } }
            @if let Some(sentence) = &report.open { p.bad { (layout::sentence(sentence)) } }
            @if let Some((title, card)) = cards.next() { section { h3 { (title) } (card) } }
            @for (title, card) in cards { details.fold { summary { h3 { (title) } } (card) } }
            @if !rest.is_empty() { ul.plain { @for finding in rest { li { (title(finding)) } } } }
        }
    })
}

/// `Missed: first visit`.
fn title(finding: &Outcome) -> Markup {
    let missed = !finding.missed.is_empty();
    html! { span.word.good[!missed].bad[missed] { (finding.word()) } ": " (finding.journey.title) }
}

/// What is missing after a journey, and its last page; for a step beside the page that the step itself gives.
async fn card(task: &Task<'_>, finding: &Outcome) -> Result<Markup, Error> {
    let seen = finding.seen.as_ref().map(Transcript::last);
    let expected = match task.exercise {
        None => Some(expected(task, finding).await?),
        Some(_) => None,
    };
    Ok(html! {
        (acts(finding.journey))
        @for sentence in &finding.missed { p { (layout::sentence(sentence)) } }
        @match (seen, &expected) {
            (Some(seen), Some(expected)) => (difference(&seen.path, &seen.page, &expected.page)),
            (Some(seen), None) => (page_window(&seen.path, &seen.page, "", "Your page")),
            (None, _) => {}
        }
    })
}

/// The last exchange of the same journey at the step itself.
async fn expected(task: &Task<'_>, finding: &Outcome) -> Result<Exchange, Error> {
    let mut site = task
        .lesson
        .step
        .site(Library::in_memory()?)
        .map_err(own_words)?;
    let seen = finding.journey.run(&mut site).await.map_err(own_words)?;
    Ok(seen.last().clone())
}
