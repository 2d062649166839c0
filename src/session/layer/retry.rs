//! Running a request again whose save came too late.
//!
//! Two requests of one session load it, both change it, both save it: the second save would undo the first, so the
//! store refuses it ([`Fault::Changed`]). Databases answer that with "run your transaction again", and so does this.
//! Every request runs freely at first; most never meet another one. Those that were refused go on one after another,
//! so that they do not refuse one another again.

use std::{
    hash::{BuildHasher, RandomState},
    sync::LazyLock,
    time::Duration,
};

use axum::{
    body::{Bytes, HttpBody},
    extract::{FromRequest, Request},
    http::request::Parts,
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::{
    sync::Mutex,
    time::{Instant, sleep, timeout_at},
};

use super::{Fault, cookies};
use crate::Error;

/// How long a request goes on trying, from its first refusal on.
const DEADLINE: Duration = Duration::from_secs(2);

/// How many times it tries again at once. In this process, its turn keeps the others that were refused away.
const WITHOUT_PAUSE: u32 = 3;

/// The longest pause before the tries that follow: another process is at it too, and does not know about turns.
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(64);

/// Runs a request until its session could be stored, or until nobody would wait any longer.
///
/// Fails with the last [`Fault`] when that is what made the answer fail.
pub(super) async fn run(
    cookie: &'static str,
    request: Request,
    next: Next,
) -> Result<Response, Fault> {
    let Some(session) = cookies::value(cookie, request.headers()) else {
        return Fault::of_answer(next.run(request)).await; // Nobody else has a session that is yet to begin.
    };
    let turn = turn(session);
    let kept = match Kept::new(request).await {
        Ok(kept) => kept,
        Err(refusal) => return Ok(refusal),
    };
    let first = Fault::of_answer(next.clone().run(kept.request())).await;
    if !matches!(first, Err(Fault::Changed)) {
        return first;
    }
    let deadline = Instant::now() + DEADLINE;
    let Ok(_turn) = timeout_at(deadline, turn.lock()).await else {
        return Err(Fault::Changed);
    };
    let mut attempt = 1;
    loop {
        tracing::debug!(
            attempt,
            "the session was changed elsewhere; the request is run again"
        );
        let again = Fault::of_answer(next.clone().run(kept.request())).await;
        let pause = pause_after(attempt);
        if !matches!(again, Err(Fault::Changed)) || Instant::now() + pause > deadline {
            return again;
        }
        sleep(pause).await;
        attempt += 1;
    }
}

/// The turn of the session with this cookie. Those that were refused take it one after another, in the order in which
/// they came.
///
/// The turns are as many as there can be in a table of fixed size, where a session finds its own by a hash. Two
/// sessions may share one by chance, and then wait for each other now and then; but nothing is left behind by
/// sessions that have ended.
fn turn(session: &[u8]) -> &'static Mutex<()> {
    static TURNS: [Mutex<()>; 1024] = [const { Mutex::const_new(()) }; 1024];
    static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    &TURNS[HASHER.hash_one(session) as usize % TURNS.len()]
}

/// A random time, so that two processes that met once do not meet again; longer with each attempt.
fn pause_after(attempt: u32) -> Duration {
    let Some(doublings) = attempt.checked_sub(WITHOUT_PAUSE) else {
        return Duration::ZERO;
    };
    let longest = LONGEST_PAUSE.min(FIRST_PAUSE * 2_u32.pow(doublings.min(16)));
    // A new hasher has a random key. That is all the randomness that is needed here.
    let random = RandomState::new().hash_one(attempt) as u32;
    longest.mul_f64(f64::from(random) / f64::from(u32::MAX))
}

/// A request that can be run more than once.
struct Kept {
    parts: Parts,
    body: Bytes,
}

impl Kept {
    /// Reads the body, as far as the site allows one; what is longer is refused.
    async fn new(request: Request) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        if body.is_end_stream() {
            let body = Bytes::new();
            return Ok(Self { parts, body });
        }
        let whole = Request::from_parts(parts.clone(), body);
        let body = Bytes::from_request(whole, &()).await;
        let body = body.map_err(|refusal| Error::from(refusal).into_response())?;
        Ok(Self { parts, body })
    }

    fn request(&self) -> Request {
        Request::from_parts(self.parts.clone(), self.body.clone().into())
    }
}
