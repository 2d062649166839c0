//! A race: many tabs of one browser at once, and what each of them asked of the store.

use std::{
    ops::RangeInclusive,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, http::HeaderValue};
use journey::{Engine, Race};
use locallibrary::{
    Error, Library,
    outbox::{Letter, Outbox},
    tabs,
};
use lossless_sessions::{Data, Recorder};
use serde::Deserialize;
use tokio::{
    task::{AbortHandle, JoinSet},
    time::timeout,
};
use tower_sessions::session::Id;

pub use super::call::{Call, End, Mark};

use crate::sites::{
    call::{Noted, Notes, TAB, Watched},
    lock,
};

/// How many tabs may race.
pub const TABS: RangeInclusive<usize> = 2..=64;

/// How many race in slow motion.
const SLOW_TABS: usize = 2;

/// How long a race may take, and how long one in slow motion.
const LONGEST: Duration = Duration::from_secs(10);
const LONGEST_SLOW: Duration = Duration::from_secs(600);

/// How long a call may take, and what its tab does until it makes the next one.
const ONE_CALL: Duration = Duration::from_secs(5);

/// How many letters are shown.
const SHOWN_LETTERS: u32 = 5;

/// Where the races of a step take place, one at a time: a new race ends the one before.
pub struct Track {
    /// What races there.
    pub race: &'static Race,
    latest: Mutex<Option<Arc<Heat>>>,
    seen: Mutex<Option<Arc<Seen>>>,
}

/// What has been seen of a race.
pub struct Seen {
    /// The session engine.
    pub engine: &'static Engine,
    /// How many tabs race.
    pub tabs: usize,
    /// Whether each call waits until somebody lets it go on.
    pub is_slow: bool,
    /// The calls of the store, in their order.
    pub calls: Vec<Call>,
    /// Of each tab that was answered, whether it was with a page.
    pub answers: Vec<(usize, bool)>,
    /// The row before the race and now.
    pub row: [Option<Data>; 2],
    /// How many letters are in the outbox, and the first of them.
    pub letters: (u32, Vec<Letter>),
    /// How the race has ended, once it has.
    pub end: Option<End>,
}

impl Track {
    /// A track on which nobody has raced yet.
    pub(super) fn new(race: &'static Race) -> Self {
        Self {
            race,
            latest: Mutex::default(),
            seen: Mutex::default(),
        }
    }

    /// What has been seen of the latest race.
    pub fn seen(&self) -> Option<Arc<Seen>> {
        lock(&self.seen).clone()
    }

    /// Does what a button says, with this session engine and so many tabs.
    pub(super) async fn press(
        &self,
        press: Press,
        engine: &'static Engine,
        tabs: usize,
    ) -> Result<(), Error> {
        match press {
            Press::Race => self.race(engine, tabs).await,
            Press::Next => self.next(engine).await,
            Press::Stop => self.stop().await,
        }
    }

    /// Races at full speed, until the race ends.
    async fn race(&self, engine: &'static Engine, tabs: usize) -> Result<(), Error> {
        let heat = self.start(engine, tabs, false).await?;
        heat.notes.wait_until(|_| false).await;
        self.keep(&heat).await
    }

    /// Lets exactly the next call of a race in slow motion go on. Where there is no such race with this engine, one begins.
    async fn next(&self, engine: &'static Engine) -> Result<(), Error> {
        let latest = lock(&self.latest).clone();
        let heat = match latest.filter(|latest| latest.goes_on_slowly(engine)) {
            Some(heat) => heat,
            None => self.start(engine, SLOW_TABS, true).await?,
        };
        heat.next().await;
        self.keep(&heat).await
    }

    /// Ends the race, if there is one.
    async fn stop(&self) -> Result<(), Error> {
        let latest = lock(&self.latest).clone();
        let Some(heat) = latest else { return Ok(()) };
        heat.stop();
        self.keep(&heat).await
    }

    async fn start(
        &self,
        engine: &'static Engine,
        tabs: usize,
        is_slow: bool,
    ) -> Result<Arc<Heat>, Error> {
        let heat = Arc::new(Heat::start(self.race, engine, tabs, is_slow).await?);
        let before = lock(&self.latest).replace(heat.clone());
        if let Some(before) = before {
            before.stop();
        }
        Ok(heat)
    }

