//! The learner's program on trial: it is built, started, and asked what a journey asks.

use std::path::PathBuf;

use journey::{Journey, Program, Transcript};
use locallibrary::Error;

use crate::{
    course::Task,
    learner::{
        build::{BuildError, compile},
        check::Report,
        fingerprint::Sources,
        source::Mine,
    },
};

impl Mine {
    /// Builds and runs the program, and makes a task's journeys at it.
    ///
    /// # Errors
    /// [`BuildError`] when it does not compile or start.
    pub async fn check(&self, task: &Task<'_>) -> Result<Report, BuildError> {
        let built = compile(self).await?;
        Ok(self.check_at(built.program, built.sources, task).await?)
    }

    /// Runs a build of the program, and makes a task's journeys at it.
    ///
    /// # Errors
    /// [`Error::Failed`] when it does not start, with its own words.
    pub async fn check_at(
        &self,
        program: PathBuf,
        sources: Sources,
        task: &Task<'_>,
    ) -> Result<Report, Error> {
        let source = self.source();
        let mut site = Program::start(program).await?;
        let report = Report::of(task, &mut site, source.as_deref()).await?;
        Ok(Report {
            sources: Some(sources),
            ..report
        })
    }

    /// Builds the program, and makes each journey at a start of it.
    ///
    /// # Errors
    /// [`BuildError`] when it does not compile, start, or answer.
    pub async fn journeys(&self, journeys: &[Journey]) -> Result<Vec<Transcript>, BuildError> {
        let built = compile(self).await?;
        let mut seen = Vec::new();
        for journey in journeys {
            let mut site = Program::start(built.program.clone()).await?;
            seen.push(journey.run(&mut site).await?);
        }
        Ok(seen)
    }
}
