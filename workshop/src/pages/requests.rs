//! The time machine: one request as it was, with the lines that asked the store.

use std::collections::BTreeSet;

use axum::{extract::State, http::HeaderMap};
use locallibrary::{Error, form::Path};
use lossless_sessions::Operation;
use maud::{Markup, PreEscaped, html};

use super::{Context, StepNumber, live, navigation};
use crate::{
    observe::{
        event::{Event, Subject},
        origin::{Lines, Origin},
        timeline::Moment,
    },
    shell::layout::{not_found, page_window},
    text::code,
};

/// `/steps/3/requests/17`: the page, the cookie, the record, and the lines of the source.
pub(super) async fn page(
    State(workshop): State<Context>,
    number: StepNumber,
    Path((_, id)): Path<(String, u64)>,
    headers: HeaderMap,
) -> Result<Markup, Error> {
    let lesson = workshop.lesson(number);
    let number = lesson.step.number;
    let moment = workshop
        .timeline
        .around(Subject::Step(number), id)
        .ok_or_else(forgotten)?;
    let program = Observed {
        now: format!("/steps/{number}"),
        lines: Some(format!("/steps/{number}/code")),
        source: lesson.step.source,
        listing: lesson.listing(),
        address: live::address(&workshop, number, &headers).unwrap_or_default(),
    };
    let content = machine(&program, &moment);
    Ok(navigation::step_page(
        &workshop,
        lesson,
        "/requests",
        content,
    ))
}

/// `/steps/3/mine/requests/17`: the same of the learner's own program.
pub(super) async fn of_mine(
    State(workshop): State<Context>,
    number: StepNumber,
    Path((_, id)): Path<(String, u64)>,
) -> Result<Markup, Error> {
    let lesson = workshop.lesson(number);
    let moment = workshop
        .timeline
        .around(Subject::Mine, id)
        .ok_or_else(forgotten)?;
    let source = workshop.mine.source().unwrap_or_default();
    let program = Observed {
        now: format!("/steps/{}/mine", lesson.step.number),
        lines: None,
        source: &source,
        listing: &code::lines("rust", &source),
        address: "your program".into(),
    };
    let content = machine(&program, &moment);
    Ok(navigation::step_page(&workshop, lesson, "/mine", content))
}

fn forgotten() -> Error {
    not_found("the timeline holds no such request any more; it keeps the latest ones")
}

/// The program that has answered: a step, or the learner's own.
struct Observed<'a> {
    /// The page where it is live.
    now: String,
    /// The page where each of its lines has a place.
    lines: Option<String>,
    source: &'a str,
    listing: &'a [PreEscaped<String>],
    address: String,
}

fn machine(program: &Observed, moment: &Moment) -> Markup {
    let event = &moment.event;
    let before = moment
        .before
        .as_ref()
        .and_then(|before| before.page.as_deref());
    let place = |id: Option<u64>, rel: &str, word: &str| {
        let path = id.map(|id| format!("{}/requests/{id}", program.now));
        html! {
            @match path {
                Some(path) => a.button rel=(rel) href=(path) { (word) },
                None => span.button aria-disabled="true" { (word) },
            }
        }
    };
    let address = program.address.trim_start_matches("http://");
    let origin = Origin::of(program.source, &event.method, &event.path);
    let calls = calls(event, origin.as_ref());
    html! {
        section.machine aria-labelledby="machine-title" data-event=(event.id) {
            header {
                h2 #machine-title { "Request " (event.id) ": " @if let Some(name) = event.visitor { (name) " " } (event.method) " " code { (event.path) } }
                nav aria-label="Requests" {
                    (place(moment.earlier, "prev", "← Earlier"))
                    (place(moment.later, "next", "Later →"))
                    a.button.now href=(program.now) { "Back to now" }
                }
            }
            p.meaning { (event.meaning()) }
            div.past {
                div {
                    (record(event))
                    (asked(&calls))
                }
                (page_window(
                    &format!("{address}{}", event.path),
                    event.page.as_deref().unwrap_or_default(),
                    before.unwrap_or_default(),
                    &format!("The page of request {}", event.id),
                ))
            }
            @match &origin {
                Some(origin) => { p.note { (legend(&calls, origin, event.cookie_in.is_some())) }
                    (handler(program, origin, &calls)) }
                None if calls.is_empty() => { p.note { "The catalog answered this, outside the session layer." } }
                None => { p.note { "A handler of the library answered this; no line of the program did." } }
            }
            (cookies(event))
        }
    }
}