    async fn keep(&self, heat: &Heat) -> Result<(), Error> {
        let seen = heat.seen().await?;
        *lock(&self.seen) = Some(Arc::new(seen));
        Ok(())
    }
}

/// What a button of the race does.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Press {
    /// Opens all tabs at once.
    Race,
    /// Lets the next call go on, in slow motion.
    Next,
    /// Ends the race.
    Stop,
}

/// One race on it.
struct Heat {
    engine: &'static Engine,
    tabs: usize,
    is_slow: bool,
    notes: Arc<Notes>,
    sessions: Recorder,
    id: Option<Id>,
    before: Option<Data>,
    outbox: Outbox,
    task: AbortHandle,
}

impl Heat {
    /// Starts the site anew, opens its page once, which makes a session, and then in all tabs at once.
    async fn start(
        race: &'static Race,
        engine: &'static Engine,
        tabs: usize,
        is_slow: bool,
    ) -> Result<Self, Error> {
        let library = Library::in_memory()?;
        let outbox = Outbox::empty(library.database()).await?;
        let sessions = (engine.sessions)(&library)?;
        let notes = Notes::new(is_slow);
        let watched = Watched {
            sessions: sessions.clone(),
            notes: notes.clone(),
        };
        let site = (engine.site)(&outbox, Recorder::new(watched));
        let first = tabs::load(
            site.clone(),
            race.page,
            HeaderValue::from_static(""),
            "first",
        )
        .await;
        let cookie = tabs::cookie_of(&first);
        let id = cookie
            .to_str()
            .ok()
            .and_then(|pair| pair.split_once('=')?.1.parse().ok());
        let longest = if is_slow { LONGEST_SLOW } else { LONGEST };
        let (heat, page) = (notes.clone(), race.page);
        let racing = async move {
            let opened = timeout(longest, open(&heat, site, page, cookie, tabs)).await;
            heat.ended(opened.map_or(End::Stopped, |()| End::Finished));
        };
        Ok(Self {
            engine,
            tabs,
            is_slow,
            before: row(&sessions, id).await,
            notes,
            sessions,
            id,
            outbox,
            task: tokio::spawn(racing).abort_handle(),
        })
    }

    fn goes_on_slowly(&self, engine: &Engine) -> bool {
        self.is_slow && self.engine.name == engine.name && self.notes.noted().end.is_none()
    }

    /// Lets one call go on, and waits until every tab that was not answered waits for its next one.
    async fn next(&self) {
        let all_wait =
            |noted: &Noted| noted.waiting > 0 && noted.waiting + noted.answers.len() == self.tabs;
        let one_call = async {
            self.notes.wait_until(all_wait).await;
            let earlier = self.notes.noted().calls.len();
            self.notes.let_one_through();
            let goes_on = |noted: &Noted| noted.calls.len() > earlier && all_wait(noted);
            self.notes.wait_until(goes_on).await;
        };
        let _ = timeout(ONE_CALL, one_call).await;
    }

    fn stop(&self) {
        self.task.abort();
        self.notes.ended(End::Stopped);
    }

    async fn seen(&self) -> Result<Seen, Error> {
        let Noted {
            calls,
            answers,
            end,
            ..
        } = self.notes.noted();
        Ok(Seen {
            engine: self.engine,
            tabs: self.tabs,
            is_slow: self.is_slow,
            calls,
            answers,
            row: [self.before.clone(), row(&self.sessions, self.id).await],
            letters: (
                self.outbox.letters().await?,
                self.outbox.first(SHOWN_LETTERS).await?,
            ),
            end,
        })
    }
}

async fn row(sessions: &Recorder, id: Option<Id>) -> Option<Data> {
    Some(sessions.row(&id?).await?.0)
}

/// Opens the page in all tabs at once, and waits until each was answered.
async fn open(
    notes: &Arc<Notes>,
    site: Router,
    page: &'static str,
    cookie: HeaderValue,
    tabs: usize,
) {
    let mut racing = JoinSet::new();
    for tab in 0..tabs {
        let load = tabs::load(site.clone(), page, cookie.clone(), format!("tab {tab}"));
        let heat = notes.clone();
        racing.spawn(TAB.scope(tab, async move {
            let answer = load.await;
            heat.answered(tab, answer.status().is_success());
        }));
        if notes.is_slow() {
            // In slow motion they queue up in order.
            notes.wait_until(|noted| noted.waiting > tab).await;
        }
    }
    while racing.join_next().await.is_some() {}
}
