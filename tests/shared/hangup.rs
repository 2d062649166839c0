//! Whether a program is told when its terminal is closed.

use std::process::Command;

/// Where the tests were started with `nohup`, they ignore the signal, and so does every program that they start.
pub fn is_ignored() -> bool {
    let mut shell = Command::new("sh");
    let signalled = shell.args(["-c", "kill -s HUP $$"]).status().unwrap();
    signalled.success()
}
