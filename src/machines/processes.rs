//! The program, started again so many times, with a proxy in front.

use std::{
    env,
    io::{self, BufRead, BufReader},
    process::{self, Child, Command, Stdio},
    sync::{Arc, PoisonError, RwLock},
    thread,
};

use axum::{Router, extract::Request, http::uri::Authority, response::Response};
use tower::ServiceExt;

use super::{
    round_robin::round_robin,
    upstream::{Upstream, unreachable},
};
use crate::{Error, web::TRUSTED_PROXIES};

/// Set for a process that another one has started to stand behind it.
const BEHIND_PROXY: &str = "LOCALLIBRARY_BEHIND_PROXY";

/// In the process that a person has started: starts this program again, `count` times, and returns a site that passes
/// each request on to the next of them. In those: `None`, since they serve the site itself.
///
/// Nothing is left running when the first process has ended, however it did. A process that ends before is not
/// replaced; the others answer for it.
///
/// # Errors
/// [`Error::Failed`] when a process does not start. It has then said why.
pub fn proxy(count: usize) -> Result<Option<Router>, Error> {
    if is_behind_proxy() {
        return Ok(None);
    }
    let sites = (0..count).map(|_| Ok(Process::start()?.site()));
    let sites: Vec<_> = sites.collect::<Result<_, Error>>()?;
    Ok(Some(round_robin(sites)))
}

/// Whether another process has started this one to stand behind a proxy. It then ends with that one.
pub fn is_behind_proxy() -> bool {
    let is_behind = env::var_os(BEHIND_PROXY).is_some();
    if is_behind {
        end_with_parent();
    }
    is_behind
}

/// A place behind a proxy: a process stands there, or none. Clones are the same place.
#[derive(Clone, Default)]
pub struct Place(Arc<RwLock<Option<(u32, Router)>>>);

impl Place {
    /// Starts a process here, if there is none. This takes as long as the program needs to listen.
    ///
    /// # Errors
    /// As [`proxy`].
    pub fn start(&self) -> Result<(), Error> {
        if self.now().is_none() {
            let process = Process::start()?;
            let here = Some((process.child.id(), process.site()));
            *self.0.write().unwrap_or_else(PoisonError::into_inner) = here;
        }
        Ok(())
    }

    /// Kills the process that is here; returns its number.
    pub fn kill(&self) -> Option<u32> {
        let mut place = self.0.write().unwrap_or_else(PoisonError::into_inner);
        place.take().map(|(process, _)| process)
    }

    /// The number of the process that is here.
    pub fn process(&self) -> Option<u32> {
        Some(self.now()?.0)
    }

    /// What answers here, for a [`round_robin`].
    pub fn site(&self) -> Router {
        let place = self.clone();
        Router::new().fallback(async move |request: Request| match place.now() {
            Some((_, site)) => answer(site, request).await,
            None => unreachable(),
        })
    }

    fn now(&self) -> Option<(u32, Router)> {
        let place = self.0.read();
        place.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn answer(site: Router, request: Request) -> Response {
    let answer = site.oneshot(request).await;
    answer.unwrap_or_else(|never| match never {})
}

/// Ends this process when the one that started it has ended: only then does our input end, which is a pipe from there.
fn end_with_parent() {
    thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        // Every request came through that process, so nobody waits for an answer any more.
        process::exit(0);
    });
}

/// A process behind the proxy, killed when this is dropped.
struct Process {
    child: Child,
    /// Where it listens, like `127.0.0.1:41231`.
    address: Authority,
}

impl Process {
    /// Starts the running program once more, with its arguments, and waits for the line with its address.
    fn start() -> Result<Self, Error> {
        let failed = |cause: io::Error| Error::Failed(format!("no process starts: {cause}"));
        let mut child = Command::new(env::current_exe().map_err(failed)?)
            .args(env::args_os().skip(1))
            .env(BEHIND_PROXY, "1")
            .env(TRUSTED_PROXIES, "127.0.0.1")
            .env("PORT", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let mut output = BufReader::new(child.stdout.take().expect("its output is a pipe"));
        let mut line = String::new();
        output.read_line(&mut line).map_err(failed)?;
        // What else it prints is printed here.
        thread::spawn(move || io::copy(&mut output, &mut io::stdout()));
        let mut words = line.split_whitespace();
        let address = words.find_map(|word| word.strip_prefix("http://")?.parse().ok());
        let Some(address) = address else {
            return Err(Error::Failed("a process behind the proxy has ended".into()));
        };
        Ok(Self { child, address })
    }

    /// Its site, seen from here.
    fn site(self) -> Router {
        let upstream = Upstream::new(self.address.clone());
        let process = Arc::new(self);
        Router::new().fallback(async move |request: Request| {
            let _runs = &process; // As long as there is a proxy.
            upstream.answer(request).await
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
