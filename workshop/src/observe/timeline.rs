//! What the live steps were asked lately, and who wants to hear of the next request.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::broadcast;

use crate::observe::event::{Event, Subject};

/// How many events are kept. Each is bounded too, so the timeline's memory is.
const KEPT: usize = 300;

/// How far a reader may fall behind before it is dropped. Its browser comes back by itself and catches up.
const BEHIND: usize = 128;

/// The latest requests of every live step, and of the learner's program.
pub struct Timeline(Mutex<Events>);

struct Events {
    latest: VecDeque<Arc<Event>>,
    next_id: u64,
    /// `None` once the workshop stops: that ends every reader's stream.
    readers: Option<broadcast::Sender<Arc<Event>>>,
}

/// One event, and its neighbours.
pub struct Moment {
    /// The event.
    pub event: Arc<Event>,
    /// The last one before it that showed the same page.
    pub before: Option<Arc<Event>>,
    /// The whole request before it.
    pub earlier: Option<u64>,
    /// The one after it.
    pub later: Option<u64>,
}

/// A reader's place in the timeline: what it has missed, and what is to come.
pub struct Reader {
    missed: VecDeque<Arc<Event>>,
    coming: Option<broadcast::Receiver<Arc<Event>>>,
}

impl Timeline {
    /// A timeline without events.
    pub fn new() -> Self {
        let (readers, _) = broadcast::channel(BEHIND);
        Self(Mutex::new(Events {
            latest: VecDeque::new(),
            next_id: 1,
            readers: Some(readers),
        }))
    }

    /// Notes an event and tells every reader.
    pub fn add(&self, mut event: Event) {
        let mut state = self.state();
        event.id = state.next_id;
        state.next_id += 1;
        let event = Arc::new(event);
        state.latest.push_back(event.clone());
        if state.latest.len() > KEPT {
            state.latest.pop_front();
        }
        if let Some(readers) = &state.readers {
            let _ = readers.send(event); // Nobody may be reading; that is no error.
        }
    }

    /// The kept events of a program, the newest first.
    pub fn latest(&self, subject: Subject) -> Vec<Arc<Event>> {
        self.state()
            .latest
            .iter()
            .rev()
            .filter(|event| event.subject == subject)
            .cloned()
            .collect()
    }

    /// The events of a program around the one of this id: it, the whole request before it, and the one after it.
    /// `None` when it was never there, or is forgotten.
    pub fn around(&self, subject: Subject, id: u64) -> Option<Moment> {
        let latest = self.latest(subject);
        let event = latest.iter().find(|event| event.id == id)?.clone();
        let whole = || latest.iter().filter(|event| event.is_whole());
        let mut earlier = whole().filter(|other| other.id < id);
        Some(Moment {
            before: earlier
                .clone()
                .find(|other| other.shows_like(&event))
                .cloned(),
            earlier: earlier.next().map(|other| other.id),
            later: whole()
                .rev()
                .map(|other| other.id)
                .find(|later| *later > id),
            event,
        })
    }

    /// Starts to read after the event of this id. Nothing is lost between what was missed and what is to come:
    /// both are taken under one lock.
    pub fn read_after(&self, id: u64) -> Reader {
        let state = self.state();
        Reader {
            missed: state
                .latest
                .iter()
                .filter(|event| event.id > id)
                .cloned()
                .collect(),
            coming: state.readers.as_ref().map(broadcast::Sender::subscribe),
        }
    }

    /// How many readers there are.
    pub fn readers(&self) -> usize {
        self.state()
            .readers
            .as_ref()
            .map_or(0, broadcast::Sender::receiver_count)
    }

    /// Ends every reader's stream.
    pub fn close(&self) {
        self.state().readers = None;
    }

    /// The state stays whole whatever happens to its holders, so a poisoned lock is none.
    fn state(&self) -> MutexGuard<'_, Events> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    /// The next event; `None` when the reader was too slow, or the workshop stops.
    pub async fn next(&mut self) -> Option<Arc<Event>> {
        match self.missed.pop_front() {
            Some(event) => Some(event),
            None => self.coming.as_mut()?.recv().await.ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, Request, StatusCode};

    use super::*;

    fn event() -> Event {
        let (request, ()) = Request::get("/").body(()).unwrap().into_parts();
        Event::new(
            Subject::Step(3),
            &request,
            &[],
            StatusCode::OK,
            &HeaderMap::new(),
        )
    }

    #[tokio::test]
    async fn a_reader_gets_what_it_missed_and_then_what_comes_in_order() {
        let timeline = Timeline::new();
        (0..3).for_each(|_| timeline.add(event()));
        let mut reader = timeline.read_after(1);
        timeline.add(event());
        for expected in 2..=4 {
            assert_eq!(reader.next().await.unwrap().id, expected);
        }
    }

    #[tokio::test]
    async fn a_slow_reader_is_dropped_and_catches_up_when_it_comes_back() {
        let timeline = Timeline::new();
        let mut slow = timeline.read_after(0);
        (0..BEHIND + 1).for_each(|_| timeline.add(event()));
        assert!(slow.next().await.is_none());
        assert_eq!(timeline.read_after(0).next().await.unwrap().id, 1);
    }

    #[test]
    fn the_oldest_events_are_forgotten() {
        let timeline = Timeline::new();
        (0..10 * KEPT).for_each(|_| timeline.add(event()));
        assert_eq!(timeline.latest(Subject::Step(3)).len(), KEPT);
        assert_eq!(timeline.latest(Subject::Step(3))[0].id, 10 * KEPT as u64);
    }

    #[tokio::test]
    async fn closing_ends_every_stream() {
        let timeline = Timeline::new();
        let mut reader = timeline.read_after(0);
        timeline.close();
        assert!(reader.next().await.is_none() && timeline.read_after(0).next().await.is_none());
    }
}
