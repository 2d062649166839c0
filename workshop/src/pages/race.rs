//! The race in a lab: a choice of stores, a number of tabs, and what came of it in a drawing, a row and letters.

use std::fmt::Write;

use axum::{extract::State, http::StatusCode, response::Redirect};
use journey::Engine;
use locallibrary::{Error, form::Form};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::{Context, StepNumber, drawing::drawing, live::change};
use crate::{
    observe::record,
    shell::layout::refused,
    sites::{
        lab::Lab,
        race::{Call, End, Mark, Press, Seen, TABS, Track},
    },
};

/// How many tabs are offered first.
const OFFERED: usize = 21;

/// The form, and its buttons that a lesson may name.
pub(super) const FORM: &str = "lab-race";
pub(super) const AT_ONCE: &str = "Open them at once";
pub(super) const NEXT: &str = "Two tabs, slowly: next call";

/// Which button was pressed, and what was chosen beside it.
#[derive(Deserialize)]
pub(super) struct RaceForm {
    act: Press,
    #[serde(default)]
    store: String,
    #[serde(default)]
    tabs: String,
}

/// `POST /steps/9/race`: does what a button says. Without script the lesson is shown again, with what it did.
pub(super) async fn act(
    State(workshop): State<Context>,
    number: StepNumber,
    Form(pressed): Form<RaceForm>,
) -> Result<Redirect, Error> {
    let step = workshop.lesson(number).step.number;
    let lab = workshop.labs[&step].clone();
    let track = lab.race.as_ref().ok_or(Error::NotFound)?;
    let engine = engine(track, &pressed.store)?;
    let tabs = match pressed.tabs.parse() {
        Ok(tabs) if TABS.contains(&tabs) => tabs,
        _ if pressed.act == Press::Race => return Err(no_such_number(&pressed.tabs)),
        _ => OFFERED,
    };
    lab.race(pressed.act, engine, tabs).await?;
    Ok(Redirect::to(&format!("/steps/{step}#race")))
}

fn engine(track: &Track, name: &str) -> Result<&'static Engine, Error> {
    let engines = track.race.engines;
    let found = engines.iter().find(|engine| engine.name == name);
    found.ok_or_else(|| {
        let names: Vec<_> = engines.iter().map(|engine| engine.name).collect();
        let sentence = format!("choose one of these stores: {}", names.join("; "));
        refused(StatusCode::UNPROCESSABLE_ENTITY, sentence)
    })
}

fn no_such_number(typed: &str) -> Error {
    let (fewest, most) = (TABS.start(), TABS.end());
    let sentence = format!("a race has {fewest} to {most} tabs, and “{typed}” is no such number");
    refused(StatusCode::UNPROCESSABLE_ENTITY, sentence)
}

/// The race. Its form is no part that changes, so that what somebody has chosen stays, and the focus too.
pub(super) fn section(lab: &Lab, track: &Track) -> Markup {
    let seen = track.seen();
    let chosen = seen
        .as_ref()
        .map_or(track.race.engines[0].name, |seen| seen.engine.name);
    let tabs = seen
        .as_ref()
        .filter(|seen| !seen.is_slow)
        .map_or(OFFERED, |seen| seen.tabs);
    html! {
        section.race #race aria-labelledby="race-title" {
            h3 #race-title { "The race" }
            form #(FORM) method="post" action={ "/steps/" (lab.step().number) "/race" } data-background {
                fieldset {
                    legend { "One browser opens many tabs at once, at a site with" }
                    @for engine in track.race.engines {
                        label {
                            input type="radio" name="store" value=(engine.name) checked[engine.name == chosen];
                            " " b { (engine.name) } " " (engine.does)
                        }
                    }
                }
                label { "Tabs " input.number name="tabs" type="number" min=(TABS.start()) max=(TABS.end()) value=(tabs) required; }
                button name="act" value="race" { (AT_ONCE) }
                button name="act" value="next" formnovalidate { (NEXT) }
                button name="act" value="stop" formnovalidate { "Stop" }
            }
            div data-part="race" {
                @if let Some(seen) = &seen { (result(seen, track.race.counts)) }
                @else { p.note { "Each tab loads the row, adds one visit, and saves the row. Nobody has raced yet." } }
            }
        }
    }
}

