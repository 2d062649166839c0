//! Running the real programs.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// A running program; killed without warning when dropped.
pub struct Running {
    pub process: Child,
    pub address: String,
}

/// Starts a program and waits for the line with its address.
pub fn start(mut command: Command) -> Running {
    let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line
        .split_whitespace()
        .find(|word| word.starts_with("http://"));
    let address = address
        .unwrap_or_else(|| panic!("no address in {line:?}"))
        .to_string();
    Running { process, address }
}

impl Running {
    /// Asks it to stop, as a service manager does.
    #[cfg(unix)]
    pub fn terminate(&self) {
        let pid = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The status of an answer as it was read off the wire; 0 when it has none.
pub fn status(answer: &str) -> u16 {
    answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0)
}
