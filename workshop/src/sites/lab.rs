//! The visitor lab of a step: a few visitors with cookie jars of their own, and the store's rows between them.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use journey::{Engine, Journey, Step, Transcript};
use locallibrary::Error;
use serde::Deserialize;
use tokio::{net::TcpListener, sync::watch};
use tower_sessions::cookie::time::Duration;

pub use super::{guest::Guest, row::Row};

use crate::sites::{
    live::Live,
    lock,
    machines::Machines,
    race::{Press, Track},
};

/// Who may come. More would only hold ports.
pub const NAMES: [&str; 4] = ["Ann", "Ben", "Mallory", "Dan"];

/// Who is there when a lesson is opened first.
const PRESENT: usize = 2;

/// How many rows are shown. Those that no cookie leads to any more go first.
const MOST_ROWS: usize = 12;

/// One lab: each step has its own, and everybody who opens the lesson sees the same.
pub struct Lab {
    pub(super) live: Arc<Live>,
    pub(super) visitors: Vec<Guest>,
    present: AtomicUsize,
    rows: Mutex<Vec<Row>>,
    /// What the last button did, in a sentence.
    status: Mutex<String>,
    /// Where the step's race takes place, if it has one.
    pub race: Option<Track>,
    /// The step's processes, where it is several.
    pub machines: Option<Machines>,
    /// The replay that somebody has chosen.
    pub(super) chosen: Mutex<Option<Chosen>>,
    /// One button at a time.
    pub(super) turn: tokio::sync::Mutex<()>,
    /// One look at the rows at a time.
    looking: tokio::sync::Mutex<()>,
    changes: watch::Sender<u64>,
}

/// A replay that somebody has chosen.
#[derive(Clone)]
pub struct Chosen {
    /// What visitors do.
    pub journey: &'static Journey,
    /// What was seen, once it has been played.
    pub seen: Option<Arc<Transcript>>,
}

/// What a button of the lab does.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum LabAction {
    /// Opens the lesson's page, or the open one again.
    Reload,
    /// Clears a visitor's cookies.
    Forget,
    /// Brings one more visitor.
    NewVisitor,
    /// Stops the step's server and starts it again.
    Restart,
    /// Kills one of the step's processes.
    Kill,
    /// Starts a process where one is missing.
    BringBack,
    /// Lets two weeks pass, for every browser and for the store.
    Wait,
}

impl Lab {
    /// The lab of a step. Each listener is a visitor's.
    pub fn new(live: Arc<Live>, listeners: &[TcpListener]) -> Arc<Self> {
        let machines = live.step.processes.map(Machines::new);
        let site = match &machines {
            Some(machines) => live.observed(machines.site()),
            None => live.site(),
        };
        let guests = NAMES.iter().zip(listeners);
        let guests = guests.map(|(name, listener)| Guest::new(name, listener, site.clone()));
        Arc::new(Self {
            visitors: guests.collect(),
            race: live.step.race.map(Track::new),
            machines,
            live,
            present: AtomicUsize::new(PRESENT),
            rows: Mutex::default(),
            status: Mutex::default(),
            chosen: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            looking: tokio::sync::Mutex::default(),
            changes: watch::Sender::new(0),
        })
    }

    /// What each visitor's port serves, in the order of the listeners.
    pub fn sites(self: &Arc<Self>) -> Vec<Router> {
        let note = from_fn_with_state(self.clone(), note_rows);
        let sites = self.visitors.iter().map(|guest| guest.site.clone());
        sites.map(|site| site.layer(note.clone())).collect()
    }

    /// The visitors who are there.
    pub fn guests(&self) -> &[Guest] {
        &self.visitors[..self.present.load(Ordering::Relaxed)]
    }

    /// All who may come, and whether each is there.
    pub fn everybody(&self) -> impl Iterator<Item = (&Guest, bool)> {
        let present = self.guests().len();
        let places = self.visitors.iter().enumerate();
        places.map(move |(place, guest)| (guest, place < present))
    }

