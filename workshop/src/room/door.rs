//! The listener for guests. It is the only one that other machines reach, so it serves this and nothing else.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{ConnectInfo, DefaultBodyLimit, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    middleware::{Next, from_fn, from_fn_with_state, map_response},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use locallibrary::{
    Error, Sentence,
    form::{Form, ShortText},
};
use maud::Markup;
use serde::Deserialize;
use tokio::time::timeout;
use tower_http::catch_panic::CatchPanicLayer;
use tower_sessions::{
    cookie::{Cookie, SameSite},
    session::Id,
};

use super::{open::Room, views};
use crate::shell::{assets, guard, layout};

/// The largest form that is read, in bytes: an answer has a hundred characters at most.
const LARGEST_FORM: usize = 1024;

/// How long a request may take: only its body can be slow.
const LONGEST: Duration = Duration::from_secs(5);

const COOKIE: &str = "room";

/// What guests reach of a room, behind its guard.
pub fn door(room: Arc<Room>) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/join", post(join))
        .route("/answer", post(answer))
        .route("/passed", post(passed))
        .nest_service("/static", assets::files())
        .fallback(async || layout::not_found("there is nothing here but the room"))
        .with_state(room.clone())
        .layer((
            CatchPanicLayer::custom(|_| layout::broken().into_response()),
            DefaultBodyLimit::max(LARGEST_FORM),
        ))
        .layer(from_fn(in_time))
        .layer(map_response(with_page))
        .layer(from_fn(guard::only_own_pages))
        .layer(from_fn_with_state(room, only_by_name))
        .layer(map_response(guard::with_headers))
}

/// Refuses a request under another name than the room's: a page of another site could otherwise give its own name
/// this address, and read and send what it likes (DNS rebinding).
async fn only_by_name(State(room): State<Arc<Room>>, request: Request, next: Next) -> Response {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let is_ours = |host: &HeaderValue| room.names.iter().any(|name| host == name.as_str());
    if let (Some(host), None) = (hosts.next(), hosts.next())
        && is_ours(host)
    {
        return next.run(request).await;
    }
    let sentence = format!("This room answers at {} only.", room.address);
    (StatusCode::MISDIRECTED_REQUEST, sentence).into_response()
}

/// Gives up a request that takes too long.
async fn in_time(request: Request, next: Next) -> Response {
    let answer = timeout(LONGEST, next.run(request)).await;
    answer.unwrap_or_else(|_| {
        let sentence = "this took too long; try again";
        layout::refused(StatusCode::REQUEST_TIMEOUT, sentence).into_response()
    })
}

/// Makes a page of an answer that came from an [`Error`].
async fn with_page(mut answer: Response) -> Response {
    let Some(Sentence(words)) = answer.extensions_mut().remove() else {
        return answer;
    };
    let status = answer.status();
    (status, views::sorry(&layout::sentence(&words))).into_response()
}

/// The guest that a request's cookie names; whether the room still knows them is another question.
struct Ticket(Option<Id>);

impl<S: Sync> FromRequestParts<S> for Ticket {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let lines = parts.headers.get_all(header::COOKIE).iter();
        let mut cookies = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(Cookie::split_parse)
            .flatten();
        let cookie = cookies.find(|cookie| cookie.name() == COOKIE);
        Ok(Self(cookie.and_then(|cookie| cookie.value().parse().ok())))
    }
}

/// `/`: the door, or the room.
async fn page(
    State(room): State<Arc<Room>>,
    Ticket(guest): Ticket,
) -> (
    AppendHeaders<[(header::HeaderName, &'static str); 1]>,
    Markup,
) {
    let seen = {
        let mut state = room.state();
        let guest = guest.filter(|id| state.sees(*id, Instant::now()));
        guest.map(|id| state.view(Some(id)))
    };
    let page = seen.map_or_else(
        || views::before_the_door("", None),
        |seen| views::inside(&seen),
    );
    (AppendHeaders([(header::CACHE_CONTROL, "no-store")]), page)
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

/// `POST /join`: a guest gets a number that nobody can guess, in a cookie that no script can read. Whoever is refused sees
/// why above the form, and can try again.
async fn join(
    State(room): State<Arc<Room>>,
    Ticket(guest): Ticket,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    Form(Code { code }): Form<Code>,
) -> Result<(HeaderMap, Redirect), Response> {
    let (mut headers, now) = (HeaderMap::new(), Instant::now());
    let mut state = room.state();
    if !guest.is_some_and(|id| state.sees(id, now)) {
        let known = |ShortText(word)| state.join(&word, address.ip(), now);
        let parsed = ShortText::try_from(code.clone());
        let parsed = parsed.map_err(|why| layout::refused(StatusCode::UNPROCESSABLE_ENTITY, why));
        let id = parsed.and_then(known).map_err(|refusal| match refusal {
            Error::Request(status, words) => {
                let words = layout::sentence(&words);
                (status, views::before_the_door(&code, Some(&words))).into_response()
            }
            other => other.into_response(),
        })?;
        let cookie = Cookie::build((COOKIE, id.to_string()))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Strict);
        let cookie = HeaderValue::from_str(&cookie.to_string())
            .map_err(|_| layout::broken().into_response())?;
        headers.insert(header::SET_COOKIE, cookie);
    }
    Ok((headers, Redirect::to("/")))
}

#[derive(Deserialize)]
struct Answer {
    question: u64,
    answer: ShortText,
}

/// `POST /answer`.
async fn answer(
    State(room): State<Arc<Room>>,
    Ticket(guest): Ticket,
    Form(Answer { question, answer }): Form<Answer>,
) -> Result<Redirect, Error> {
    let now = Instant::now();
    room.state().answer(guest, question, answer, now)?;
    Ok(Redirect::to("/"))
}

#[derive(Deserialize)]
struct Passed {
    step: u8,
    exercise: usize,
    passed: bool,
}

/// `POST /passed`.
async fn passed(
    State(room): State<Arc<Room>>,
    Ticket(guest): Ticket,
    Form(form): Form<Passed>,
) -> Result<Redirect, Error> {
    let now = Instant::now();
    room.state()
        .pass(guest, (form.step, form.exercise), form.passed, now)?;
    Ok(Redirect::to("/"))
}
