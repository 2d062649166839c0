//! Who listens at a port of this machine: the workshop, a site of the course, or something else.

use std::time::Duration;

use journey::{Browser, OverHttp};
use locallibrary::server;
use tokio::time::timeout;

/// Who answers at a port.
pub enum Neighbour {
    /// The port is free.
    Nobody,
    /// The workshop.
    Workshop,
    /// LocalLibrary: a step, the learner's own copy, or Django's.
    Library,
    /// Anything else.
    Stranger,
}

/// What every page of the workshop has in its title.
pub const WORKSHOP: &str = "LocalLibrary workshop";

/// What the site of the course calls itself on its home page, and Django's too.
const LIBRARY: &str = "Local Library";

/// Whoever has not answered by then is none of ours.
const PATIENCE: Duration = Duration::from_secs(20);

impl Neighbour {
    /// Asks for the home page at a port.
    pub async fn at(port: u16) -> Self {
        if server::bind(port).await.is_ok() {
            return Self::Nobody;
        }
        let mut site = OverHttp::new(&format!("http://127.0.0.1:{port}"));
        let mut browser = Browser::new("the workshop's");
        let asked = timeout(PATIENCE, browser.get(&mut site, "/")).await;
        let pages = asked.ok().and_then(Result::ok).unwrap_or_default();
        let says = |words| pages.iter().any(|shown| shown.page.contains(words));
        match (says(WORKSHOP), says(LIBRARY)) {
            (true, _) => Self::Workshop,
            (false, true) => Self::Library,
            _ => Self::Stranger,
        }
    }
}
