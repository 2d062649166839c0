//! The live step beside its lesson: the site in a browser's window, and the timeline, which grows by a stream.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::sse::{self, KeepAlive, Sse},
};
use futures_util::{Stream, stream};
use locallibrary::{Error, form::Query};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Context, StepNumber};
use crate::observe::{
    event::{Event, Subject},
    record::Item,
    timeline::Reader,
};

/// The name in the browser's address bar. What stands in a frame has it too.
pub(super) fn host_name(headers: &HeaderMap) -> &'static str {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    match host {
        Some(host) if host.starts_with("localhost") => "localhost",
        _ => "127.0.0.1",
    }
}

/// Where a step is live.
pub(super) fn address(workshop: &Context, number: u8, headers: &HeaderMap) -> Option<String> {
    let port = workshop.ports.get(&number)?;
    Some(format!("http://{}:{port}", host_name(headers)))
}

/// How many events a page shows at first; the script keeps to a like number.
const SHOWN: usize = 60;

pub(super) fn timeline(step: u8, events: &[Arc<Event>]) -> Markup {
    let newest = events.first().map_or(0, |event| event.id);
    let address = format!("/steps/{step}");
    html! {
        section.timeline aria-labelledby="timeline-title" {
            header {
                h2 #timeline-title { "Timeline" }
                p.note {
                    "Choose a request to go back to it. "
                    noscript { "Without script: reload to see more." }
                }
                label.note { input #parts type="checkbox"; " styles, icons" }
            }
            ol #timeline data-events={ (address) "/events" } data-after=(newest) data-shown=(SHOWN) {
                @for event in events.iter().take(SHOWN) { (row(&address, event)) }
            }
            p.note.nothing { "No request yet: open the site." }
        }
    }
}

/// One event in one line: what was asked for, and what that changed in the record. The request has its page below
/// `address`.
pub(super) fn row(address: &str, event: &Event) -> Markup {
    html! {
        li.event.part[!event.is_whole()] id={ "event-" (event.id) } {
            a href={ (address) "/requests/" (event.id) } {
                @if let Some(name) = event.visitor { span.who { (name) } }
                span.asked { b { (event.method) } " " code { (event.path) } }
                @if let Some(process) = event.process { span.kind { "process " (process) } }
                @if event.kind.word() != "page" { span.kind { (event.kind.word()) } }
                @if event.status.is_client_error() || event.status.is_server_error() {
                    span.kind.bad { (event.status.as_u16()) }
                }
                span.effect {
                    @for item in event.changes() { (change(item)) }
                    @if event.changes().next().is_none() { span.quiet { (effect(event)) } }
                }
            }
        }
    }
}

/// `num_visits 3 → 4`.
pub(super) fn change(item: &Item) -> Markup {
    html! {
        span.change {
            (item.key) " " (value(&item.before)) span aria-label="becomes" { " → " } strong { (value(&item.after)) }
        }
    }
}

fn value(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or("none")
}

/// What a request did that changed no value.
fn effect(event: &Event) -> &'static str {
    match (event.saved, event.loaded) {
        (true, _) => "saved as it was",
        (false, true) => "read only",
        (false, false) => "store not asked",
    }
}

/// More tabs than this at once are refused: each holds a connection.
const MOST_READERS: usize = 64;

/// Where a page's own list of events ends.
#[derive(Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: u64,
}

/// `/steps/3/events?after=17`: what comes after event 17, as server-sent events (HTML Living Standard, 9.2). A
/// browser that was cut off says itself where it stopped, in `Last-Event-ID`.
pub(super) async fn events(
    State(workshop): State<Context>,
    number: StepNumber,
    Query(After { after }): Query<After>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, Error> {
    if workshop.timeline.readers() >= MOST_READERS {
        return Err(Error::Request(
            StatusCode::SERVICE_UNAVAILABLE,
            "too many tabs follow the timeline; close some".into(),
        ));
    }
    let step = workshop.lesson(number).step.number;
    let last = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    let reader = workshop.timeline.read_after(last.unwrap_or(after));
    Ok(
        Sse::new(stream::unfold(reader, move |reader| next(reader, step)))
            .keep_alive(KeepAlive::default()),
    )
}

async fn next(mut reader: Reader, step: u8) -> Option<(Result<sse::Event, Infallible>, Reader)> {
    loop {
        let event = reader.next().await?;
        if event.subject == Subject::Step(step) {
            let html = row(&format!("/steps/{step}"), &event).into_string();
            return Some((
                Ok(sse::Event::default().id(event.id.to_string()).data(html)),
                reader,
            ));
        }
    }
}
