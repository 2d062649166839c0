//! A program that is followed line by line, as somebody follows it in a terminal.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use crate::process::repeat;

/// A line that has not come by then never will; a build on a busy machine takes its time.
const PATIENCE: Duration = Duration::from_secs(240);

/// A running program and the lines that it prints; killed without warning when dropped.
pub struct Talking {
    pub process: Child,
    lines: Receiver<String>,
}

impl Talking {
    pub fn start(mut command: Command) -> Self {
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        repeat(process.stderr.take().unwrap());
        let output = BufReader::new(process.stdout.take().unwrap());
        let (said, lines) = channel();
        thread::spawn(move || {
            let mut lines = output.lines().map_while(Result::ok);
            lines.all(|line| said.send(line).is_ok())
        });
        Self { process, lines }
    }

    /// Reads on until a line holds these words, and fails with all the lines it saw when none does.
    pub fn until(&self, words: &str) {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = String::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) if line.contains(words) => return,
                Ok(line) => seen += &format!("{line}\n"),
                Err(RecvTimeoutError::Timeout) => panic!("it has not said {words}, but:\n{seen}"),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("it never said {words}, but:\n{seen}")
                }
            }
        }
    }
}

impl Drop for Talking {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
