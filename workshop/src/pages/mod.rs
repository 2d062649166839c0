//! The workshop's pages: one file per view.

mod api;
mod code;
mod contents;
mod diagnosis;
mod drawing;
mod edit;
mod findings;
mod home;
mod instructor;
mod lab;
mod lesson;
mod live;
mod machine;
mod moved;
mod navigation;
mod program;
mod race;
mod replays;
mod requests;
mod room;
mod search;
mod security;
mod slides;
mod stream;
mod texts;
mod work;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequestParts, RawPathParams},
    http::request::Parts,
    routing::{get, post},
};

use locallibrary::Error;

pub use navigation::with_page;

use crate::{
    course::Lesson,
    shell::{
        assets,
        layout::{broken, not_found, own_words},
    },
    workshop::Workshop,
};

/// What a handler of these pages gets as its state.
type Context = Arc<Workshop>;

/// Every page, without the guard around them.
pub(super) fn router(workshop: Context) -> Router {
    Router::new()
        .route("/", get(home::overview))
        .route("/continue", post(navigation::proceed))
        .route("/primer", get(texts::primer))
        .route("/glossary", get(texts::glossary))
        .route("/take-it-home", get(texts::take_it_home))
        .route("/api", get(api::table))
        .route("/search", get(search::page))
        .route("/instructor", get(instructor::page).post(instructor::plan))
        .route("/security", get(security::page).post(security::ask))
        .route("/doctor", get(machine::doctor))
        .route("/open", post(machine::open))
        .nest("/steps/{number}", step())
        .nest_service("/static", assets::files())
        .merge(moved::router())
        .fallback(async || not_found("there is no page at this address"))
        .with_state(workshop)
}

/// The places of a step, and what belongs to each.
fn step() -> Router<Context> {
    Router::new()
        .route("/", get(lesson::page))
        .route("/reached", post(contents::reached))
        .route("/predictions", post(lesson::predict))
        .route("/lab", post(lab::act))
        .route("/lab/events", get(lab::events))
        .route("/race", post(race::act))
        .route("/events", get(live::events))
        .route("/requests/{id}", get(requests::page))
        .route("/mine", get(work::page).post(work::act))
        .route(
            "/mine/file",
            get(edit::fresh)
                .post(work::save)
                .layer(DefaultBodyLimit::max(edit::LARGEST_FORM)),
        )
        .route("/mine/events", get(work::events))
        .route("/mine/requests/{id}", get(requests::of_mine))
        .route("/code", get(code::page).post(code::compare))
        .route("/slides", get(slides::deck))
        .route("/presenter", get(slides::presenter))
        .route("/room", get(room::page).post(room::press))
}

/// Does work with files away from the threads that answer: a disk may be slow.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| broken())?
        .map_err(own_words)
}

/// The step in an address like `/steps/3/code`.
struct StepNumber(u8);

impl FromRequestParts<Context> for StepNumber {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, workshop: &Context) -> Result<Self, Error> {
        let nothing = || not_found("there is no page at this address");
        let address = RawPathParams::from_request_parts(parts, workshop)
            .await
            .map_err(|_| nothing())?;
        let (_, wanted) = address
            .iter()
            .find(|(name, _)| *name == "number")
            .ok_or_else(nothing)?;
        let lesson = workshop.course.find(wanted).map_err(not_found)?;
        Ok(Self(lesson.step.number))
    }
}

impl Workshop {
    /// The lesson of a step that [`StepNumber`] has found.
    fn lesson(&self, number: StepNumber) -> &Lesson {
        self.lesson_of(&number)
    }

    /// The same for who needs the number again.
    fn lesson_of(&self, StepNumber(number): &StepNumber) -> &Lesson {
        self.course
            .get(*number)
            .expect("a number that was found in the course")
    }
}
