//! A scripted browser: what visitors do, written once.
//!
//! A [`Journey`] is plain data, so the snapshot tests, the workshop's replays, and the check of a learner's own server can
//! all use the same one. It runs at a [`Site`]: a router in this process, a program, or any address.
//!
//! ```text
//! step        one row of the list in steps/mod.rs, with its exercises
//! race        tabs of one browser at once, which a step's lab can watch
//! diagnosis   a broken program, and which line is wrong
//! act         what happens on a journey
//! expect      what must be true after a journey; visits: how a site counts them
//! transcript  what a journey saw
//! browser     the open page and the cookies; jar: how these are kept
//! requests    pages, forms, redirects; wanted: one of them; address: where a redirect leads
//! page        a page as a visitor reads it
//! pinned      pages as they are in the snapshots; change: what differs, line by line and in words
//! site        where a journey takes place; in_process, over_http and program are three such places
//! rows        the stored sessions, made older or replaced
//! bounded     what a program or a site says, up to a limit
//! ```

#![warn(missing_docs)]

mod act;
mod address;
pub mod bounded;
mod browser;
mod change;
mod diagnosis;
mod expect;
mod in_process;
mod jar;
mod over_http;
mod page;
mod pinned;
mod program;
mod race;
mod requests;
mod rows;
mod site;
mod step;
pub mod text;
mod transcript;
mod visits;
mod wanted;

pub use act::Act;
pub use browser::Browser;
pub use change::{Change, Piece, changes};
pub use diagnosis::{Diagnosis, Suspect, Verdict};
pub use expect::Expect;
pub use in_process::InProcess;
pub use over_http::{AGENT, OverHttp};
pub use page::lines;
pub use pinned::{Comparison, Difference, Pinned, indented};
pub use program::Program;
pub use race::{Engine, Race};
pub use site::{Answer, Site};
pub use step::{Exercise, SourceRule, Step, program};
pub use transcript::{Exchange, Transcript};
pub use visits::Counting;

use locallibrary::Error;

/// What a visitor does, step by step.
pub struct Journey {
    /// A caption, like "second visit"; unique within its step.
    pub title: &'static str,
    /// What happens, in this order.
    pub acts: &'static [Act],
    /// What must be true afterwards.
    pub expects: &'static [Expect],
}

/// The browser that a journey begins with.
const FIRST_BROWSER: &str = "Ann's";

impl Journey {
    /// Runs the journey at `site`, and returns what was seen.
    ///
    /// # Errors
    /// [`Error::Failed`] when it cannot be finished: nothing answers there, a button is missing, or the journey needs access
    /// to the server and has none.
    pub async fn run(&self, site: &mut dyn Site) -> Result<Transcript, Error> {
        let mut browsers = vec![Browser::new(FIRST_BROWSER)];
        let mut current = 0;
        let mut exchanges: Vec<Exchange> = Vec::new();
        for (number, act) in self.acts.iter().enumerate() {
            site.announce(act, &browsers[current]).await;
            let before = exchanges.len();
            let browser = &mut browsers[current];
            match *act {
                Act::Get(path) => exchanges.extend(browser.get(site, path).await?),
                Act::AtOnce(tabs, path) => {
                    let answers = browser.get_at_once(site, tabs, path).await?;
                    if let Some(sentence) = requests::not_all_answered(&answers) {
                        return Err(Error::Failed(sentence));
                    }
                }
                Act::Post(path, form) => exchanges.extend(browser.post(site, path, form).await?),
                Act::Press(label, form) => {
                    exchanges.extend(browser.press(site, label, form).await?)
                }
                Act::PostFromElsewhere(path, form) => {
                    exchanges.push(browser.post_from_elsewhere(site, path, form).await?);
                }
                Act::Picture(path) => exchanges.push(browser.load_picture(site, path).await?),
                Act::ClearCookies => browser.clear_cookies(),
                Act::CopyCookies(name) => {
                    let other = browsers.iter().find(|browser| browser.name() == name);
                    let other = other.cloned().unwrap_or_else(|| Browser::new(name));
                    browsers[current].copy_cookies(&other);
                }
                Act::Restart => site.restart().await?,
                Act::Wait(seconds) => {
                    site.wait(seconds).await?;
                    for browser in &mut browsers {
                        browser.wait(cookie::time::Duration::seconds(seconds.into()));
                    }
                }
                Act::OldRows(json) => site.replace_rows(json).await?,
                Act::Browser(name) => {
                    current = browsers
                        .iter()
                        .position(|b| b.name() == name)
                        .unwrap_or_else(|| {
                            browsers.push(Browser::new(name));
                            browsers.len() - 1
                        });
                }
            }
            exchanges[before..]
                .iter_mut()
                .for_each(|exchange| exchange.act = number);
        }
        let mut log = Vec::new();
        for about in self.expects.iter().filter_map(Expect::logged_about) {
            log.extend(site.logged(about).await);
        }
        Ok(Transcript {
            title: self.title,
            exchanges,
            log,
        })
    }

    /// Its title as it is written in a file name or an address: `second-visit`.
    pub fn slug(&self) -> String {
        self.title.replace(' ', "-")
    }

    /// Whether it needs the server itself, to which a site that somebody else runs gives no access.
    pub fn reaches_into_the_server(&self) -> bool {
        let logs = |expect: &Expect| expect.logged_about().is_some();
        self.acts.iter().any(Act::reaches_into_the_server) || self.expects.iter().any(logs)
    }
}
