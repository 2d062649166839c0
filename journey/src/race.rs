//! A race that a step's lab can watch.

use axum::Router;
use locallibrary::{Error, Library, outbox::Outbox};
use lossless_sessions::Recorder;

/// Many tabs of one browser at once, with one session engine or another.
pub struct Race {
    /// The page that each tab opens.
    pub page: &'static str,
    /// The value of the session that counts the tabs.
    pub counts: &'static str,
    /// The session engines to choose from.
    pub engines: &'static [Engine],
}

/// A session engine, and the site around it.
pub struct Engine {
    /// Its name on the step's own page.
    pub name: &'static str,
    /// What it does with a save that comes too late.
    pub does: &'static str,
    /// Makes the engine, behind a recorder.
    pub sessions: fn(&Library) -> Result<Recorder, Error>,
    /// Makes the site, whose pages send their letters to this outbox.
    pub site: fn(&Outbox, Recorder) -> Router,
}