fn result(seen: &Seen, counts: &str) -> Markup {
    let count = Count::of(seen, counts);
    let [before, now] = &seen.row;
    let (letters, first) = &seen.letters;
    let requests = seen.tabs + 1;
    html! {
        p.outcome role="status" {
            @if let Some(call) = seen.calls.last().filter(|_| seen.is_slow) { (sentence(call, counts)) " " }
            @match seen.end {
                Some(End::Finished) => strong.bad[count.lost > 0] { (count.sentence()) },
                Some(End::Stopped) => "The race was stopped.",
                None => "Each tab waits for its next call.",
            }
        }
        div.beside {
        div { (drawing(seen)) }
        div {
            p {
                "The row: "
                @for item in record::between(before.as_ref(), now.as_ref()) { (change(&item)) " " }
            }
            p {
                "The outbox: " (letters) " letters for " (requests) " requests"
                @if *letters as usize > requests { ", because a request that runs again sends its letter again" }
                "."
            }
            table.rows {
                thead { tr { th scope="col" { "Letter" } th scope="col" { "Key" } th scope="col" { "Words" } } }
                tbody {
                    @for (number, letter) in first.iter().enumerate() {
                        tr {
                            th scope="row" { (number + 1) }
                            td { @match &letter.key { Some(key) => code { (key) }, None => "no key" } }
                            td { (letter.words) }
                        }
                    }
                    @if *letters as usize > first.len() {
                        tr { td colspan="3" { "and " (*letters as usize - first.len()) " more" } }
                    }
                }
            }
        }
        }
        details.words {
            summary { "The drawing in words" }
            ol { @for tab in 0..seen.tabs { li { (story(seen, tab, counts)) } } }
        }
    }
}

/// What came of a race, in numbers.
struct Count {
    wanted: usize,
    counted: usize,
    refused: usize,
    /// Answered with a page, and yet not counted.
    lost: usize,
}

impl Count {
    fn of(seen: &Seen, counts: &str) -> Self {
        let [before, now] = seen.row.each_ref().map(|row| {
            let value = row.as_ref().and_then(|row| row.get(counts)?.as_u64());
            usize::try_from(value.unwrap_or_default()).unwrap_or(usize::MAX)
        });
        let counted = now.saturating_sub(before);
        let answered = seen
            .answers
            .iter()
            .filter(|(_, with_page)| *with_page)
            .count();
        Self {
            wanted: seen.tabs,
            counted,
            refused: seen.tabs - answered,
            lost: answered.saturating_sub(counted),
        }
    }

    /// `21 wanted, 3 counted: 18 visits lost.`
    fn sentence(&self) -> String {
        let Self {
            wanted,
            counted,
            refused,
            lost,
        } = self;
        let s = |count: &usize| if *count == 1 { "" } else { "s" };
        let rest = match (lost, refused) {
            (0, 0) => "none lost, none refused".into(),
            (0, _) => format!(
                "{refused} tab{} refused, and none lost unnoticed",
                s(refused)
            ),
            _ => format!("{lost} visit{} lost", s(lost)),
        };
        format!("{wanted} wanted, {counted} counted: {rest}.")
    }
}

/// `Tab 1 loads 1.`
fn sentence(call: &Call, counts: &str) -> String {
    format!("Tab {} {}.", call.tab + 1, words(call, counts))
}

/// What happened to one tab: `loads 1, saves 2`.
fn story(seen: &Seen, tab: usize, counts: &str) -> String {
    let calls = seen.calls.iter().filter(|call| call.tab == tab);
    let mut story: Vec<_> = calls.map(|call| words(call, counts)).collect();
    let answer = seen.answers.iter().find(|(answered, _)| *answered == tab);
    if answer.is_some_and(|(_, with_page)| !with_page) {
        story.push("is answered with an error".into());
    }
    story.join(", ")
}

fn words(call: &Call, counts: &str) -> String {
    let [before, after] = call.record.each_ref().map(|record| {
        let value = record.as_ref().and_then(|record| record.get(counts));
        value.map_or("nothing".into(), Value::to_string)
    });
    let mut words = String::new();
    let _ = match call.mark {
        Mark::Load => write!(words, "loads {after}"),
        Mark::Again => write!(words, "runs again and loads {after}"),
        Mark::Save => write!(words, "saves {after}"),
        Mark::Over => write!(words, "saves {after} over the {before} of another tab"),
        Mark::Refused => write!(words, "is refused, because the row has changed to {before}"),
    };
    words
}
