//! Reads what a program or a site says, up to a limit: it may be about to say something for ever.

use std::{
    process::{Output, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use locallibrary::Error;
use tokio::{
    io::{self, AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt},
    process::Command,
};

/// The most that is read of one page or of one program's output, in bytes. The largest page of the course has a
/// hundredth of this, and what cargo prints for a build has a quarter.
pub const MOST: usize = 2 * 1024 * 1024;

/// How much of a log is kept, in bytes.
const KEPT: usize = 64 * 1024;

/// Why something was not read to its end.
pub(crate) fn too_long(what: &str) -> Error {
    let megabytes = MOST / (1024 * 1024);
    Error::Failed(format!(
        "{what} is longer than {megabytes} MB, so it was not read to its end"
    ))
}

/// Reads to the end. `what` is the subject of the sentence that tells when there is no end.
async fn all(source: impl AsyncRead + Unpin, what: &str) -> Result<Vec<u8>, Error> {
    let mut read = Vec::new();
    let failed = |cause| Error::Failed(format!("{what} cannot be read: {cause}"));
    let mut source = source.take(MOST as u64 + 1);
    source.read_to_end(&mut read).await.map_err(failed)?;
    match read.len() > MOST {
        true => Err(too_long(what)),
        false => Ok(read),
    }
}

/// The first line; as much of it as is read when it has no end.
pub(crate) async fn line(source: &mut (impl AsyncBufRead + Unpin)) -> io::Result<String> {
    let mut line = Vec::new();
    let mut source = source.take(MOST as u64);
    source.read_until(b'\n', &mut line).await?;
    Ok(String::from_utf8_lossy(&line).into_owned())
}

/// Runs a command to its end, and returns what it has printed. One that prints without an end is stopped.
///
/// # Errors
/// [`Error::Failed`] when it does not start, or prints more than [`MOST`] bytes.
pub async fn output(command: &mut Command) -> Result<Output, Error> {
    let name = command.as_std().get_program().to_string_lossy();
    let what = format!("what {name} prints");
    let failed = format!("{name} does not run");
    let failed = |cause| Error::Failed(format!("{failed}: {cause}"));
    let mut process = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    let (stdout, stderr) = (process.stdout.take(), process.stderr.take());
    let (stdout, stderr) = stdout.zip(stderr).expect("both are piped");
    let (stdout, stderr) = tokio::try_join!(all(stdout, &what), all(stderr, &what))?;
    Ok(Output {
        status: process.wait().await.map_err(failed)?,
        stdout,
        stderr,
    })
}

/// The end of what a program logs; what came earlier is forgotten.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Keeps what this source says, until it ends.
    pub async fn follow(self, mut source: impl AsyncRead + Unpin) {
        let mut part = vec![0; 8 * 1024];
        while let Ok(length @ 1..) = source.read(&mut part).await {
            let mut kept = self.kept();
            kept.extend_from_slice(&part[..length]);
            let over = kept.len().saturating_sub(KEPT);
            kept.drain(..over);
        }
    }

    /// What is kept.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.kept()).into_owned()
    }

    fn kept(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn of_a_source_without_an_end_no_more_than_the_limit_is_read() {
        let told = all(io::repeat(b'.'), "a song").await.unwrap_err();
        let sentence = "a song is longer than 2 MB, so it was not read to its end";
        assert_eq!(told.to_string(), sentence);
        let mut dots = io::BufReader::new(io::repeat(b'.'));
        assert_eq!(line(&mut dots).await.unwrap().len(), MOST);
    }

    #[tokio::test]
    async fn of_a_log_the_end_is_kept() {
        let log = Log::default();
        log.clone().follow(&vec![b'a'; 3 * KEPT][..]).await;
        log.clone().follow(&b"the end"[..]).await;
        assert_eq!(log.text().len(), KEPT);
        assert!(log.text().ends_with("aathe end"));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_command_that_prints_for_ever_is_stopped_and_told() {
        let told = output(&mut Command::new("yes")).await.unwrap_err();
        assert!(told.to_string().starts_with("what yes prints is longer"));
    }
}
