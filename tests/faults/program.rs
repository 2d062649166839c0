//! A step's program under conditions that a test sets, and how it is asked without a browser.

use std::{fs, process::Command};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    binary::{binary, with_its_own},
    process::Running,
};

/// A step started by a shell after `setup`, which may change what the process is allowed to do.
pub fn command_after(setup: &str, number: u8, folder: &tempfile::TempDir) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{setup}; exec \"$0\""), binary(number)]);
    with_its_own(shell, folder)
}

/// How much memory a program holds, in KiB, where Linux tells it.
pub fn resident_memory(running: &Running) -> Option<u64> {
    status(running, "VmRSS:")
}

/// How much memory it has held at most so far, in KiB.
pub fn most_memory(running: &Running) -> Option<u64> {
    status(running, "VmHWM:")
}

/// How many threads it has.
pub fn threads(running: &Running) -> Option<u64> {
    status(running, "Threads:")
}

/// A number of the process, as Linux tells it.
fn status(running: &Running, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", running.process.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// How many sockets a program has open, where Linux tells it.
pub fn sockets(running: &Running) -> Option<usize> {
    let files = fs::read_dir(format!("/proc/{}/fd", running.process.id())).ok()?;
    let names = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    let sockets = names.filter(|name| name.to_string_lossy().starts_with("socket:"));
    Some(sockets.count())
}

/// Sends these bytes, and reads meanwhile until the server closes the connection.
pub async fn exchange(address: &str, request: &[u8]) -> String {
    let mut connection = TcpStream::connect(address.trim_start_matches("http://"))
        .await
        .unwrap();
    let (mut reader, mut writer) = connection.split();
    let mut answer = Vec::new();
    // A server that refuses a request need not read it to the end, and then writing fails.
    let _ = tokio::join!(writer.write_all(request), reader.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}
