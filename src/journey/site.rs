//! Where a journey takes place: in this process, or over HTTP.

use std::path::PathBuf;

use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    http::{Request, Response, header},
};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tower::ServiceExt;

use super::program::Program;
use crate::{
    Error, Library, Step,
    session::{Note, listen},
};

/// A page larger than this is not one of ours.
const LARGEST_PAGE: usize = 4 * 1024 * 1024;

/// A site that a browser can send requests to.
pub enum Site {
    /// A router in this process, with what makes it anew.
    InProcess {
        /// What starts the server: called at first, and at each restart.
        start: Box<dyn Fn() -> Result<Router, Error> + Send + Sync>,
        /// The running one.
        app: Router,
    },
    /// A server that somebody runs, in any language.
    OverHttp {
        /// How the address begins: `http://127.0.0.1:8000`.
        base: String,
        /// Keeps connections open between requests, as browsers do.
        client: Client<HttpConnector, Full<Bytes>>,
        /// The process behind the address, when it is ours to restart.
        program: Option<Box<Program>>,
    },
}

impl Site {
    /// A site in this process.
    pub fn in_process(start: impl Fn() -> Router + Send + Sync + 'static) -> Self {
        let app = start();
        Self::InProcess { start: Box::new(move || Ok(start())), app }
    }

    /// A step's site in this process, as its `main` would serve it: each start has the engine it chooses.
    ///
    /// # Errors
    /// [`Error`] when the session engine does not open.
    pub fn of(step: &'static Step, library: Library) -> Result<Self, Error> {
        let start = move || Ok((step.app)(library.clone(), (step.sessions)(&library)?));
        Ok(Self::InProcess { app: start()?, start: Box::new(start) })
    }

    /// The server at `base`, like `http://127.0.0.1:8000`.
    pub fn over_http(base: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self::OverHttp { base: base.trim_end_matches('/').into(), client, program: None }
    }

    /// Starts a step's binary, on a free port and with a database of its own; it ends with the site.
    ///
    /// # Errors
    /// [`Error::Start`] when it does not start, with its own words.
    pub async fn program(binary: PathBuf) -> Result<Self, Error> {
        let (started, base) = Program::start(binary).await?;
        let mut site = Self::over_http(&base);
        if let Self::OverHttp { program, .. } = &mut site {
            *program = Some(Box::new(started));
        }
        Ok(site)
    }

    /// The host and port that a browser would put into its `Host` header.
    pub(super) fn host(&self) -> &str {
        match self {
            Self::InProcess { .. } => "127.0.0.1:8000",
            Self::OverHttp { base, .. } => base.split("//").last().unwrap_or(base),
        }
    }

    /// Whether it can be stopped and started again from here.
    pub fn can_restart(&self) -> bool {
        !matches!(self, Self::OverHttp { program: None, .. })
    }

    /// Whether anything answers there at all.
    ///
    /// # Errors
    /// [`Error::Start`] with a sentence that says where nothing answers.
    pub async fn answers(&self) -> Result<(), Error> {
        let question = Request::get("/").header(header::HOST, self.host()).body(String::new());
        let question =
            question.map_err(|_| Error::Start(format!("{} is no address", self.host())))?;
        self.send(question).await.map(drop)
    }

    /// Stops the server and starts it again.
    pub(super) async fn restart(&mut self) -> Result<(), Error> {
        match self {
            Self::InProcess { start, app } => *app = start()?,
            Self::OverHttp { base, program: Some(program), .. } => {
                *base = program.restart().await?
            }
            Self::OverHttp { base, program: None, .. } => {
                return Err(Error::Start(format!("{base} cannot be restarted from here")));
            }
        }
        Ok(())
    }

    /// Sends one request; the answer's body is read to its end. Over HTTP there are no store notes.
    pub(super) async fn send(
        &self,
        mut request: Request<String>,
    ) -> Result<(Response<String>, Vec<Note>), Error> {
        match self {
            Self::InProcess { app, .. } => {
                let request = request.map(Body::from);
                let (answer, notes) = listen(app.clone().oneshot(request)).await;
                let answer = answer.unwrap_or_else(|never| match never {});
                Ok((read(answer).await?, notes))
            }
            Self::OverHttp { base, client, .. } => {
                let address = format!("{base}{}", request.uri());
                *request.uri_mut() = address
                    .parse()
                    .map_err(|_| Error::Start(format!("{address} is no address")))?;
                let answer = client.request(request.map(Full::from)).await.map_err(|_| {
                    Error::Start(format!("nothing answers at {base}; is it running?"))
                })?;
                Ok((read(answer).await?, Vec::new()))
            }
        }
    }
}

async fn read<B>(answer: Response<B>) -> Result<Response<String>, Error>
where
    B: HttpBody<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    let (head, body) = answer.into_parts();
    let body = Limited::new(body, LARGEST_PAGE)
        .collect()
        .await
        .map_err(|cause| Error::Start(format!("a page could not be read to its end: {cause}")))?;
    let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
    Ok(Response::from_parts(head, text))
}
