//! A site in this process. It needs no socket, and every call to its session store can be seen.

use async_trait::async_trait;
use axum::{Router, body::Body, http::Request};
use cookie::time::Duration;
use locallibrary::{Error, Library};
use lossless_sessions::{Recorder, record_calls};
use tower::ServiceExt;

use crate::{Answer, Site, rows, site::read};

/// A router, and what is needed to make it again.
pub struct InProcess {
    app: Router,
    server: Option<Server>,
}

/// What a restart needs, and a wait.
struct Server {
    library: Library,
    sessions: fn(&Library) -> Result<Recorder, Error>,
    make: fn(Library, Recorder) -> Router,
    recorder: Recorder,
}

impl InProcess {
    /// The site that `make` builds from the library and a session engine. Each start makes a new engine.
    ///
    /// # Errors
    /// Those of `sessions`.
    pub fn new(
        library: Library,
        sessions: fn(&Library) -> Result<Recorder, Error>,
        make: fn(Library, Recorder) -> Router,
    ) -> Result<Self, Error> {
        let recorder = sessions(&library)?;
        Ok(Self {
            app: make(library.clone(), recorder.clone()),
            server: Some(Server {
                library,
                sessions,
                make,
                recorder,
            }),
        })
    }

    /// A site that consists of this router only, and cannot be restarted.
    pub fn of(app: Router) -> Self {
        Self { app, server: None }
    }

    fn server(&mut self) -> Result<&mut Server, Error> {
        let nothing = || Error::Failed("nobody knows how this site was made".into());
        self.server.as_mut().ok_or_else(nothing)
    }
}

#[async_trait]
impl Site for InProcess {
    fn host(&self) -> &str {
        "127.0.0.1:8000"
    }

    fn server_is_in_reach(&self) -> bool {
        self.server.is_some()
    }

    async fn send(&self, request: Request<String>) -> Result<Answer, Error> {
        let answered = self.app.clone().oneshot(request.map(Body::from));
        let (answer, calls) = record_calls(answered).await;
        let answer = answer.unwrap_or_else(|never| match never {});
        Ok(Answer {
            response: read(answer).await?,
            calls,
        })
    }

    async fn restart(&mut self) -> Result<(), Error> {
        let server = self.server()?;
        server.recorder = (server.sessions)(&server.library)?;
        self.app = (server.make)(server.library.clone(), server.recorder.clone());
        Ok(())
    }

    /// Rows are made older in the database. Sessions in memory cannot be reached, so the recorder makes them older.
    async fn wait(&mut self, seconds: u32) -> Result<(), Error> {
        let server = self.server()?;
        let database = server.library.database();
        let aged = database
            .write(move |connection| rows::age(connection, seconds))
            .await?;
        if aged.is_none() {
            server.recorder.wait(Duration::seconds(seconds.into()));
        }
        Ok(())
    }

    async fn replace_rows(&mut self, json: &str) -> Result<(), Error> {
        let (server, json) = (self.server()?, json.to_string());
        let database = server.library.database();
        let replaced = database
            .write(move |connection| rows::replace(connection, &json))
            .await?;
        let nothing = || Error::Failed("this site keeps no sessions in its database".into());
        replaced.map(drop).ok_or_else(nothing)
    }
}
