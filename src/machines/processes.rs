//! The program, started again so many times, with a proxy in front.

use std::{
    env,
    io::{self, BufRead, BufReader},
    process::{self, Child, Command, Stdio},
    sync::Arc,
    thread,
};

use axum::{Router, extract::Request, http::uri::Authority};

use super::{round_robin::round_robin, upstream::Upstream};
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
    if env::var_os(BEHIND_PROXY).is_some() {
        end_with_parent();
        return Ok(None);
    }
    let sites = (0..count).map(|_| Ok(Process::start()?.site()));
    let sites: Vec<_> = sites.collect::<Result<_, Error>>()?;
    Ok(Some(round_robin(sites)))
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
