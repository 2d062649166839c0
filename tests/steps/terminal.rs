//! A server and the terminal it was started from. Observe: it serves on when nobody reads what it prints, and stops
//! gracefully when the terminal is closed, unless it was told to outlive it.

use std::{
    fs::File,
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    binary::{binary, command, with_its_own},
    process::start,
    visitor::Visitor,
};

/// Killed when it is dropped.
struct Silent(Child);

impl Drop for Silent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program that cannot say its address, and waits until it takes connections there.
fn start_silent(mut command: Command) -> (Silent, String) {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let started = command.env("PORT", address.port().to_string()).spawn();
    let mut silent = Silent(started.unwrap());
    drop(silent.0.stdout.take());
    let begun = Instant::now();
    while TcpStream::connect(address).is_err() {
        let ended = silent.0.try_wait().unwrap();
        assert_eq!(ended, None, "it has ended");
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "it never listens"
        );
        thread::sleep(Duration::from_millis(20));
    }
    (silent, format!("http://{address}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_output_nobody_reads_serves_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut unread = command(5, &folder);
    unread.stdout(Stdio::piped());
    let (_silent, address) = start_silent(unread);
    assert_eq!(Visitor::of(&address).get("/").await.status(), 200);
}

/// A full disk refuses both its output and its log.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_log_cannot_be_written_serves_on() {
    let folder = tempfile::tempdir().unwrap();
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let mut refused = command(5, &folder);
    refused.stdout(full()).stderr(full());
    let (_silent, address) = start_silent(refused);
    let mut ann = Visitor::of(&address);
    assert_eq!(ann.get("/").await.status(), 200);
    // A visit that waits for this lock in vain is reported in the log.
    let database = rusqlite::Connection::open(folder.path().join("library.db")).unwrap();
    database.execute_batch("begin immediate").unwrap();
    assert_eq!(ann.get("/").await.status(), 503);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_ignores_hangups_outlives_its_terminal() {
    let folder = tempfile::tempdir().unwrap();
    // As `nohup` does.
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' HUP; exec \"$0\"", binary(5)]);
    let running = start(with_its_own(shell, &folder));
    running.signal("HUP");
    running.signal("HUP");
    let mut ann = Visitor::of(&running.address);
    for _ in 0..20 {
        assert_eq!(ann.get("/").await.status(), 200);
        thread::sleep(Duration::from_millis(10));
    }
}
