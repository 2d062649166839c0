//! A scripted browser: what visitors do, written once.
//!
//! A [`Journey`] is plain data, so the same one serves the snapshot tests, the workshop's replays, and the check of
//! a learner's own server. It runs at a [`Site`]: a router in this process, a program, or any address.
//!
//! ```text
//! step        one row of the list in steps/mod.rs
//! browser     a cookie jar, pages, forms, redirects; address says where those lead
//! page        a page as a visitor reads it
//! expect      what must be so after a journey
//! transcript  what a journey saw
//! site        where a journey takes place; in_process, over_http and program are three such places
//! ```

#![warn(missing_docs)]

mod address;
mod browser;
mod expect;
mod in_process;
mod over_http;
mod page;
mod program;
mod site;
mod step;
mod transcript;

pub use browser::Browser;
pub use expect::Expect;
pub use in_process::InProcess;
pub use over_http::OverHttp;
pub use page::lines;
pub use program::Program;
pub use site::{Answer, Site};
pub use step::{Exercise, Step, program};
pub use transcript::{Exchange, Transcript};

use std::fmt;

use locallibrary::Error;

/// What a visitor does, step by step.
pub struct Journey {
    /// A caption, like "second visit"; unique within its step.
    pub title: &'static str,
    /// What happens, in this order.
    pub acts: &'static [Act],
    /// What must be so afterwards.
    pub expects: &'static [Expect],
}

/// One thing that happens on a journey.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// Open a page.
    Get(&'static str),
    /// Send a form: the path and the urlencoded fields. An answer that redirects is followed.
    Post(&'static str, &'static str),
    /// Press the button with this label on the page that is open, with these urlencoded fields.
    Press(&'static str, &'static str),
    /// A page of another site sends this form here, with the visitor's browser.
    PostFromElsewhere(&'static str, &'static str),
    /// Go on in the browser of this name; the first is "Ann's".
    Browser(&'static str),
    /// Clear the browser's cookies.
    ClearCookies,
    /// Put a copy of the cookies of the browser of this name into this one, as a thief or an attacker does.
    CopyCookies(&'static str),
    /// Stop the server and start it again.
    Restart,
}

impl fmt::Display for Act {
    /// What to do, in words: `Send text=beetle to /my-car`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Get(path) => write!(f, "Open {path}"),
            Self::Post(path, "") => write!(f, "Press the button that posts to {path}"),
            Self::Post(path, form) => write!(f, "Send {form} to {path}"),
            Self::Press(label, "") => write!(f, "Press “{label}”"),
            Self::Press(label, form) => write!(f, "Type {form} and press “{label}”"),
            Self::PostFromElsewhere(path, form) => {
                write!(f, "On a page of another site, send {form} to {path}")
            }
            Self::Browser(name) => write!(f, "Go on in {name} browser"),
            Self::ClearCookies => f.write_str("Clear the browser's cookies"),
            Self::CopyCookies(name) => {
                write!(
                    f,
                    "Put a copy of the cookies of {name} browser into this one"
                )
            }
            Self::Restart => f.write_str("Restart the server"),
        }
    }
}

/// The browser that a journey begins with.
const FIRST_BROWSER: &str = "Ann's";

impl Journey {
    /// Runs the journey at `site` and tells what was seen.
    ///
    /// # Errors
    /// [`Error::Failed`] when nothing answers there, or the site cannot be restarted.
    pub async fn run(&self, site: &mut dyn Site) -> Result<Transcript, Error> {
        let mut browsers = vec![Browser::new(FIRST_BROWSER)];
        let mut current = 0;
        let mut exchanges: Vec<Exchange> = Vec::new();
        for (number, act) in self.acts.iter().enumerate() {
            let before = exchanges.len();
            let browser = &mut browsers[current];
            match *act {
                Act::Get(path) => exchanges.extend(browser.get(site, path).await?),
                Act::Post(path, form) => exchanges.extend(browser.post(site, path, form).await?),
                Act::Press(label, form) => {
                    exchanges.extend(browser.press(site, label, form).await?)
                }
                Act::PostFromElsewhere(path, form) => {
                    exchanges.push(browser.post_from_elsewhere(site, path, form).await?);
                }
                Act::ClearCookies => browser.clear_cookies(),
                Act::CopyCookies(name) => {
                    let other = browsers.iter().find(|browser| browser.name() == name);
                    let jar = other.map(Browser::jar).unwrap_or_default();
                    browsers[current].set_jar(jar);
                }
                Act::Restart => site.restart().await?,
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
        Ok(Transcript {
            title: self.title,
            exchanges,
        })
    }

    /// Its title as a file name or an address has it: `second-visit`.
    pub fn slug(&self) -> String {
        self.title.replace(' ', "-")
    }

    /// Whether it restarts the server, which a site that somebody else runs cannot do.
    pub fn restarts(&self) -> bool {
        self.acts.iter().any(|act| matches!(act, Act::Restart))
    }
}
