//! A step's binary as a process that a journey may restart.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use axum::http::Request;
use locallibrary::Error;
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::{
    io::{self, BufReader},
    process::{Child, Command},
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::{
    Answer, OverHttp, Site,
    bounded::{self, Log},
    rows,
};

/// A program that has not said by then what it should say will never do so.
const START: Duration = Duration::from_secs(10);

/// How long the last words of a program that was stopped may take.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// How often its log is read in the meantime.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// How long a change to its database waits for the program.
const BUSY: Duration = Duration::from_secs(5);

/// The database in a program's folder.
const DATABASE: &str = "library.db";

/// So much of its log is told when a program does not start, in characters: its last words are about the reason.
const LAST_WORDS: usize = 2000;

/// A running binary and the folder with its database. When this is dropped, the binary is stopped and the folder deleted.
pub struct Program {
    binary: PathBuf,
    arguments: Vec<String>,
    folder: TempDir,
    /// Killed when it is dropped.
    process: Child,
    site: Arc<OverHttp>,
    log: Log,
}

impl Program {
    /// Starts the binary, on a free port and with a database of its own.
    ///
    /// # Errors
    /// [`Error::Failed`] when it does not start, with its own words.
    pub async fn start(binary: PathBuf) -> Result<Self, Error> {
        Self::start_with(binary, Vec::new()).await
    }

    /// The same with arguments.
    ///
    /// # Errors
    /// As [`Program::start`].
    pub async fn start_with(binary: PathBuf, arguments: Vec<String>) -> Result<Self, Error> {
        let folder = tempfile::tempdir().map_err(|cause| {
            Error::Failed(format!(
                "no folder can be made for the program's database: {cause}"
            ))
        })?;
        let (process, site, log) = spawn(&binary, &arguments, folder.path()).await?;
        Ok(Self {
            binary,
            arguments,
            folder,
            process,
            site,
            log,
        })
    }

    /// Changes the stored sessions, while the program runs.
    fn change_rows(
        &self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<Option<usize>>,
    ) -> Result<(), Error> {
        let changed = Connection::open(self.folder.path().join(DATABASE)).and_then(|connection| {
            connection.busy_timeout(BUSY)?;
            change(&connection)
        });
        match changed {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(Error::Failed(
                "the program keeps no sessions in the site's database".into(),
            )),
            Err(cause) => Err(Error::Failed(format!(
                "the program's database cannot be changed: {cause}"
            ))),
        }
    }
}

impl Program {
    /// Where it listens, for as long as nobody restarts it.
    pub fn address(&self) -> Arc<OverHttp> {
        self.site.clone()
    }

    /// Goes on with another binary and the same database, as after a new build.
    ///
    /// # Errors
    /// [`Error::Failed`] when it does not start, with its own words; then nothing answers.
    pub async fn replace(&mut self, binary: PathBuf) -> Result<(), Error> {
        self.binary = binary;
        self.restart().await
    }
}

#[async_trait]
impl Site for Program {
    fn host(&self) -> &str {
        self.site.host()
    }

    async fn send(&self, request: Request<String>) -> Result<Answer, Error> {
        self.site.send(request).await
    }

    async fn restart(&mut self) -> Result<(), Error> {
        let _ = self.process.kill().await;
        (self.process, self.site, self.log) =
            spawn(&self.binary, &self.arguments, self.folder.path()).await?;
        Ok(())
    }

    async fn wait(&mut self, seconds: u32) -> Result<(), Error> {
        self.change_rows(|connection| rows::age(connection, seconds))
    }

    async fn replace_rows(&mut self, json: &str) -> Result<(), Error> {
        self.change_rows(|connection| rows::replace(connection, json))
    }

    /// Waits for the line, since a program's background work may come a little later.
    async fn logged(&self, about: &str) -> Option<String> {
        let look = async {
            loop {
                let text = self.log.text();
                if let Some(line) = text.lines().rev().find(|line| line.contains(about)) {
                    return line.to_string();
                }
                sleep(LOOK_AGAIN).await;
            }
        };
        timeout(START, look).await.ok()
    }
}

/// Starts the binary and waits for the line with its address.
async fn spawn(
    binary: &Path,
    arguments: &[String],
    folder: &Path,
) -> Result<(Child, Arc<OverHttp>, Log), Error> {
    let failed = |cause| Error::Failed(format!("{} does not start: {cause}", binary.display()));
    let mut process = Command::new(binary)
        .args(arguments)
        .env("PORT", "0")
        .env("RUST_LOG", "info")
        .env("LOCALLIBRARY_DB", folder.join(DATABASE))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    let (output, errors) = (process.stdout.take(), process.stderr.take());
    let (output, errors) = output.zip(errors).expect("both are piped");
    let log = Log::default();
    let logging = tokio::spawn(log.clone().follow(errors));
    let mut output = BufReader::new(output);
    let line = timeout(START, bounded::line(&mut output)).await;
    let line = line.ok().and_then(Result::ok).unwrap_or_default();
    let mut words = line.split_whitespace();
    match words.find(|word| word.starts_with("http://")) {
        Some(address) => {
            let site = Arc::new(OverHttp::new(address));
            // Everything else that it prints is read as well, because a closed or a full pipe would stop it.
            tokio::spawn(async move { io::copy(&mut output, &mut io::sink()).await });
            Ok((process, site, log))
        }
        None => {
            let said = last_words(process, &log, logging).await;
            let words = "the program did not say its address";
            Err(Error::Failed(format!("{words}: {}", said.trim())))
        }
    }
}

/// Stops a program, and returns what it has said last.
async fn last_words(mut process: Child, log: &Log, logging: JoinHandle<()>) -> String {
    let _ = process.kill().await;
    // A process that it has started may hold its log open.
    let _ = timeout(LAST_WAIT, logging).await;
    let text = log.text();
    let first = text.char_indices().rev().nth(LAST_WORDS);
    text[first.map_or(0, |(at, _)| at)..].to_string()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_program_that_prints_a_line_without_an_end_is_stopped() {
        let dots = "tr '\\0' . < /dev/zero | tee /dev/stderr";
        let arguments = vec!["-c".to_string(), dots.to_string()];
        let started = Program::start_with("sh".into(), arguments).await;
        let told = started.err().expect("no address").to_string();
        assert!(
            told.starts_with("the program did not say its address: ..."),
            "{told}"
        );
        assert!(told.len() < 2 * LAST_WORDS, "{} bytes", told.len());
    }
}