    /// The step that they visit.
    pub fn step(&self) -> &'static Step {
        self.live.step
    }

    /// The rows, the oldest first.
    pub fn rows(&self) -> Vec<Row> {
        lock(&self.rows).clone()
    }

    /// What the last button did.
    pub fn status(&self) -> String {
        lock(&self.status).clone()
    }

    /// Tells of every change from now on.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// How many wait for changes.
    pub fn readers(&self) -> usize {
        self.changes.receiver_count()
    }

    /// Does what a button says, for the visitor of this name where it is one's.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such visitor, or the step does not start again.
    pub async fn act(&self, act: LabAction, name: &str) -> Result<(), Error> {
        let turn = self.turn.lock().await;
        let guest = || {
            let mut guests = self.guests().iter();
            guests
                .find(|guest| guest.visitor.name == name)
                .ok_or(Error::NotFound)
        };
        let said = match act {
            LabAction::Reload => {
                let guest = guest()?;
                let path = self.page_of(guest);
                let status = guest.visitor.load(&guest.site, &path).await;
                guest.has_opened();
                format!("{name} opened {path}: {status}.")
            }
            LabAction::Forget => {
                guest()?.visitor.forget_cookies();
                format!(
                    "{name} has no cookie any more. The row is still there, and nobody has its id."
                )
            }
            LabAction::NewVisitor => match self.guests().len() {
                all if all == NAMES.len() => format!(
                    "{all} visitors are enough. Let one forget the cookie: that makes a new one."
                ),
                next => format!(
                    "{} has come, without a cookie.",
                    self.bring(next).visitor.name
                ),
            },
            LabAction::Restart => {
                self.live.restart()?;
                "The server was stopped and started again. Every browser has kept its cookies."
                    .into()
            }
            LabAction::Kill => match self.machines()?.kill() {
                Some(process) => format!("Process {process} was killed."),
                None => "No process runs.".into(),
            },
            LabAction::BringBack => {
                self.machines()?.start().await?;
                "Where a process was missing, one was started.".into()
            }
            LabAction::Wait => {
                self.live.wait(Duration::WEEK * 2);
                self.visitors
                    .iter()
                    .for_each(|guest| guest.visitor.wait(Duration::WEEK * 2));
                "Two weeks have passed, for the browsers and for the store.".into()
            }
        };
        drop(turn);
        self.set_status(said).await;
        Ok(())
    }

    fn machines(&self) -> Result<&Machines, Error> {
        self.machines.as_ref().ok_or(Error::NotFound)
    }

    /// Does what a button of the race says, with this session engine and so many tabs.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the step has no race; [`Error::Failed`] when the engine does not open.
    pub async fn race(
        &self,
        press: Press,
        engine: &'static Engine,
        tabs: usize,
    ) -> Result<(), Error> {
        let track = self.race.as_ref().ok_or(Error::NotFound)?;
        track.press(press, engine, tabs).await?;
        self.set_status(String::new()).await;
        Ok(())
    }

    /// Says what has happened, and reads the rows.
    pub(super) async fn set_status(&self, status: String) {
        *lock(&self.status) = status;
        self.read_rows().await;
    }

    /// Brings the visitor of this place, and those before.
    pub(super) fn bring(&self, place: usize) -> &Guest {
        let place = place.min(self.visitors.len() - 1);
        self.present.fetch_max(place + 1, Ordering::Relaxed);
        &self.visitors[place]
    }

    /// The page that a visitor has open, or else the lesson's.
    pub fn page_of(&self, guest: &Guest) -> String {
        let open = guest.visitor.open();
        open.unwrap_or_else(|| self.live.step.opens_at.into())
    }

    /// Reads the rows that the jars lead to, and those that they led to before.
    pub(super) async fn read_rows(&self) {
        let alone = self.looking.lock().await;
        let owners: Vec<_> = self.visitors.iter().flat_map(Guest::ids).collect();
        let mut rows = self.rows();
        for (_, id) in &owners {
            if !rows.iter().any(|row| row.id == *id) {
                rows.push(Row::of(*id));
            }
        }
        let sessions = self.live.sessions();
        for row in &mut rows {
            row.owner = owners
                .iter()
                .find(|(_, id)| *id == row.id)
                .map(|(name, _)| *name);
            row.now_holds(sessions.row(&row.id).await);
        }
        rows.retain(|row| row.owner.is_some() || row.data.is_some());
        while rows.len() > MOST_ROWS {
            let lost = rows.iter().position(|row| row.owner.is_none());
            rows.remove(lost.unwrap_or(0));
        }
        *lock(&self.rows) = rows;
        drop(alone);
        self.changes.send_modify(|change| *change += 1);
    }
}

/// After each answer to a visitor the rows are read again.
async fn note_rows(State(lab): State<Arc<Lab>>, request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    lab.read_rows().await;
    answer
}
