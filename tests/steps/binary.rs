//! The steps' binaries, and how they are asked without a browser.

use std::process::Command;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::process::Running;

/// The built binary of a step; cargo tells integration tests where it is.
pub fn binary(number: u8) -> &'static str {
    match number {
        1 => env!("CARGO_BIN_EXE_step1"),
        2 => env!("CARGO_BIN_EXE_step2"),
        3 => env!("CARGO_BIN_EXE_step3"),
        4 => env!("CARGO_BIN_EXE_step4"),
        5 => env!("CARGO_BIN_EXE_step5"),
        6 => env!("CARGO_BIN_EXE_step6"),
        7 => env!("CARGO_BIN_EXE_step7"),
        8 => env!("CARGO_BIN_EXE_step8"),
        9 => env!("CARGO_BIN_EXE_step9"),
        10 => env!("CARGO_BIN_EXE_step10"),
        _ => panic!("add step {number} here"),
    }
}

/// Whether a step's binary wants a server that these tests have not: with the feature `postgres`, step 10 does, and its
/// tests are in tests/postgres.
pub fn wants_a_server(number: u8) -> bool {
    cfg!(feature = "postgres") && number == 10
}

/// A step, on a free port, with its database in this folder.
pub fn command(number: u8, folder: &tempfile::TempDir) -> Command {
    with_its_own(Command::new(binary(number)), folder)
}

/// A step started by a shell after `setup`, which may change what the process is allowed to do.
pub fn command_after(setup: &str, number: u8, folder: &tempfile::TempDir) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{setup}; exec \"$0\""), binary(number)]);
    with_its_own(shell, folder)
}

fn with_its_own(mut command: Command, folder: &tempfile::TempDir) -> Command {
    command
        .env("LOCALLIBRARY_DB", folder.path().join("library.db"))
        .env("PORT", "0");
    command
}

/// How much memory a program holds, in KiB, where Linux tells it.
pub fn resident_memory(running: &Running) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", running.process.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Sends these bytes, and reads until the server closes the connection.
pub async fn exchange(address: &str, request: &[u8]) -> String {
    let mut connection = TcpStream::connect(address.trim_start_matches("http://"))
        .await
        .unwrap();
    // A server that refuses a request need not read it to the end.
    let _ = connection.write_all(request).await;
    let mut answer = Vec::new();
    let _ = connection.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}
