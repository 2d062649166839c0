//! The timeline's stream, and how one event looks.

use std::convert::Infallible;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::sse::{self, KeepAlive, Sse},
};
use futures_util::{Stream, stream};
use locallibrary::{Error, form::Query};
use serde::Deserialize;

use super::{Context, StepNumber};
use crate::{timeline::Reader, view::event_line};

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
        if event.step == step {
            let html = event_line(&event).into_string();
            return Some((
                Ok(sse::Event::default().id(event.id.to_string()).data(html)),
                reader,
            ));
        }
    }
}
