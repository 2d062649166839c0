//! A step's binary as a process that a journey may restart.

use std::{
    fs::{self, File},
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
    io::{self, AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::{sleep, timeout},
};

use crate::{Answer, OverHttp, Site, rows};

/// A program that has not said by then what it should say will never do so.
const START: Duration = Duration::from_secs(10);

/// How often its log is read in the meantime.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// How long a change to its database waits for the program.
const BUSY: Duration = Duration::from_secs(5);

/// The files in a program's folder.
const DATABASE: &str = "library.db";
const LOG: &str = "log";

/// A running binary and the folder with its database. When this is dropped, the binary is stopped and the folder deleted.
pub struct Program {
    binary: PathBuf,
    arguments: Vec<String>,
    folder: TempDir,
    /// Killed when it is dropped.
    process: Child,
    site: Arc<OverHttp>,
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
        let (process, site) = spawn(&binary, &arguments, folder.path()).await?;
        Ok(Self {
            binary,
            arguments,
            folder,
            process,
            site,
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
        (self.process, self.site) =
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
        let log = self.folder.path().join(LOG);
        let look = async {
            loop {
                let text = fs::read_to_string(&log).unwrap_or_default();
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
) -> Result<(Child, Arc<OverHttp>), Error> {
    let log = folder.join(LOG);
    let failed = |cause| Error::Failed(format!("{} does not start: {cause}", binary.display()));
    let mut process = Command::new(binary)
        .args(arguments)
        .env("PORT", "0")
        .env("RUST_LOG", "info")
        .env("LOCALLIBRARY_DB", folder.join(DATABASE))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(File::create(&log).map_err(failed)?)
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    let mut line = String::new();
    if let Some(output) = process.stdout.take() {
        let mut output = BufReader::new(output);
        let _ = timeout(START, output.read_line(&mut line)).await;
        // Everything else that it prints is read as well, because a closed or a full pipe would stop it.
        tokio::spawn(async move { io::copy(&mut output, &mut io::sink()).await });
    }
    match line
        .split_whitespace()
        .find(|word| word.starts_with("http://"))
    {
        Some(address) => Ok((process, Arc::new(OverHttp::new(address)))),
        None => {
            let said = fs::read_to_string(log).unwrap_or_default();
            Err(Error::Failed(format!(
                "the program did not say its address: {}",
                said.trim()
            )))
        }
    }
}
