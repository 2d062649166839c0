//! Running the real programs.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStderr, Command, Stdio},
};

/// A running program; killed without warning when dropped.
pub struct Running {
    pub process: Child,
    pub address: String,
}

/// Starts a program and waits for the line with its address; a test program says something else before. What it says
/// on standard error is this test's own output, and is shown when the test fails.
pub fn start(mut command: Command) -> Running {
    command.stderr(Stdio::piped());
    let mut running = start_logging(command);
    repeat(running.process.stderr.take().unwrap());
    running
}

/// The same for a command that says itself where its standard error goes.
pub fn start_logging(mut command: Command) -> Running {
    let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let address = lines.find_map(|line| {
        let line = line.unwrap();
        let mut words = line.split_whitespace();
        words
            .find(|word| word.starts_with("http://"))
            .map(String::from)
    });
    let address = address.expect("a line with the address");
    Running { process, address }
}

/// Repeats what a program says as the words of the test that runs in this thread.
pub fn repeat(said: ChildStderr) {
    std::thread::spawn(move || {
        let lines = BufReader::new(said).lines();
        lines
            .map_while(Result::ok)
            .for_each(|line| eprintln!("{line}"));
    });
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
