//! A visitor: a cookie jar, and what is sent with it.

use std::sync::Arc;

use http::{HeaderName, header};

use crate::{
    html,
    jar::Jar,
    wire::{Answer, Failure, Request, Wire},
};

/// How many redirects are followed in a row.
const REDIRECTS: usize = 8;

/// Where a form stands that is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// On a page of the site.
    Here,
    /// On a page of another site.
    Elsewhere,
    /// On a page of the same host at another port, which browsers call the same site.
    OtherPort,
    /// In a frame without an origin of its own.
    Nowhere,
    /// On a page of another site, in a browser that does not know `Sec-Fetch-Site`.
    OldBrowser,
    /// Nowhere: a program sends it.
    Program,
}

impl From {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Here => "this site",
            Self::Elsewhere => "another site",
            Self::OtherPort => "another port of this host",
            Self::Nowhere => "a frame with Origin: null",
            Self::OldBrowser => "another site, without Sec-Fetch-Site",
            Self::Program => "a program, which names no origin",
        }
    }

    /// What a browser says about it (the fetch standard).
    pub fn headers(self, host: &str) -> [(HeaderName, String); 3] {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let (origin, site) = match self {
            Self::Here => (format!("http://{host}"), "same-origin"),
            Self::Elsewhere => ("http://elsewhere.example".into(), "cross-site"),
            Self::OtherPort => (format!("http://{name}:9"), "same-site"),
            Self::Nowhere => ("null".into(), "cross-site"),
            Self::OldBrowser => ("http://elsewhere.example".into(), ""),
            Self::Program => (String::new(), ""),
        };
        let referer = match self {
            Self::Nowhere | Self::Program => String::new(),
            _ => format!("{origin}/"),
        };
        [
            (header::ORIGIN, origin),
            (HeaderName::from_static("sec-fetch-site"), site.into()),
            (header::REFERER, referer),
        ]
    }
}

/// A page that a visitor sees.
pub struct Shown {
    /// Its path, after redirects.
    pub path: String,
    /// Its answer.
    pub answer: Answer,
}

/// One browser with its cookies.
#[derive(Clone)]
pub struct Visitor {
    pub wire: Arc<Wire>,
    pub jar: Jar,
}

impl Visitor {
    pub fn new(wire: &Arc<Wire>) -> Self {
        Self {
            wire: wire.clone(),
            jar: Jar::default(),
        }
    }

    /// Sends a request with the jar's cookies, and keeps what the answer sets.
    pub async fn send(&mut self, request: Request) -> Result<Answer, Failure> {
        let cookies = self.jar.header(&request.path);
        let request = match cookies.is_empty() {
            true => request,
            false => request.with(header::COOKIE, cookies),
        };
        let answer = self.wire.send(request).await?;
        self.jar.receive(&answer);
        Ok(answer)
    }

    /// Asks for one page, and follows no redirect.
    pub async fn get(&mut self, path: &str) -> Result<Answer, Failure> {
        self.send(Request::get(path).with(header::ACCEPT, "text/html"))
            .await
    }

    /// Opens a page, and follows redirects within the site.
    pub async fn open(&mut self, path: &str) -> Result<Shown, Failure> {
        let mut path = path.to_string();
        for _ in 0..REDIRECTS {
            let answer = self.get(&path).await?;
            let Some(location) = answer.location() else {
                return Ok(Shown { path, answer });
            };
            let next = html::on_this_site(location, self.wire.host(), &path);
            path = next.ok_or_else(|| Failure::Elsewhere(path.clone(), location.into()))?;
        }
        Err(Failure::Circle(path))
    }

    /// Sends a form from somewhere.
    pub async fn post(
        &mut self,
        path: &str,
        fields: &[(String, String)],
        from: From,
    ) -> Result<Answer, Failure> {
        let headers = from.headers(self.wire.host()).into_iter();
        let request = headers
            .filter(|(_, value)| !value.is_empty())
            .fold(Request::post(path, fields), |request, (name, value)| {
                request.with(name, value)
            });
        self.send(request).await
    }
}
