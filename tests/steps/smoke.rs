//! The real binaries. Observe: each starts, prints its address, serves its journeys over TCP, and stops when told.

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    process::{Child, Command, Stdio},
};

use locallibrary::journey::Site;

use crate::{steps::STEPS, support::journey};

/// The built binary of a step; cargo tells integration tests where it is.
fn binary(number: u8) -> &'static str {
    match number {
        1 => env!("CARGO_BIN_EXE_step1"),
        2 => env!("CARGO_BIN_EXE_step2"),
        3 => env!("CARGO_BIN_EXE_step3"),
        4 => env!("CARGO_BIN_EXE_step4"),
        5 => env!("CARGO_BIN_EXE_step5"),
        6 => env!("CARGO_BIN_EXE_step6"),
        7 => env!("CARGO_BIN_EXE_step7"),
        _ => panic!("add step {number} here"),
    }
}

/// A running step with a database of its own; stopped when dropped.
struct Running {
    process: Child,
    address: String,
    _folder: tempfile::TempDir,
}

fn command(number: u8, folder: &tempfile::TempDir) -> Command {
    let mut command = Command::new(binary(number));
    command.env("LOCALLIBRARY_DB", folder.path().join("library.db"));
    command
}

fn start(number: u8) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let mut process =
        command(number, &folder).env("PORT", "0").stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.split_whitespace().find(|word| word.starts_with("http://"));
    let address = address.unwrap_or_else(|| panic!("no address in {line:?}")).to_string();
    Running { process, address, _folder: folder }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs a step that should not start; returns its exit status and what it said.
fn refused(mut command: Command) -> (Option<i32>, String) {
    let mut process = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut said = String::new();
    process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (process.wait().unwrap().code(), said)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_serves_its_journeys_over_tcp_as_in_process() {
    for step in STEPS {
        let running = start(step.number);
        for journey in step.journeys.iter().filter(|journey| !journey.restarts()) {
            let over_tcp = journey.run(&mut Site::over_http(&running.address)).await.unwrap();
            let in_process = crate::support::walk(step.number, journey.title).await;
            let pages = over_tcp.exchanges.iter().zip(&in_process.exchanges);
            for (real, expected) in pages {
                assert_eq!(real.page, expected.page, "step {}: {}", step.number, journey.title);
                assert_eq!(real.status, expected.status);
                assert_eq!(real.headers.get("set-cookie"), expected.headers.get("set-cookie"));
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn every_step_stops_gracefully_on_sigterm() {
    for step in STEPS {
        let mut running = start(step.number);
        let pid = running.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(running.process.wait().unwrap().success(), "step {}", step.number);
    }
}

#[test]
fn a_taken_port_is_one_sentence_and_exit_status_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    for step in STEPS {
        let mut command = command(step.number, &folder);
        command.env("PORT", port.to_string());
        let (status, said) = refused(command);
        assert_eq!(status, Some(1));
        let name = format!("cargo run --bin step{}", step.number);
        assert!(said.contains(&format!("port {port} is taken; try PORT=")), "{said}");
        assert!(said.trim_end().ends_with(&name) && said.lines().count() == 1, "{said}");
    }
}

#[test]
fn a_port_that_is_none_is_one_sentence_and_exit_status_1() {
    let folder = tempfile::tempdir().unwrap();
    for port in ["eighty", "65536", "-1", ""] {
        let mut command = command(1, &folder);
        command.env("PORT", port);
        let (status, said) = refused(command);
        assert_eq!(status, Some(1), "{port}");
        assert!(said.contains("which is no port; give a number"), "{said}");
    }
}

#[test]
fn a_foreign_database_is_one_sentence_and_exit_status_1() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    std::fs::write(&path, "my notes").unwrap();
    let (status, said) = refused(command(3, &folder));
    assert_eq!(status, Some(1));
    assert!(said.contains(path.to_str().unwrap()) && said.lines().count() == 1, "{said}");
    assert_eq!(std::fs::read_to_string(path).unwrap(), "my notes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_is_not_there_is_one_sentence() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut nowhere = Site::over_http(&format!("http://{free}"));
    let failed = journey(3, "first visit").run(&mut nowhere).await.unwrap_err().to_string();
    assert!(failed.contains("nothing answers at http://"), "{failed}");
}
