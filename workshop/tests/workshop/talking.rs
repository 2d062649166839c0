//! A program that is followed line by line, as somebody follows it in a terminal.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::{Duration, Instant},
};

/// A line that has not come by then never will; a build on a busy machine takes its time.
const PATIENCE: Duration = Duration::from_secs(240);

/// A running program and the lines of its output and its log; killed without warning when dropped.
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
        let (said, lines) = channel();
        follow(process.stdout.take().unwrap(), said.clone());
        follow(process.stderr.take().unwrap(), said);
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

/// Passes each line on as it comes.
fn follow(output: impl Read + Send + 'static, said: Sender<String>) {
    let lines = BufReader::new(output).lines().map_while(Result::ok);
    thread::spawn(move || lines.for_each(|line| _ = said.send(line)));
}

impl Drop for Talking {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
