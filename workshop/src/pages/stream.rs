//! Parts of a page that change by themselves, as server-sent events (HTML Living Standard, 9.2).

use std::convert::Infallible;

use axum::{
    http::StatusCode,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, StreamExt, stream};
use locallibrary::Error;
use maud::Markup;
use tokio::sync::watch;

/// More tabs than this at once are refused: each holds a connection.
const MOST_READERS: usize = 64;

/// Refuses a tab too many.
pub(super) fn has_room(readers: usize) -> Result<(), Error> {
    if readers < MOST_READERS {
        return Ok(());
    }
    let words = "too many tabs follow this page; close some";
    Err(Error::Request(
        StatusCode::SERVICE_UNAVAILABLE,
        words.into(),
    ))
}

/// What `render` gives, now and after each change, until the workshop has stopped. Changes that come faster than they can
/// be sent become one.
pub(super) fn of_changes<T, F, R>(
    mut stopped: watch::Receiver<()>,
    mut changes: watch::Receiver<T>,
    render: F,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>>
where
    T: Send + Sync + 'static,
    F: Fn() -> R + Send + 'static,
    R: Future<Output = Markup> + Send + 'static,
{
    changes.mark_changed(); // What has changed since the page was made is sent at once.
    let parts = stream::unfold((changes, render), async |(mut changes, render)| {
        changes.changed().await.ok()?;
        let part = render().await.into_string();
        Some((Ok(Event::default().data(part)), (changes, render)))
    });
    let stopped = async move { _ = stopped.changed().await };
    Sse::new(parts.take_until(stopped)).keep_alive(KeepAlive::default())
}
