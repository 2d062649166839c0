//! Running the real programs.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    thread,
};

use tempfile::NamedTempFile;

/// A running program; killed without warning when dropped.
pub struct Running {
    pub process: Child,
    pub address: String,
    /// What it logs. It is shown when the test fails, and otherwise stays out of the tests' results.
    log: NamedTempFile,
}

/// Starts a program and waits for the line with its address; a test program says something else before.
pub fn start(mut command: Command) -> Running {
    let log = NamedTempFile::new().unwrap();
    command.stdout(Stdio::piped()).stderr(log.reopen().unwrap());
    let mut process = command.spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let address = lines.find_map(|line| {
        let line = line.unwrap();
        let mut words = line.split_whitespace();
        words
            .find(|word| word.starts_with("http://"))
            .map(String::from)
    });
    let address = address.unwrap_or_else(|| {
        let said = fs::read_to_string(&log).unwrap();
        panic!("it did not say its address, but: {said}")
    });
    Running {
        process,
        address,
        log,
    }
}

impl Running {
    /// What it has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Asks it to stop, as a service manager does.
    #[cfg(unix)]
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// Sends it a signal.
    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        let pid = self.process.id().to_string();
        let mut kill = Command::new("kill");
        kill.args(["-s", name, &pid]);
        assert!(kill.status().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if thread::panicking() {
            println!("{}", self.log());
        }
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
