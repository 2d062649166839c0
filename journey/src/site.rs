//! Where a journey takes place.

use async_trait::async_trait;
use axum::{
    body::{Bytes, HttpBody},
    http::{Request, Response, header},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use locallibrary::Error;
use lossless_sessions::StoreCall;

use crate::{Act, Browser, bounded};

/// What came back for one request.
pub struct Answer {
    /// The answer, its body read to the end.
    pub response: Response<String>,
    /// The calls to the session store during the request; always empty over HTTP.
    pub calls: Vec<StoreCall>,
}

/// A site that a browser can send requests to.
#[async_trait]
pub trait Site: Send + Sync {
    /// The host and port that a browser would put into its `Host` header.
    fn host(&self) -> &str;

    /// Sends one request.
    ///
    /// # Errors
    /// [`Error::Failed`] when nothing answers.
    async fn send(&self, request: Request<String>) -> Result<Answer, Error>;

    /// Whether there is access to its server, so that it can be restarted, and its rows and its log can be read.
    fn server_is_in_reach(&self) -> bool {
        true
    }

    /// Is told what happens next, and in which browser, so that somebody can watch.
    async fn announce(&mut self, _act: &Act, _browser: &Browser) {}

    /// Stops the server and starts it again, with the same database.
    ///
    /// # Errors
    /// [`Error::Failed`], here and below, when that cannot be done.
    async fn restart(&mut self) -> Result<(), Error>;

    /// Makes every stored session this many seconds older.
    async fn wait(&mut self, seconds: u32) -> Result<(), Error>;

    /// Replaces every stored session's data with `json`.
    async fn replace_rows(&mut self, json: &str) -> Result<(), Error>;

    /// The last line that the program has logged about this; `None` if none comes, or there is no log.
    async fn logged(&self, _about: &str) -> Option<String> {
        None
    }

    /// Whether anything answers there at all.
    ///
    /// # Errors
    /// [`Error::Failed`] with a sentence that says where nothing answers.
    async fn answers(&self) -> Result<(), Error> {
        let question = Request::get("/")
            .header(header::HOST, self.host())
            .body(String::new());
        let question =
            question.map_err(|_| Error::Failed(format!("{} is not an address", self.host())))?;
        self.send(question).await.map(drop)
    }
}

/// Reads a body to its end, as text.
pub(crate) async fn read<B>(answer: Response<B>) -> Result<Response<String>, Error>
where
    B: HttpBody<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send,
{
    let (head, body) = answer.into_parts();
    let body = Limited::new(body, bounded::MOST).collect().await;
    let body = body.map_err(|cause| match cause.is::<LengthLimitError>() {
        true => bounded::too_long("the page"),
        false => Error::Failed(format!("the page could not be read to its end: {cause}")),
    })?;
    let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
    Ok(Response::from_parts(head, text))
}
