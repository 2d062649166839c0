//! A site in this process: no socket, and every call of its session store can be seen.

use async_trait::async_trait;
use axum::{Router, body::Body, http::Request};
use locallibrary::{Error, session::record_calls};
use tower::ServiceExt;

use crate::{Answer, Site, site::read};

/// A router, and what makes it anew.
pub struct InProcess {
    start: Box<dyn Fn() -> Result<Router, Error> + Send + Sync>,
    app: Router,
}

impl InProcess {
    /// A site that `start` makes, now and at each restart.
    ///
    /// # Errors
    /// Those of `start`.
    pub fn new(
        start: impl Fn() -> Result<Router, Error> + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        Ok(Self {
            app: start()?,
            start: Box::new(start),
        })
    }

    /// A site of this router; a restart changes nothing.
    pub fn of(app: Router) -> Self {
        Self {
            app: app.clone(),
            start: Box::new(move || Ok(app.clone())),
        }
    }
}

#[async_trait]
impl Site for InProcess {
    fn host(&self) -> &str {
        "127.0.0.1:8000"
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
        self.app = (self.start)()?;
        Ok(())
    }
}
