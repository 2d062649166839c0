//! A scripted browser: what visitors do, written once.
//!
//! A [`Journey`] is plain data, so the same one serves the snapshot tests, the workshop's replays, and the
//! check of a learner's own server. It runs at a [`Site`]: a router in this process, or any address over HTTP.

mod browser;
mod site;
mod transcript;

pub use browser::Browser;
pub use site::Site;
pub use transcript::{Exchange, Transcript};

use crate::Error;

/// What a visitor does, step by step.
pub struct Journey {
    /// A caption, like "second visit"; unique within its step.
    pub title: &'static str,
    /// What happens, in this order.
    pub acts: &'static [Act],
}

/// One thing that happens on a journey.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// Open a page.
    Get(&'static str),
    /// Send a form: the path and the urlencoded fields. An answer that redirects is followed.
    Post(&'static str, &'static str),
    /// A page of another site sends this form here, with the visitor's browser.
    PostFromElsewhere(&'static str, &'static str),
    /// Go on in the browser of this name; the first is "Ann's".
    Browser(&'static str),
    /// Clear the browser's cookies.
    ClearCookies,
    /// Stop the server and start it again.
    Restart,
}

/// The browser that a journey begins with.
const FIRST_BROWSER: &str = "Ann's";

impl Journey {
    /// Runs the journey at `site` and tells what was seen.
    ///
    /// # Errors
    /// [`Error::Start`] when nothing answers there, or the site cannot be restarted.
    pub async fn run(&self, site: &mut Site) -> Result<Transcript, Error> {
        let mut browsers = vec![Browser::new(FIRST_BROWSER)];
        let mut current = 0;
        let mut exchanges = Vec::new();
        for act in self.acts {
            let browser = &mut browsers[current];
            match *act {
                Act::Get(path) => exchanges.extend(browser.get(site, path).await?),
                Act::Post(path, form) => exchanges.extend(browser.post(site, path, form).await?),
                Act::PostFromElsewhere(path, form) => {
                    exchanges.push(browser.post_from_elsewhere(site, path, form).await?);
                }
                Act::ClearCookies => browser.clear_cookies(),
                Act::Restart => site.restart()?,
                Act::Browser(name) => {
                    current = browsers.iter().position(|b| b.name() == name).unwrap_or_else(|| {
                        browsers.push(Browser::new(name));
                        browsers.len() - 1
                    });
                }
            }
        }
        Ok(Transcript { title: self.title, exchanges })
    }

    /// Whether it restarts the server, which only works at a site in this process.
    pub fn restarts(&self) -> bool {
        self.acts.iter().any(|act| matches!(act, Act::Restart))
    }
}
