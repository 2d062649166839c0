//! Requests over connections that are counted.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use cookie::Cookie;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpSocket, TcpStream},
    sync::Semaphore,
    time::timeout,
};

/// The most connections that are open at any time.
pub const CONNECTIONS: usize = 20;

/// A site that has not answered by then will not.
const PATIENCE: Duration = Duration::from_secs(10);

/// The largest page that is read, in bytes.
const LARGEST_PAGE: usize = 4 * 1024 * 1024;

/// Why a request has no answer, or why the site cannot be asked further.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// No connection.
    #[error("nothing answers at {0}; is it running?")]
    Silent(String),
    /// It talks, but it is not a web server.
    #[error("what answers at {0} does not speak HTTP: {1}")]
    NotHttp(String, String),
    /// It takes too long.
    #[error("{0} takes requests and does not answer {1} within {seconds} seconds", seconds = PATIENCE.as_secs())]
    Slow(String, String),
    /// A page without an end, or one that breaks off.
    #[error("the page {0} could not be read to its end: {1}")]
    Unread(String, String),
    /// A page that leads to itself.
    #[error("{0} redirects in a circle; name another page with --page")]
    Circle(String),
    /// A page that leads to another site.
    #[error(
        "{0} redirects to another host, {1}, which is not asked; name a page of this site with --page"
    )]
    Elsewhere(String, String),
    /// The account does not work.
    #[error(
        "signing in did not work: POST {0} was answered {1}; look at the name, the password and --private"
    )]
    NotSignedIn(String, u16),
    /// The page that should be private is not.
    #[error(
        "{0} is shown to strangers as well; name a page with --private that only somebody who is signed in sees"
    )]
    NotPrivate(String),
    /// There is nothing to check.
    #[error(
        "{0} sets no cookie that looks like a session's; name a page that uses the session with --page, or give an account with --sign-in"
    )]
    NoSession(String),
}

/// One request. Its `Host` is added when it is sent.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
    pub version: Version,
}

impl Request {
    pub fn get(path: &str) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            headers: HeaderMap::new(),
            body: String::new(),
            version: Version::HTTP_11,
        }
    }

    pub fn post(path: &str, form: &[(String, String)]) -> Self {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let request = Self {
            method: Method::POST,
            body: body.finish(),
            ..Self::get(path)
        };
        request.with(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    }

    /// The same with a header; one that HTTP cannot carry is left out.
    pub fn with(mut self, name: HeaderName, value: impl AsRef<[u8]>) -> Self {
        if let Ok(value) = HeaderValue::from_bytes(value.as_ref()) {
            self.headers.append(name, value);
        }
        self
    }
}

/// What came back, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    pub took: Duration,
}

impl Answer {
    /// Where it sends the browser.
    pub fn location(&self) -> Option<&str> {
        let location = self.headers.get(header::LOCATION)?.to_str().ok()?;
        self.status.is_redirection().then_some(location)
    }

    /// The cookies that it sets, those that it removes included.
    pub fn cookies(&self) -> impl Iterator<Item = Cookie<'static>> + '_ {
        let lines = self.headers.get_all(header::SET_COOKIE).into_iter();
        let texts = lines.filter_map(|line| line.to_str().ok());
        texts.filter_map(|text| Cookie::parse(text.to_string()).ok())
    }

    /// A header's lines as one, in lower case.
    pub fn joined(&self, name: HeaderName) -> String {
        let lines = self.headers.get_all(name).into_iter();
        let texts: Vec<_> = lines.filter_map(|line| line.to_str().ok()).collect();
        texts.join(", ").to_lowercase()
    }
}

/// The connections to one site.
///
/// A connection is only made by a request that holds one of the permits and finds no idle connection. So there are never
/// more than [`CONNECTIONS`], idle ones included.
pub struct Wire {
    address: SocketAddr,
    host: String,
    /// Where the connections come from, if that matters.
    source: Option<Ipv4Addr>,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<SendRequest<Full<Bytes>>>>,
    sent: Arc<AtomicUsize>,
}

impl Wire {
    pub fn new(address: SocketAddr, host: &str) -> Self {
        Self {
            address,
            host: host.into(),
            source: None,
            permits: Arc::new(Semaphore::new(CONNECTIONS)),
            idle: Mutex::default(),
            sent: Arc::default(),
        }
    }