/// The record before and after.
fn record(event: &Event) -> Markup {
    html! {
        h3 { "The record" }
        @if event.record.is_empty() {
            p { @if event.calls.is_empty() { "The store was not asked." } @else { "There was none, and there is none." } }
        } @else {
            table.record {
                thead { tr { th scope="col" { "Key" } th scope="col" { "Before" } th scope="col" { "After" } } }
                tbody {
                    @for item in &event.record {
                        tr.changed[item.changed()] {
                            th scope="row" { code { (item.key) } }
                            td { @match &item.before { Some(json) => code { (json) }, None => "none" } }
                            td { @match &item.after { Some(json) => code { (json) }, None => "none" } }
                        }
                    }
                }
            }
        }
    }
}

fn cookies(event: &Event) -> Markup {
    html! {
        h3 { "The cookie" }
        dl.cookies {
            dt { "came in" }
            dd {
                @match &event.cookie_in { Some(cookie) => code { (cookie) }, None => "none" }
                @if event.other_cookies > 0 {
                    ", and " (event.other_cookies) " of other ports: cookies ignore ports"
                }
            }
            dt { "went out" }
            dd {
                @if event.cookies_out.is_empty() { "none" }
                @for cookie in &event.cookies_out { code { (cookie) } " " }
            }
            dt { "answer" }
            dd { (event.status) @if let Some(to) = &event.location { ", go to " code { (to) } } }
        }
    }
}

/// A call of the store: what was asked, what came of it, and the lines behind it.
struct Call<'a> {
    operation: Operation,
    words: &'a str,
    lines: Vec<Lines>,
}

fn calls<'a>(event: &'a Event, origin: Option<&Origin>) -> Vec<Call<'a>> {
    let mut loads = 0;
    let calls = event.calls.iter().map(|(operation, words)| {
        let place = loads;
        loads += usize::from(*operation == Operation::Load);
        Call {
            operation: *operation,
            words,
            lines: origin.map_or(Vec::new(), |origin| origin.lines(*operation, place)),
        }
    });
    calls.collect()
}

/// Each call of the store, with the numbers of the lines behind it.
fn asked(calls: &[Call]) -> Markup {
    html! {
        h3 { "The store was asked" }
        @if calls.is_empty() { p { "Nothing." } }
        @else {
            ol.calls {
                @for call in calls {
                    li {
                        code { (call.words) }
                        @for lines in &call.lines { " " span.note { "line " (lines.start()) } }
                    }
                }
            }
        }
    }
}

/// What the marks in the handler mean.
fn legend(calls: &[Call], origin: &Origin, came_with_cookie: bool) -> &'static str {
    let stores = calls.iter().any(|call| call.operation != Operation::Load);
    match (calls.is_empty(), stores, origin.changes.is_empty()) {
        (true, ..) if came_with_cookie => "No line asked for the session.",
        (true, ..) => "The browser brought no cookie, so there was nothing to load.",
        (_, false, _) => {
            "Marked: the line that asked for the record. Nothing changed it, so nothing was stored."
        }
        (_, _, true) => {
            "Marked: the line that asked for the record, and the layer that has it stored at every request."
        }
        (_, _, false) => {
            "Marked: the line that asked for the record, and the one that changed it. \
             The session layer stores the change when the handler is done."
        }
    }
}

/// The handler's lines; those behind a call of the store are marked, and the call's word stands beside the first.
fn handler(program: &Observed, origin: &Origin, calls: &[Call]) -> Markup {
    let outside = calls.iter().flat_map(|call| &call.lines);
    let outside = outside.filter(|lines| !origin.handler.contains(lines.start()));
    let shown: BTreeSet<_> = outside
        .chain([&origin.handler])
        .cloned()
        .flatten()
        .collect();
    let asks = |line| {
        calls
            .iter()
            .any(|call| call.lines.iter().any(|lines| lines.contains(&line)))
    };
    let words = |line| {
        let begins = move |call: &&Call| call.lines.iter().any(|lines| *lines.start() == line);
        let words = calls.iter().filter(begins).map(|call| word(call.operation));
        words.collect::<BTreeSet<_>>()
    };
    html! {
        pre.code.listing tabindex="0" {
            code {
                @for line in shown {
                    span.asks[asks(line)] {
                        a href=[program.lines.as_ref().map(|page| format!("{page}#L{line}"))] { (line) }
                        (program.listing[line - 1])
                        @for word in words(line) { b { (word) } }
                        "\n"
                    }
                }
            }
        }
    }
}

fn word(operation: Operation) -> &'static str {
    match operation {
        Operation::Load => "load",
        Operation::Create => "create",
        Operation::Save => "save",
        Operation::Delete => "delete",
    }
}
