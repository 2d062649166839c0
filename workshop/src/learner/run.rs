//! The learner's program at an address that stays, whichever build of it runs.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use journey::{Program, Site};
use locallibrary::{Error, server::remove_hop_by_hop};
use tempfile::TempDir;
use tokio::{fs, io, sync::RwLock, time::timeout};

use crate::{learner::build::Built, observe::carried};

/// The largest request that is passed on, in bytes; no form of the steps comes near it.
const LARGEST_REQUEST: usize = 64 * 1024;

/// How long a browser may take to send the whole of it.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// The latest build that ran. A request that comes while the next one starts waits for it.
#[derive(Default)]
pub struct LatestProgram(RwLock<Option<Running>>);

struct Running {
    program: Program,
    /// It runs from a copy: cargo may write the next build meanwhile, which Windows would not allow otherwise.
    _copies: TempDir,
}

impl LatestProgram {
    /// Runs a build in place of the one before, with the database of that one. Returns a copy of the program that
    /// nobody runs yet, for a check; it is there until the next build.
    ///
    /// # Errors
    /// [`Error::Failed`] when it does not start, with its own words.
    pub async fn replace(&self, built: &Built) -> Result<PathBuf, Error> {
        let (copies, plain) = copy(built)
            .await
            .map_err(|cause| Error::Failed(format!("the new program cannot be copied: {cause}")))?;
        let mut running = self.0.write().await;
        let mut program = running.take().map(|running| running.program);
        let observed = copies.path().join(OBSERVED);
        // One that names no session engine ends at once; then it runs as it is.
        let works = observed.exists() && run(&mut program, observed).await.is_ok();
        let started = if works {
            Ok(())
        } else {
            run(&mut program, plain.clone()).await
        };
        *running = program.map(|program| Running {
            program,
            _copies: copies,
        });
        started.map(|()| plain)
    }

    /// Stops what runs and starts it again, with its database.
    ///
    /// # Errors
    /// [`Error::Failed`] when it does not start, with its own words.
    pub async fn restart(&self) -> Result<(), Error> {
        match &mut *self.0.write().await {
            Some(running) => running.program.restart().await,
            None => Ok(()),
        }
    }

    /// Its pages, at an address that stays.
    pub fn router(self: &Arc<Self>) -> Router {
        Router::new().fallback(pass_on).with_state(self.clone())
    }
}

const PLAIN: &str = "mine";
const OBSERVED: &str = "observed";

/// Copies a build into a folder of its own; returns the folder and the plain program in it.
async fn copy(built: &Built) -> io::Result<(TempDir, PathBuf)> {
    // Beside the build: not every folder for temporary files lets programs run.
    let beside = built.program.parent().unwrap_or(Path::new("."));
    let folder = tempfile::tempdir_in(beside)?;
    let plain = folder.path().join(PLAIN);
    fs::copy(&built.program, &plain).await?;
    if let Some(observed) = &built.observed {
        fs::copy(observed, folder.path().join(OBSERVED)).await?;
    }
    Ok((folder, plain))
}

async fn run(program: &mut Option<Program>, binary: PathBuf) -> Result<(), Error> {
    match program {
        Some(program) => program.replace(binary).await,
        None => {
            *program = Some(Program::start(binary).await?);
            Ok(())
        }
    }
}

/// Sends a request to the program, and its answer back.
async fn pass_on(State(program): State<Arc<LatestProgram>>, request: Request) -> Response {
    let (mut head, body) = request.into_parts();
    let body = match timeout(BODY_TIMEOUT, to_bytes(body, LARGEST_REQUEST)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    not_passed_on(&mut head.headers);
    let body = String::from_utf8_lossy(&body).into_owned();
    let address = program
        .0
        .read()
        .await
        .as_ref()
        .map(|running| running.program.address());
    let Some(site) = address else {
        return silent("No program runs here yet.");
    };
    let answer = match site.send(Request::from_parts(head, body)).await {
        Ok(answer) => answer,
        Err(cause) => return silent(&format!("Your program gives no page: {cause}.")),
    };
    let (mut head, page) = answer.response.into_parts();
    not_passed_on(&mut head.headers);
    let calls = carried::take(&mut head.headers);
    head.extensions.insert(calls);
    Response::from_parts(head, Body::from(page))
}

/// Removes what belongs to one connection, or to a body as it went over it.
fn not_passed_on(headers: &mut HeaderMap) {
    remove_hop_by_hop(headers);
    headers.remove(header::ACCEPT_ENCODING);
    headers.remove(header::CONTENT_LENGTH);
}

fn silent(words: &str) -> Response {
    (StatusCode::BAD_GATEWAY, words.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learner::fingerprint::Sources;

    /// Some systems let no program run in the folder for temporary files.
    #[tokio::test]
    async fn a_build_runs_from_a_copy_beside_it() {
        let target = tempfile::tempdir().unwrap();
        let program = target.path().join("mine");
        std::fs::write(&program, "a build").unwrap();
        let built = Built {
            program,
            observed: None,
            warnings: Vec::new(),
            sources: Sources::of(target.path()),
        };
        let (folder, plain) = copy(&built).await.unwrap();
        assert_eq!(folder.path().parent(), Some(target.path()));
        assert_eq!(std::fs::read(plain).unwrap(), b"a build");
    }
}
