//! My work, live: each save of the learner's program is built, runs in place of the build before, and is checked.

mod saves;
mod state;

use std::{path::PathBuf, sync::Arc, time::Instant};

use axum::{
    Router,
    extract::{Request, State as With},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use locallibrary::Error;
use tokio::{net::TcpListener, sync::watch};

pub use state::{Phase, State};

use saves::Saves;

use crate::{
    console::warn,
    course::{Course, Task},
    learner::{
        build::{BuildError, compile},
        fingerprint::Sources,
        progress::ProgressFile,
        run::LatestProgram,
        source::Mine,
    },
    observe::{event::Subject, timeline::Timeline},
    sites::{live, visitor::Visitor},
};

/// The watched program, with a browser of its own in front of it.
pub struct Watch {
    course: Arc<Course>,
    progress: Arc<ProgressFile>,
    mine: Mine,
    program: Arc<LatestProgram>,
    /// The learner's program, observed.
    pub site: Router,
    /// Whose browser the page of an exercise shows.
    pub visitor: Arc<Visitor>,
    /// The task that was asked for, and how often somebody asked: each time it is checked again.
    wanted: watch::Sender<(String, u64)>,
    state: watch::Sender<State>,
}

impl Watch {
    /// A watch over the program in `mine`, asleep until a task is asked for. The listener will be the visitor's.
    pub fn new(
        course: &Arc<Course>,
        progress: &Arc<ProgressFile>,
        mine: &Mine,
        timeline: &Arc<Timeline>,
        listener: &TcpListener,
    ) -> Arc<Self> {
        let program = Arc::new(LatestProgram::default());
        Arc::new(Self {
            course: course.clone(),
            progress: progress.clone(),
            mine: mine.clone(),
            site: live::observed(program.router(), timeline, Subject::Mine),
            program,
            visitor: Visitor::new("You", listener),
            wanted: watch::Sender::default(),
            state: watch::Sender::default(),
        })
    }

    /// Asks for a task: it is checked now, and at each save.
    pub fn want(&self, task: &Task<'_>) {
        self.wanted.send_modify(|(wanted, times)| {
            *wanted = task.name();
            *times += 1;
        });
    }

    /// Asks for a task unless it is the one that is checked already.
    pub fn want_if_new(&self, task: &Task<'_>) {
        if self.wanted.borrow().0 != task.name() {
            self.want(task);
        }
    }

    /// The task that was asked for, like `3.1`; empty when nobody has asked.
    pub fn wanted(&self) -> String {
        self.wanted.borrow().0.clone()
    }

    /// How it is doing now.
    pub fn state(&self) -> State {
        self.state.borrow().clone()
    }

    /// Tells of every change of the state.
    pub fn changes(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    /// How many wait for changes.
    pub fn readers(&self) -> usize {
        self.state.receiver_count()
    }

    /// Has a task checked, and returns when that is done.
    pub async fn settle(&self, task: &Task<'_>) {
        let mut changes = self.changes();
        let before = self.state().rounds;
        self.want(task);
        let done = |state: &State| state.rounds > before && state.task == task.name();
        let _ = changes.wait_for(done).await;
    }

    /// Stops the learner's program and starts it again, with its database, and opens its page.
    ///
    /// # Errors
    /// [`Error::Failed`] when it does not start again.
    pub async fn restart(&self, task: &Task<'_>) -> Result<(), Error> {
        self.program.restart().await?;
        self.open_page(task).await;
        Ok(())
    }

    /// What the visitor's port serves. Whoever follows the watch hears of each request too.
    pub fn visited(self: &Arc<Self>) -> Router {
        let site = self.visitor.site(self.site.clone());
        site.layer(from_fn_with_state(self.clone(), tell_of_requests))
    }

    /// Waits for the first wish, then builds and checks at each save and each further wish.
    pub async fn run(self: Arc<Self>) {
        let mut wanted = self.wanted.subscribe();
        if wanted.wait_for(|(_, times)| *times > 0).await.is_err() {
            return;
        }
        let mut saves = Saves::in_folder(&self.mine.folder());
        let mut began = Instant::now();
        loop {
            let name = wanted.borrow_and_update().0.clone();
            let Ok(task) = self.course.task(&name) else {
                return;
            };
            let phase = match self.build(&task, began).await {
                // A save that comes during the check makes it worthless.
                Some((program, sources)) => tokio::select! {
                    () = self.check(&task, program, sources, began) => Phase::Waiting,
                    saved = saves.next() => { began = saved; continue }
                    _ = wanted.changed() => { began = Instant::now(); continue }
                },
                None if self.mine.source().is_none() => Phase::NotBegun,
                None => Phase::Waiting,
            };
            self.change(|state| {
                state.phase = phase;
                state.rounds += 1;
            });
            began = tokio::select! {
                saved = saves.next() => saved,
                _ = wanted.changed() => Instant::now(),
            };
        }
    }

    /// Builds the program and runs it in place of the one before, which goes on when this one does not compile.
    /// Returns the program to check, and what it was made from.
    async fn build(&self, task: &Task<'_>, began: Instant) -> Option<(PathBuf, Sources)> {
        self.change(|state| {
            state.phase = Phase::Building;
            state.task = task.name();
        });
        self.mine.source()?;
        let built = compile(&self.mine).await;
        let (said, failed) = match &built {
            Ok(built) => (built.warnings.clone(), None),
            Err(BuildError::Compiler(said)) => (said.clone(), None),
            Err(BuildError::Other(words)) => (Vec::new(), Some(words.clone())),
        };
        self.change(|state| {
            state.report = None;
            state.took = None;
            state.said = said;
            state.failed = failed;
        });
        let built = built.ok()?;
        let program = match self.program.replace(&built).await {
            Ok(program) => program,
            Err(cause) => {
                self.change(|state| state.failed = Some(cause.to_string()));
                return None;
            }
        };
        self.open_page(task).await;
        self.change(|state| {
            state.phase = Phase::Checking;
            state.took = Some((began.elapsed(), began.elapsed()));
        });
        Some((program, built.sources))
    }

    /// Opens what the visitor has open again, or else the page that the lesson is about.
    pub async fn open_page(&self, task: &Task<'_>) {
        let open = self.visitor.open();
        let path = open.unwrap_or_else(|| task.lesson.step.opens_at.into());
        self.visitor
            .load(&self.visitor.site(self.site.clone()), &path)
            .await;
        self.change(|state| state.pages += 1);
    }

    /// Checks a task at a program of its own, so that no visit of the learner's counts. One that holds is done.
    async fn check(&self, task: &Task<'_>, program: PathBuf, sources: Sources, began: Instant) {
        let checked = self.mine.check_at(program, sources, task).await;
        if let Ok(report) = &checked
            && let Err(cause) = self.progress.note(task, report)
        {
            warn(cause);
        }
        self.change(|state| {
            state.took = state.took.map(|(page, _)| (page, began.elapsed()));
            match checked {
                Ok(report) => state.report = Some(Arc::new(report)),
                Err(cause) => state.failed = Some(cause.to_string()),
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        self.state.send_modify(change);
    }
}

async fn tell_of_requests(With(watch): With<Arc<Watch>>, request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    watch.change(|_| ()); // Nothing of its own has changed, but the timeline has.
    answer
}
