//! A server that somebody runs, in any language.

use std::{error::Error as _, time::Duration};

use async_trait::async_trait;
use axum::{
    body::Bytes,
    http::{HeaderValue, Request, header},
};
use http_body_util::Full;
use hyper_util::{
    client::{
        self,
        legacy::{Client, connect::HttpConnector},
    },
    rt::TokioExecutor,
};
use locallibrary::Error;
use tokio::time::timeout;

use crate::{Answer, Site, site::read};

/// A site that has not answered by then will not: the slowest page of the course takes a second.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who asks, for the site's log: the `User-Agent` of a request that has none.
pub const AGENT: &str = "LocalLibrary-check";

/// The site at an address like `http://127.0.0.1:8000`.
pub struct OverHttp {
    base: String,
    /// Keeps connections open between requests, as browsers do.
    client: Client<HttpConnector, Full<Bytes>>,
}

impl OverHttp {
    /// The server at `base`.
    pub fn new(base: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self {
            base: base.trim_end_matches('/').into(),
            client,
        }
    }

    fn out_of_reach(&self, what: &str) -> Error {
        Error::Failed(format!("{} cannot {what} from here", self.base))
    }
}

#[async_trait]
impl Site for OverHttp {
    fn host(&self) -> &str {
        self.base.split("//").last().unwrap_or(&self.base)
    }

    async fn send(&self, mut request: Request<String>) -> Result<Answer, Error> {
        let address = format!("{}{}", self.base, request.uri());
        let no_address = |_| Error::Failed(format!("{address} is not an address"));
        *request.uri_mut() = address.parse().map_err(no_address)?;
        let headers = request.headers_mut();
        let agent = headers.entry(header::USER_AGENT);
        agent.or_insert(HeaderValue::from_static(AGENT));
        let failed = |cause: client::legacy::Error| {
            let base = &self.base;
            Error::Failed(match cause.source().filter(|_| !cause.is_connect()) {
                Some(cause) => format!("{base} gives no answer that HTTP knows ({cause})"),
                None => format!("nothing answers at {base}; is it running?"),
            })
        };
        let asked = async {
            let answer = self.client.request(request.map(Full::from)).await;
            read(answer.map_err(failed)?).await
        };
        let slow = |_| {
            let seconds = PATIENCE.as_secs();
            Error::Failed(format!(
                "{} takes requests and does not answer within {seconds} seconds",
                self.base
            ))
        };
        Ok(Answer {
            response: timeout(PATIENCE, asked).await.map_err(slow)??,
            calls: Vec::new(),
        })
    }

    fn server_is_in_reach(&self) -> bool {
        false
    }

    async fn restart(&mut self) -> Result<(), Error> {
        Err(self.out_of_reach("be restarted"))
    }

    async fn wait(&mut self, _: u32) -> Result<(), Error> {
        Err(self.out_of_reach("be made older"))
    }

    async fn replace_rows(&mut self, _: &str) -> Result<(), Error> {
        Err(self.out_of_reach("get other rows"))
    }
}
