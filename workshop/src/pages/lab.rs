//! The visitor lab beside a lesson: each visitor's browser and jar, and the rows of the store between them.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{Redirect, sse},
};
use futures_util::Stream;
use locallibrary::{Error, form::Form};
use lossless_sessions::Data;
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;
use std::convert::Infallible;
use tower_sessions::cookie::time::{Duration, OffsetDateTime};

use super::{
    Context, StepNumber,
    live::{change, host_name},
    off_thread, race, replays, stream,
};
use crate::{
    course::predictions::Predictions,
    observe::{event::shortened, record},
    sites::{
        lab::{Guest, Lab, Row},
        replay::{Button, Replay},
        visitor::SHOW,
    },
};

/// Which button was pressed: whose it is, or which replay's, and what somebody expects of that.
#[derive(Deserialize)]
pub(super) struct LabForm {
    act: Button,
    #[serde(default)]
    name: String,
    #[serde(default)]
    predicted: String,
}

/// `POST /steps/3/lab`: does what a button says. Without script the lesson is shown again, with what it did.
pub(super) async fn act(
    State(workshop): State<Context>,
    number: StepNumber,
    Form(LabForm {
        act,
        name,
        predicted,
    }): Form<LabForm>,
) -> Result<Redirect, Error> {
    let step = workshop.lesson(number).step.number;
    let lab = workshop.labs[&step].clone();
    if act == Button::Replay(Replay::Play)
        && !predicted.trim().is_empty()
        && lab.replay(&name).is_some()
    {
        let (workshop, what) = (workshop.clone(), format!("{step}/{name}"));
        off_thread(move || workshop.predictions.keep(what, &predicted)).await?;
    }
    lab.press(act, &name).await?;
    Ok(Redirect::to(&format!("/steps/{step}#lab")))
}

/// `/steps/3/lab/events`: the lab anew, at each change.
pub(super) async fn events(
    State(workshop): State<Context>,
    number: StepNumber,
    headers: HeaderMap,
) -> Result<sse::Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, Error> {
    let lab = workshop.labs[&workshop.lesson(number).step.number].clone();
    let host = host_name(&headers);
    stream::has_room(lab.readers())?;
    Ok(stream::of_changes(
        workshop.stopped.clone(),
        lab.changes(),
        move || {
            let (lab, workshop) = (lab.clone(), workshop.clone());
            async move { section(&lab, &workshop.predictions, host) }
        },
    ))
}

/// The form of the server's buttons.
const SERVER: &str = "lab-server";

/// Buttons that a lesson may name: their words, what they do, and the form that each belongs to.
const BUTTONS: [(&str, &str, &str); 8] = [
    ("Restart server", "restart", SERVER),
    ("Wait two weeks", "wait", SERVER),
    ("New visitor", "new-visitor", SERVER),
    ("Kill a process", "kill", SERVER),
    ("Bring it back", "bring-back", SERVER),
    ("Forget cookie", "forget", "lab-Ann"),
    (race::AT_ONCE, "race", race::FORM),
    (race::NEXT, "next", race::FORM),
];

/// A lesson's text, in which a button that it names in bold is that button of the lab.
pub(super) fn with_buttons(text: &Markup) -> Markup {
    let named = |text: String, (words, act, form): &(&str, &str, &str)| {
        let button = html! { button.named form=(form) name="act" value=(act) { (words) } };
        text.replace(&format!("<strong>{words}</strong>"), &button.0)
    };
    PreEscaped(BUTTONS.iter().fold(text.0.clone(), named))
}

/// The lab. What changes stands in parts that have a name: the script replaces those that are not as they were.
pub(super) fn section(lab: &Lab, predictions: &Predictions, host: &str) -> Markup {
    let action = action(lab);
    html! {
        section.lab #lab aria-labelledby="lab-title" data-stream={ (action) "/events" } {
            h2 #lab-title.hidden { "The visitors and the server" }
            @if let Some(track) = &lab.race { (race::section(lab, track)) }
            @for first in lab.everybody().take(2) { (visitor(lab, first, host)) }
            section.server aria-label="The server" {
                form #lab-server method="post" action=(action) data-background {
                    h3 { "The server" }
                    @for (words, act, _) in BUTTONS.iter().filter(|button| button.2 == SERVER && lab.is_told_of(button.0)) {
                        button name="act" value=(act) { (words) }
                    }
                }
                (status(lab))
                @if let Some(machines) = &lab.machines {
                    p.note data-part="machines" { (processes(&machines.processes())) }
                }
                div data-part="rows" { (rows(&lab.rows())) }
            }
            @if lab.race.is_none() && lab.machines.is_none() {
                section.replays #replays aria-label="Replays" data-part="replays" {
                    (replays::panel(lab, predictions, &action))
                }
            }
            @for other in lab.everybody().skip(2) { (visitor(lab, other, host)) }
        }
    }
}

