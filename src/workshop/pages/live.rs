//! The timeline's stream, and how one event looks.

use std::convert::Infallible;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::sse::{self, KeepAlive, Sse},
};
use futures_util::{Stream, stream};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Query, Shared, StepNumber};
use crate::workshop::{event::Event, timeline::Reader, view::Problem};

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
    State(workshop): State<Shared>,
    number: StepNumber,
    Query(After { after }): Query<After>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, Problem> {
    if workshop.timeline.readers() >= MOST_READERS {
        return Err(Problem(
            StatusCode::SERVICE_UNAVAILABLE,
            "too many tabs follow the timeline; close some".into(),
        ));
    }
    let step = workshop.lesson(number).step.number;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let reader = workshop.timeline.read_after(last.unwrap_or(after));
    Ok(Sse::new(stream::unfold(reader, move |reader| next(reader, step)))
        .keep_alive(KeepAlive::default()))
}

async fn next(mut reader: Reader, step: u8) -> Option<(Result<sse::Event, Infallible>, Reader)> {
    loop {
        let event = reader.next().await?;
        if event.step == step {
            let html = event_line(&event).into_string();
            return Some((Ok(sse::Event::default().id(event.id.to_string()).data(html)), reader));
        }
    }
}

/// One event: a line, and behind a fold what happened to the cookie and the record.
pub(super) fn event_line(event: &Event) -> Markup {
    let whole = event.part_of.is_none();
    html! {
        li.event.part[!whole] id={ "event-" (event.id) } {
            details {
                summary {
                    strong { (event.method) } " " code { (event.path) } " "
                    span.kind { (event.kind.word()) } " " span.status { (event.status.as_u16()) } " "
                    @if event.saved { span.mark { "saved" } }
                    @else if event.modified { span.mark { "deleted" } }
                }
                dl {
                    dt { "Cookie in" }
                    dd {
                        @match &event.cookie_in { Some(cookie) => code { (cookie) }, None => "none" }
                        @if event.other_cookies > 0 {
                            ", and " (event.other_cookies) " of other ports: cookies ignore ports"
                        }
                    }
                    dt { "Store" }
                    dd { @if event.calls.is_empty() { "not asked" } @for call in &event.calls { code { (call) } br; } }
                    dt { "Modified" } dd { (yes(event.modified)) }
                    dt { "Saved" } dd { (yes(event.saved)) }
                    dt { "Answer" }
                    dd { (event.status) @if let Some(to) = &event.location { ", go to " code { (to) } } }
                    dt { "Cookie out" }
                    dd {
                        @if event.cookies_out.is_empty() { "none" }
                        @for cookie in &event.cookies_out { code { (cookie) } br; }
                    }
                }
            }
            p.meaning { (event.meaning()) }
        }
    }
}

fn yes(it: bool) -> &'static str {
    if it { "yes" } else { "no" }
}
