//! Who listens at a port of this machine: the workshop, a site of the course, or something else.

use std::time::Duration;

use journey::{Browser, OverHttp};
use locallibrary::{Error, server};
use tokio::time::timeout;

use crate::shell::layout::WORKSHOP;

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

/// The workshop listens here, the first step one port up.
pub const PORT: u16 = 3000;

/// What the site of the course calls itself on its home page, and Django's too.
const LIBRARY: &str = "Local Library";

/// No site has this page, so the answer is quick, and it counts as nobody's visit.
const NO_PAGE: &str = "/who-is-there";

/// Whoever has not answered by then is none of ours.
const PATIENCE: Duration = Duration::from_secs(20);

impl Neighbour {
    /// Asks who is at a port.
    pub async fn at(port: u16) -> Self {
        if server::bind(port).await.is_ok() {
            return Self::Nobody;
        }
        match timeout(PATIENCE, probe(port)).await {
            Ok(Ok(neighbour)) => neighbour,
            _ => Self::Stranger,
        }
    }
}

async fn probe(port: u16) -> Result<Neighbour, Error> {
    let mut site = OverHttp::new(&format!("http://127.0.0.1:{port}"));
    let mut browser = Browser::new("the workshop's");
    for (path, words, neighbour) in [
        (NO_PAGE, WORKSHOP, Neighbour::Workshop),
        ("/", LIBRARY, Neighbour::Library),
    ] {
        let shown = browser.get(&mut site, path).await?;
        if shown.iter().any(|shown| shown.page.contains(words)) {
            return Ok(neighbour);
        }
    }
    Ok(Neighbour::Stranger)
}
