//! Who holds a connection, and who gives way when there are no more.
//!
//! A fixed limit for each address would be wrong behind a proxy, and for the many people of a school that share one. So
//! there is none as long as connections are left. When all are taken, the address that holds the most gives one up. On
//! this machine, where all clients have the same address, it is thus the client who keeps us waiting longest.

use std::{
    cmp::Reverse,
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use tokio::sync::{Notify, oneshot};

/// A program's connections, of which there are only so many at once; clones share them.
#[derive(Clone, Debug)]
pub struct Places {
    most: usize,
    held: Arc<Mutex<Held>>,
    /// Tells that a place was given back, or that its client is waited for.
    changed: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Held {
    next: u64,
    places: HashMap<u64, Place>,
}

#[derive(Debug)]
struct Place {
    address: IpAddr,
    /// Since when the client is waited for: to send a request or the rest of one, or to read an answer. `None` while a
    /// request is worked on.
    waits_since: Option<Instant>,
    /// The connection ends when this is dropped.
    _stays: oneshot::Sender<()>,
}

/// A place that is taken, until this is dropped.
pub(super) struct Seat {
    number: u64,
    places: Places,
}

/// Is ready when the connection has to give way.
pub(super) type GivesWay = oneshot::Receiver<()>;

impl Places {
    /// At most so many at once.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            held: Arc::default(),
            changed: Arc::default(),
        }
    }

    /// Takes a place, if need be that of another connection; waits while all others are being answered.
    pub(super) async fn take(&self, address: IpAddr) -> (Seat, GivesWay) {
        loop {
            // Listening begins before the attempt, so that no change in between is missed.
            let changed = self.changed.notified();
            if let Some(taken) = self.try_take(address) {
                return taken;
            }
            changed.await;
        }
    }

    fn try_take(&self, address: IpAddr) -> Option<(Seat, GivesWay)> {
        let mut held = self.held();
        if held.places.len() >= self.most && !held.make_way() {
            return None;
        }
        let (stays, gives_way) = oneshot::channel();
        let number = held.next;
        held.next += 1;
        let place = Place {
            address,
            waits_since: Some(Instant::now()),
            _stays: stays,
        };
        held.places.insert(number, place);
        let places = self.clone();
        Some((Seat { number, places }, gives_way))
    }

    /// Ends one connection, because the process may open no more files.
    pub(super) fn make_way(&self) {
        self.held().make_way();
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Ends a connection whose client is waited for, of the address that holds the most: the one that waits longest.
    fn make_way(&mut self) -> bool {
        let mut of_address = HashMap::new();
        for place in self.places.values() {
            *of_address.entry(place.address).or_insert(0) += 1;
        }
        let waiting = self.places.iter().filter_map(|(number, place)| {
            let since = place.waits_since?;
            Some((of_address[&place.address], Reverse(since), *number))
        });
        let first = waiting.max();
        first.is_some_and(|(_, _, number)| self.places.remove(&number).is_some())
    }
}

impl Seat {
    /// Notes whether the client is waited for.
    pub fn wait(&self, waits: bool) {
        if let Some(place) = self.places.held().places.get_mut(&self.number) {
            let since = place.waits_since.unwrap_or_else(Instant::now);
            place.waits_since = waits.then_some(since);
        }
        if waits {
            self.places.changed.notify_waiters();
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.places.held().places.remove(&self.number);
        self.places.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_told_to_go((_, gives_way): &mut (Seat, GivesWay)) -> bool {
        gives_way.try_recv() == Err(oneshot::error::TryRecvError::Closed)
    }

    #[test]
    fn the_address_that_holds_the_most_gives_way_with_the_one_that_waits_longest() {
        let places = Places::new(4);
        let (greedy, other) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        let mut first = places.try_take(other).unwrap();
        let mut busy = places.try_take(greedy).unwrap();
        let mut slow = places.try_take(greedy).unwrap();
        let mut fresh = places.try_take(greedy).unwrap();
        busy.0.wait(false);
        let _next = places.try_take(other).unwrap();
        let told = [&mut first, &mut busy, &mut slow, &mut fresh].map(is_told_to_go);
        assert_eq!(told, [false, false, true, false]);
    }

    #[tokio::test]
    async fn a_connection_whose_request_is_worked_on_is_waited_for() {
        let places = Places::new(1);
        let address = IpAddr::from([127, 0, 0, 1]);
        let mut busy = places.try_take(address).unwrap();
        busy.0.wait(false);
        assert!(places.try_take(address).is_none());
        assert!(!is_told_to_go(&mut busy));
        let (_next, ()) = tokio::join!(places.take(address), async { busy.0.wait(true) });
        assert!(is_told_to_go(&mut busy));
    }
}