/// Which processes run, and where they keep the sessions.
fn processes(running: &[u32]) -> Markup {
    let store = match std::env::var_os("DATABASE_URL").filter(|_| cfg!(feature = "postgres")) {
        Some(_) => "Their sessions are in PostgreSQL.",
        None => {
            "Their sessions are in the site’s SQLite file, because this workshop was started without PostgreSQL."
        }
    };
    html! {
        @match running {
            [] => "No process runs: the first request starts two, or “Bring it back” does.",
            [one] => { "Process " (one) " answers every request." }
            [one, other, ..] => { "Process " (one) " and process " (other) " answer in turn." }
        }
        " " (store)
    }
}

/// The first two visitors alone, and what has just happened.
pub(super) fn two_visitors(lab: &Lab, host: &str) -> Markup {
    html! {
        section.lab aria-label="Two visitors" data-stream={ (action(lab)) "/events" } {
            @for first in lab.everybody().take(2) { (visitor(lab, first, host)) }
            section.server { (status(lab)) }
        }
    }
}

fn action(lab: &Lab) -> String {
    format!("/steps/{}/lab", lab.step().number)
}

fn status(lab: &Lab) -> Markup {
    html! { p.said role="status" data-part="said" { (lab.status()) } }
}

fn visitor(lab: &Lab, (guest, is_here): (&Guest, bool), host: &str) -> Markup {
    html! {
        section.guest hidden[!is_here] data-guest=(guest.visitor.name) aria-label=(guest.visitor.name) {
            (browser(lab, guest, host, &action(lab)))
            (jar(guest))
        }
    }
}

/// A visitor's browser: what it shows comes from the step, but never because this page was loaded.
fn browser(lab: &Lab, guest: &Guest, host: &str, action: &str) -> Markup {
    let visitor = &guest.visitor;
    let (name, path) = (visitor.name, lab.page_of(guest));
    let is_open = visitor.open().is_some();
    html! {
        div.browser {
            div.browser-bar {
                strong { (name) }
                span.address data-part={ (name) "-address" } { (path) }
            }
            div.tab data-part={ (name) "-page" } {
                @if guest.opened() > 0 || is_open {
                    iframe name=(name) title={ (name) "’s browser" }
                        src={ "http://" (host) ":" (visitor.port) (SHOW) "?" (guest.opened()) } {}
                } @else {
                    p.note { (name) " has not opened a page yet. Press " b { "Open " (path) } " below." }
                }
            }
            form id={ "lab-" (name) } method="post" action=(action) data-background aria-label={ (name) "’s browser" } {
                input type="hidden" name="name" value=(name);
                button name="act" value="reload" data-part={ (name) "-reload" } {
                    @if is_open { "Reload" } @else { "Open " (path) }
                }
                button name="act" value="forget" { "Forget cookie" }
            }
        }
    }
}

fn jar(guest: &Guest) -> Markup {
    let (name, cookies) = (guest.visitor.name, guest.visitor.cookies());
    html! {
        div.jar data-part={ (name) "-jar" } {
            @if cookies.is_empty() { p.note { "No cookie." } }
            @for cookie in &cookies { p { "Cookie " code { (shortened(cookie)) } } }
        }
    }
}

fn rows(rows: &[Row]) -> Markup {
    html! {
        @if rows.is_empty() { p.note { "No row yet: no visitor has a session." } }
        @else {
            table.rows {
                thead { tr { th scope="col" { "Whose" } th scope="col" { "Row" } th scope="col" { "Ends" } } }
                tbody { @for row in rows { (tr(row)) } }
            }
        }
    }
}

fn tr(row: &Row) -> Markup {
    html! {
        tr.nobody[row.owner.is_none()] {
            th scope="row" {
                @match row.owner { Some(name) => (name), None => "nobody’s any more" }
                " " code { (row.short_id()) "…" }
            }
            td {
                @match &row.data {
                    Some(data) => (items(row.before.as_ref(), data)),
                    None => "The server has no such row.",
                }
            }
            td { @if let Some(ends) = row.ends { (in_words(ends - OffsetDateTime::now_utc())) } }
        }
    }
}

/// Each value of a row; `num_visits 3 → 4` where the latest save changed it.
fn items(before: Option<&Data>, now: &Data) -> Markup {
    let items = record::between(before, Some(now));
    html! {
        @if items.is_empty() { "an empty dictionary" }
        @for item in &items {
            @if item.changed() { (change(item)) " " }
            @else { span.same { (item.key) " " (item.after.as_deref().unwrap_or_default()) } " " }
        }
    }
}

/// `in 14 days`: the largest unit of which there are two, rounded.
fn in_words(left: Duration) -> String {
    const UNITS: [(i64, &str); 4] = [
        (86_400, "days"),
        (3_600, "hours"),
        (60, "minutes"),
        (1, "seconds"),
    ];
    let seconds = left.whole_seconds();
    let unit = UNITS.iter().find(|(length, _)| seconds >= 2 * length);
    match unit {
        Some((length, word)) => format!("in {} {word}", (seconds + length / 2) / length),
        None => "now".into(),
    }
}
