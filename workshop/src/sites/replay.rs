//! A replay: a journey that is made at the live step, in the browsers of its lab, while somebody watches.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use axum::{
    body::{Body, to_bytes},
    http::{HeaderValue, Request, header},
};
use journey::{Answer, Browser, Journey, Site, Transcript};
use locallibrary::Error;
use lossless_sessions::StoreCall;
use serde::Deserialize;
use tower::ServiceExt;
use tower_sessions::cookie::time;

use crate::sites::{
    lab::{Chosen, Guest, Lab, LabAction, NAMES},
    lock,
    visitor::LARGEST_PAGE,
};

/// How long each act is announced before it happens, so that somebody can follow it.
const PACE: Duration = Duration::from_millis(700);

/// What a button of the lab does: with the step and its visitors, or with a replay.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum Button {
    /// With the step and its visitors.
    Lab(LabAction),
    /// With a replay.
    Replay(Replay),
}

/// What is done with a replay.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Replay {
    /// It is chosen.
    Choose,
    /// It is played.
    Play,
    /// It is put away.
    PutAway,
}

impl Lab {
    /// The replay that somebody has chosen.
    pub fn chosen(&self) -> Option<Chosen> {
        lock(&self.chosen).clone()
    }

    /// The replay of this name.
    pub fn replay(&self, name: &str) -> Option<&'static Journey> {
        let mut journeys = self.step().journeys.iter();
        journeys.find(|journey| journey.slug() == name)
    }

    /// Whether the lesson tells of a button: then it names it in bold.
    pub fn is_told_of(&self, button: &str) -> bool {
        self.step().slides.contains(&format!("**{button}**"))
    }

    /// Does what a button says, with the visitor or the replay of this name where it is about one.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none of this name, or the step does not start again.
    pub async fn press(&self, button: Button, name: &str) -> Result<(), Error> {
        let replay = match button {
            Button::Lab(act) => return self.act(act, name).await,
            Button::Replay(replay) => replay,
        };
        let turn = self.turn.lock().await;
        let found = || self.replay(name).ok_or(Error::NotFound);
        let said = match replay {
            Replay::Choose => self.choose(Some(found()?), None),
            Replay::PutAway => self.choose(None, None),
            Replay::Play => {
                let journey = found()?;
                self.choose(Some(journey), None);
                let seen = Stage::play(self, journey).await?;
                self.choose(Some(journey), Some(Arc::new(seen)));
                "Each request is in the timeline."
            }
        };
        drop(turn);
        self.set_status(said.into()).await;
        Ok(())
    }

    fn choose(
        &self,
        journey: Option<&'static Journey>,
        seen: Option<Arc<Transcript>>,
    ) -> &'static str {
        *lock(&self.chosen) = journey.map(|journey| Chosen { journey, seen });
        ""
    }
}

/// The live step and its visitors, as the place of a journey.
struct Stage<'a> {
    lab: &'a Lab,
    /// Whose browser is used, by its place.
    now: usize,
    /// Somebody watches only if a page follows the lab.
    pace: Duration,
}

impl<'a> Stage<'a> {
    /// Makes a journey from an empty store, with visitors who have no cookies.
    async fn play(lab: &'a Lab, journey: &Journey) -> Result<Transcript, Error> {
        lab.live.begin_anew()?;
        lab.visitors.iter().for_each(|guest| guest.visitor.leave());
        let is_watched = lab.readers() > 0;
        let mut stage = Self {
            lab,
            now: 0,
            pace: if is_watched { PACE } else { Duration::ZERO },
        };
        journey.run(&mut stage).await
    }

    fn guest(&self) -> &Guest {
        self.lab.bring(self.now)
    }
}

/// Where somebody's browser is: with the visitor of that name, or else with the last one.
fn place_of(browser: &str) -> usize {
    let owner = browser.trim_end_matches("'s");
    let place = NAMES.iter().position(|name| *name == owner);
    place.unwrap_or(NAMES.len() - 1)
}

#[async_trait]
impl Site for Stage<'_> {
    fn host(&self) -> &str {
        "127.0.0.1"
    }

    async fn announce(&mut self, act: &journey::Act, browser: &Browser) {
        self.now = place_of(browser.name());
        self.guest().visitor.copy_cookies(browser);
        self.lab
            .set_status(format!("{} browser: {act}.", browser.name()))
            .await;
        tokio::time::sleep(self.pace).await;
    }

    async fn send(&self, mut request: Request<String>) -> Result<Answer, Error> {
        let (guest, path) = (self.guest(), request.uri().to_string());
        request.extensions_mut().insert(guest.visitor.clone());
        let frame = HeaderValue::from_static("iframe");
        request.headers_mut().insert("sec-fetch-dest", frame);
        let site = self.lab.live.site();
        let answer = site.oneshot(request.map(Body::from)).await;
        let (mut head, body) = answer.unwrap_or_else(|never| match never {}).into_parts();
        let calls = head.extensions.remove::<Vec<StoreCall>>();
        let page = to_bytes(body, LARGEST_PAGE).await;
        let page = page.map_err(|cause| Error::Failed(cause.to_string()))?;
        let page = String::from_utf8_lossy(&page).into_owned();
        guest.visitor.receive(&head.headers);
        let is_page = head.headers.get(header::LOCATION).is_none() && !page.is_empty();
        if is_page {
            guest.visitor.show(&path, head.status, &page);
            guest.has_opened();
        }
        self.lab.read_rows().await;
        Ok(Answer {
            response: axum::http::Response::from_parts(head, page),
            calls: calls.unwrap_or_default(),
        })
    }

    async fn restart(&mut self) -> Result<(), Error> {
        self.lab.live.restart()
    }

    async fn wait(&mut self, seconds: u32) -> Result<(), Error> {
        self.lab.live.wait(time::Duration::seconds(seconds.into()));
        Ok(())
    }

    async fn replace_rows(&mut self, _json: &str) -> Result<(), Error> {
        let words = "the rows of a step that runs are its own";
        Err(Error::Failed(words.into()))
    }
}
