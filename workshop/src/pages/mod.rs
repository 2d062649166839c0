//! The workshop's pages: one file per view.

mod api;
mod exercise;
mod home;
mod lab;
mod lesson;
mod live;
mod machine;
mod mine;
mod navigation;
mod pinned;
mod program;
mod replays;
mod requests;
mod room;
mod slides;
mod source;
mod stream;
mod texts;

use std::sync::Arc;

use axum::{
    Router,
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
    routing::{get, post},
};

use locallibrary::Error;

pub use navigation::with_page;

use crate::{
    course::Lesson,
    shell::{
        assets,
        layout::{broken, not_found, told},
    },
    workshop::Workshop,
};

/// What a handler of these pages gets as its state.
type Context = Arc<Workshop>;

/// Every page, without the guard around them.
pub(super) fn router(workshop: Context) -> Router {
    Router::new()
        .route("/", get(home::overview))
        .route("/schedule", get(home::schedule))
        .route("/primer", get(texts::primer))
        .route("/glossary", get(texts::glossary))
        .route("/take-it-home", get(texts::take_it_home))
        .route("/steps/{number}", get(lesson::page))
        .route("/steps/{number}/predictions", post(lesson::predict))
        .route("/steps/{number}/requests/{id}", get(requests::page))
        .route("/steps/{number}/source", get(source::source))
        .route("/steps/{number}/diff", get(source::changes))
        .route("/steps/{number}/replays", get(replays::list))
        .route("/steps/{number}/replays/{journey}", get(replays::replay))
        .route("/steps/{number}/pages", get(pinned::list))
        .route(
            "/steps/{number}/pages/{journey}",
            get(pinned::one).post(pinned::compare),
        )
        .route("/steps/{number}/slides", get(slides::deck))
        .route("/steps/{number}/presenter", get(slides::presenter))
        .route("/steps/{number}/room", get(room::page).post(room::press))
        .route("/steps/{number}/events", get(live::events))
        .route("/steps/{number}/done", post(home::done))
        .route("/steps/{number}/mine", get(mine::page).post(mine::start))
        .route("/steps/{number}/check", post(mine::check))
        .route("/api", get(api::table))
        .route("/steps/{number}/lab", post(lab::act))
        .route("/steps/{number}/lab/events", get(lab::events))
        .route(
            "/steps/{number}/exercises/{exercise}",
            get(exercise::page).post(exercise::act),
        )
        .route(
            "/steps/{number}/exercises/{exercise}/requests/{id}",
            get(requests::of_mine),
        )
        .route(
            "/steps/{number}/exercises/{exercise}/events",
            get(exercise::events),
        )
        .route("/doctor", get(machine::doctor))
        .route("/open", post(machine::open))
        .nest_service("/static", assets::files())
        .fallback(async || not_found("there is no page at this address"))
        .with_state(workshop)
}

/// Does work with files away from the threads that answer: a disk may be slow.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| broken())?
        .map_err(told)
}

/// The step in an address like `/steps/3/source`.
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
