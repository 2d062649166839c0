//! Runs a request again when its save came too late.
//!
//! If two requests load a session, change it and save it, the second save would undo the first, so the store refuses it
//! ([`Fault::Changed`]). When a database refuses a transaction like that, the program runs the transaction again. Here,
//! this layer runs the request again. At first, requests do not wait for each other, since most never collide. Those that
//! were refused then take turns, so that they do not collide again.

use std::{
    convert::Infallible,
    hash::{BuildHasher, RandomState},
    sync::LazyLock,
    time::Duration,
};

use axum::{
    body::{Bytes, HttpBody},
    extract::{FromRequest, Request},
    http::{header, request::Parts},
    response::Response,
};
use tokio::{
    sync::Mutex,
    time::{Instant, sleep, timeout_at},
};

use tower::Service;
use tower_sessions::session::Id;

use crate::{
    Fault,
    notes::{self, Run},
};

/// How long a request goes on trying after its first refusal.
const DEADLINE: Duration = Duration::from_secs(2);

/// How many times it tries again without a pause. In this process, no other refused request runs during its turn.
const WITHOUT_PAUSE: u32 = 3;

/// The longest pause before each later attempt. If those are needed, another process is probably writing as well, and it
/// does not know about our turns.
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(64);

/// Runs a request until its session is stored, or until the deadline has passed.
///
/// If a fault made the answer fail, this fails with the last [`Fault`].
pub(crate) async fn run<S>(mut pages: S, request: Request) -> Result<Response, Fault>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    if !request.headers().contains_key(header::COOKIE) {
        // No other request can have a session that does not exist yet.
        return notes::run(&mut pages, request).await.answer;
    }
    let kept = Kept::new(request).await?;
    let Run { answer, session } = notes::run(&mut pages, kept.request()).await;
    if !matches!(answer, Err(Fault::Changed)) {
        return answer;
    }
    let deadline = Instant::now() + DEADLINE;
    let Ok(_turn) = timeout_at(deadline, turn(session).lock()).await else {
        return Err(Fault::Changed);
    };
    let mut attempt = 1;
    loop {
        tracing::debug!(
            attempt,
            "the session was changed elsewhere; the request is run again"
        );
        let again = notes::run(&mut pages, kept.request()).await.answer;
        let pause = pause_after(attempt);
        if !matches!(again, Err(Fault::Changed)) || Instant::now() + pause > deadline {
            return again;
        }
        sleep(pause).await;
        attempt += 1;
    }
}

/// The turn of this session. Refused requests take it one after another, in the order in which they came.
///
/// A table of fixed size holds all turns, and a session finds its own by a hash. Two sessions may share a turn by chance,
/// and then one sometimes waits for the other. In return, sessions that have ended leave nothing behind.
fn turn(session: Option<Id>) -> &'static Mutex<()> {
    static TURNS: [Mutex<()>; 1024] = [const { Mutex::const_new(()) }; 1024];
    static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    &TURNS[HASHER.hash_one(session) as usize % TURNS.len()]
}

/// A random time, so that two processes that have collided once do not collide again. It grows with each attempt.
fn pause_after(attempt: u32) -> Duration {
    let Some(doublings) = attempt.checked_sub(WITHOUT_PAUSE) else {
        return Duration::ZERO;
    };
    let longest = LONGEST_PAUSE.min(FIRST_PAUSE * 2_u32.pow(doublings.min(16)));
    // A new hasher has a random key. That is all the randomness that is needed here.
    let random = RandomState::new().hash_one(attempt) as u32;
    longest.mul_f64(f64::from(random) / f64::from(u32::MAX))
}

/// A request that can be run more than once, because its body is kept.
struct Kept {
    parts: Parts,
    body: Bytes,
}

impl Kept {
    /// Reads the body. One that is longer than the site allows is refused.
    async fn new(request: Request) -> Result<Self, Fault> {
        let (parts, body) = request.into_parts();
        if body.is_end_stream() {
            let body = Bytes::new();
            return Ok(Self { parts, body });
        }
        let whole = Request::from_parts(parts.clone(), body);
        let body = Bytes::from_request(whole, &()).await;
        let body = body.map_err(|refusal| Fault::Unreadable(refusal.status()))?;
        Ok(Self { parts, body })
    }

    fn request(&self) -> Request {
        Request::from_parts(self.parts.clone(), self.body.clone().into())
    }
}
