//! The program, started again so many times, with a proxy in front.

use std::{
    env,
    io::{self, BufRead, BufReader},
    net::{IpAddr, SocketAddr},
    process::{self, Child, Command, Stdio},
    sync::Arc,
    thread,
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

use super::round_robin::{Unreachable, round_robin};
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
    let client = Client::builder(TokioExecutor::new()).build_http();
    let sites = (0..count).map(|_| Ok(Process::start(client.clone())?.site()));
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
    /// Where it listens, like `http://127.0.0.1:41231`.
    address: String,
    /// Keeps connections open from one request to the next.
    client: Client<HttpConnector, Body>,
}

impl Process {
    /// Starts the running program once more, with its arguments, and waits for the line with its address.
    fn start(client: Client<HttpConnector, Body>) -> Result<Self, Error> {
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
        let address = words.find(|word| word.starts_with("http://"));
        let Some(address) = address.map(String::from) else {
            return Err(Error::Failed("a process behind the proxy has ended".into()));
        };
        Ok(Self {
            child,
            address,
            client,
        })
    }

    /// Its site, seen from here.
    fn site(self) -> Router {
        Router::new().fallback(ask).with_state(Arc::new(self))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a request to a process, and its answer back.
///
/// The process sees the `Host` that the browser asked for, and in `Forwarded` who the client was (RFC 7239). What the
/// client has written there by itself is not passed on, because the process believes what it reads there.
async fn ask(State(process): State<Arc<Process>>, mut request: Request) -> Response {
    let path = request.uri().path_and_query();
    let path = path.map_or("/", |path| path.as_str());
    let Ok(address) = format!("{}{path}", process.address).parse::<Uri>() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    *request.uri_mut() = address;
    // These belong to one connection, and not to the next (RFC 9110, section 7.6.1).
    let connection = [
        header::CONNECTION,
        header::TRANSFER_ENCODING,
        header::UPGRADE,
    ];
    for name in &connection {
        request.headers_mut().remove(name);
    }
    forwarded(&mut request);
    let may_be_done_again = request.method().is_idempotent();
    match process.client.request(request).await {
        Ok(mut answer) => {
            for name in &connection {
                answer.headers_mut().remove(name);
            }
            answer.map(Body::new)
        }
        Err(cause) => {
            let mut answer = StatusCode::BAD_GATEWAY.into_response();
            // What was sent may have been done. Only where doing it again is allowed, another process is asked (RFC 9110,
            // section 9.2.2).
            if cause.is_connect() || may_be_done_again {
                answer.extensions_mut().insert(Unreachable);
            }
            answer
        }
    }
}

/// Says where the request came from, in place of whatever it said about that itself.
fn forwarded(request: &mut Request) {
    for name in ["forwarded", "x-forwarded-for", "x-forwarded-host"] {
        request.headers_mut().remove(name);
    }
    let client = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let Some(ConnectInfo(client)) = client.copied() else {
        return;
    };
    let text = match client.ip() {
        IpAddr::V4(address) => format!("for={address}"),
        IpAddr::V6(address) => format!("for=\"[{address}]\""),
    };
    let value = HeaderValue::from_str(&text).expect("an address has plain characters only");
    request.headers_mut().insert(header::FORWARDED, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_cannot_say_for_itself_where_it_comes_from() {
        let request = Request::get("/")
            .header(header::FORWARDED, "for=192.0.2.7")
            .header("x-forwarded-for", "192.0.2.7");
        let mut request = request.body(Body::empty()).unwrap();
        let client: SocketAddr = "[2001:db8::1]:4711".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(client));
        forwarded(&mut request);
        let told: Vec<_> = request.headers().values().collect();
        assert_eq!(told, ["for=\"[2001:db8::1]\""]);
    }
}