    /// The same site, seen from another address of this machine, as if by somebody else: 127.0.0.0/8 is all its own. A site
    /// elsewhere, and a system that has 127.0.0.1 alone, sees the usual address. No connection is kept, so that there are
    /// not more of them.
    pub fn seen_from(&self, number: u8) -> Arc<Self> {
        self.hang_up();
        let here = matches!(self.address.ip(), IpAddr::V4(address) if address.is_loopback());
        Arc::new(Self {
            address: self.address,
            host: self.host.clone(),
            source: here.then_some(Ipv4Addr::new(127, 0, 77, number)),
            permits: self.permits.clone(),
            idle: Mutex::default(),
            sent: self.sent.clone(),
        })
    }

    /// The site's name and port, as in a `Host` header.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// How many requests have been sent.
    pub fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    /// Closes all connections, so that the next request uses a new one.
    pub fn hang_up(&self) {
        self.idle.lock().expect("nobody panics here").clear();
    }

    /// Sends one request and reads its answer.
    ///
    /// # Errors
    /// A [`Failure`] that says why there is no answer.
    pub async fn send(&self, request: Request) -> Result<Answer, Failure> {
        let _permit = self.permits.acquire().await.expect("it is never closed");
        let path = request.path.clone();
        let slow = |_| Failure::Slow(self.host.clone(), path);
        timeout(PATIENCE, self.exchange(request))
            .await
            .map_err(slow)?
    }

    async fn exchange(&self, request: Request) -> Result<Answer, Failure> {
        self.sent.fetch_add(1, Ordering::Relaxed);
        let started = Instant::now();
        let mut connection = self.connection().await?;
        let mut answer = connection.try_send_request(self.written(&request)).await;
        // The server may have closed an idle connection; what was not sent is sent again on a new one.
        if let Err(failed) = &mut answer
            && let Some(unsent) = failed.take_message()
        {
            connection = self.connect().await?;
            answer = connection.try_send_request(unsent).await;
        }
        let answer = answer
            .map_err(|failed| Failure::NotHttp(self.host.clone(), failed.error().to_string()))?;
        let (head, body) = answer.into_parts();
        let unread = |cause: Box<dyn std::error::Error + Send + Sync>| {
            Failure::Unread(request.path.clone(), cause.to_string())
        };
        let body = Limited::new(body, LARGEST_PAGE)
            .collect()
            .await
            .map_err(unread)?;
        if self.source.is_none() && connection.ready().await.is_ok() {
            self.idle
                .lock()
                .expect("nobody panics here")
                .push(connection);
        }
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body: String::from_utf8_lossy(&body.to_bytes()).into_owned(),
            took: started.elapsed(),
        })
    }

    fn written(&self, request: &Request) -> http::Request<Full<Bytes>> {
        let mut written = http::Request::new(Full::from(request.body.clone()));
        *written.method_mut() = request.method.clone();
        *written.version_mut() = request.version;
        // A path that HTTP cannot carry came from a page, and asks for nothing.
        *written.uri_mut() = request.path.parse().unwrap_or_default();
        written.headers_mut().clone_from(&request.headers);
        let host = HeaderValue::from_str(&self.host).expect("it was part of an address");
        written.headers_mut().entry(header::HOST).or_insert(host);
        written
    }

    async fn connection(&self) -> Result<SendRequest<Full<Bytes>>, Failure> {
        loop {
            let idle = self.idle.lock().expect("nobody panics here").pop();
            let Some(mut connection) = idle else {
                return self.connect().await;
            };
            if connection.ready().await.is_ok() {
                return Ok(connection);
            }
        }
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, Failure> {
        let silent = |_| Failure::Silent(self.host.clone());
        let stream = match self.source.and_then(bound) {
            Some(socket) => socket.connect(self.address).await,
            None => TcpStream::connect(self.address).await,
        };
        let stream = stream.map_err(silent)?;
        let (connection, driver) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|cause| Failure::NotHttp(self.host.clone(), cause.to_string()))?;
        tokio::spawn(driver);
        Ok(connection)
    }
}

/// A socket with this address, if the system has it.
fn bound(source: Ipv4Addr) -> Option<TcpSocket> {
    let socket = TcpSocket::new_v4().ok()?;
    socket.bind((source, 0).into()).ok()?;
    Some(socket)
}
