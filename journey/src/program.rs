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
use tempfile::TempDir;
use tokio::{
    io::{self, AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::{Answer, OverHttp, Site};

/// A program that has not said its address by then never will.
const START: Duration = Duration::from_secs(10);

/// A running binary and the folder with its database. Both go when it is dropped.
pub struct Program {
    binary: PathBuf,
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
        let folder = tempfile::tempdir().map_err(|cause| {
            Error::Failed(format!(
                "no folder can be made for the program's database: {cause}"
            ))
        })?;
        let (process, site) = spawn(&binary, folder.path()).await?;
        Ok(Self {
            binary,
            folder,
            process,
            site,
        })
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
        (self.process, self.site) = spawn(&self.binary, self.folder.path()).await?;
        Ok(())
    }
}

/// Starts the binary and waits for the line with its address.
async fn spawn(binary: &Path, folder: &Path) -> Result<(Child, Arc<OverHttp>), Error> {
    let log = folder.join("log");
    let failed = |cause| Error::Failed(format!("{} does not start: {cause}", binary.display()));
    let mut process = Command::new(binary)
        .env("PORT", "0")
        .env("LOCALLIBRARY_DB", folder.join("library.db"))
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
        // Whatever else it prints is read too: a closed or a full pipe would stop it.
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
