//! The workshop's pages: one file per view.

mod home;
mod lesson;
mod live;
mod machine;
mod mine;
mod pinned;
mod replays;
mod slides;
mod source;

use std::sync::Arc;

use axum::{
    Router,
    extract::{
        FromRequest, FromRequestParts, RawPathParams,
        rejection::{FormRejection, PathRejection, QueryRejection},
    },
    http::request::Parts,
    routing::{get, post},
};

use super::{Workshop, course::Lesson, view::Problem};
use crate::{Error, site::static_files};

/// What a handler of these pages gets as its state.
type Shared = Arc<Workshop>;

/// Every page, without the guard around them.
pub(super) fn router(workshop: Shared) -> Router {
    Router::new()
        .route("/", get(home::overview))
        .route("/schedule", get(home::schedule))
        .route("/steps/{number}", get(lesson::page))
        .route("/steps/{number}/source", get(source::source))
        .route("/steps/{number}/diff", get(source::changes))
        .route("/steps/{number}/replays", get(replays::list))
        .route("/steps/{number}/replays/{journey}", get(replays::replay))
        .route("/steps/{number}/pages", get(pinned::list))
        .route("/steps/{number}/slides", get(slides::deck))
        .route("/steps/{number}/presenter", get(slides::presenter))
        .route("/steps/{number}/events", get(live::events))
        .route("/steps/{number}/done", post(home::done))
        .route("/steps/{number}/mine", get(mine::page).post(mine::start))
        .route("/steps/{number}/check", post(mine::check))
        .route("/doctor", get(machine::doctor))
        .route("/open", post(machine::open))
        .nest_service("/static", static_files())
        .fallback(async || Problem::not_found("there is no page at this address"))
        .with_state(workshop)
}

/// Does work with files away from the threads that answer: a disk may be slow.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Problem> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(|_| Problem::broken())??)
}

/// axum's extractors, with a page of the workshop where they refuse.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
struct Query<T>(T);

#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
struct Path<T>(T);

#[derive(FromRequest)]
#[from_request(via(axum::extract::Form), rejection(Problem))]
struct Form<T>(T);

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self(rejection.status(), rejection.body_text())
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self(rejection.status(), rejection.body_text())
    }
}

impl From<FormRejection> for Problem {
    fn from(rejection: FormRejection) -> Self {
        Self(rejection.status(), rejection.body_text())
    }
}

/// The step in an address like `/steps/3/source`.
struct StepNumber(u8);

impl FromRequestParts<Shared> for StepNumber {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, workshop: &Shared) -> Result<Self, Problem> {
        let nothing = || Problem::not_found("there is no page at this address");
        let address =
            RawPathParams::from_request_parts(parts, workshop).await.map_err(|_| nothing())?;
        let (_, wanted) = address.iter().find(|(name, _)| *name == "number").ok_or_else(nothing)?;
        let lesson = workshop.course.find(wanted).map_err(Problem::not_found)?;
        Ok(Self(lesson.step.number))
    }
}

impl Workshop {
    /// The lesson of a step that [`StepNumber`] has found.
    fn lesson(&self, StepNumber(number): StepNumber) -> &Lesson {
        self.course.get(number).expect("a number that was found in the course")
    }
}
