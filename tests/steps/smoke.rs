//! The real binaries. Observe: each starts, prints its address, serves its journeys over TCP, and stops when told.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
};

use journey::{OverHttp, Step};

use crate::{
    binary::{command, wants_a_server},
    process::{start, status},
    steps::STEPS,
    support::journey,
};

fn programs() -> impl Iterator<Item = &'static Step> {
    STEPS.iter().filter(|step| !wants_a_server(step.number))
}

/// Runs a step that should not start; returns its exit status and what it said.
fn refused(mut command: Command) -> (Option<i32>, String) {
    let mut process = command
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = String::new();
    process
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    (process.wait().unwrap().code(), said)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_serves_its_journeys_over_tcp_as_in_process() {
    for step in programs() {
        let folder = tempfile::tempdir().unwrap();
        let running = start(command(step.number, &folder));
        for journey in step
            .journeys
            .iter()
            .filter(|journey| !journey.reaches_into_the_server())
        {
            let over_tcp = journey
                .run(&mut OverHttp::new(&running.address))
                .await
                .unwrap();
            let in_process = crate::support::walk(step.number, journey.title).await;
            let pages = over_tcp.exchanges.iter().zip(&in_process.exchanges);
            for (real, expected) in pages {
                assert_eq!(
                    real.page, expected.page,
                    "step {}: {}",
                    step.number, journey.title
                );
                assert_eq!(real.status, expected.status);
                assert_eq!(
                    real.headers.get("set-cookie"),
                    expected.headers.get("set-cookie")
                );
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn every_step_stops_gracefully_when_told_and_when_its_terminal_is_closed() {
    let told = !crate::hangup::is_ignored();
    let signals = ["TERM"].into_iter().chain(told.then_some("HUP"));
    for step in programs() {
        for signal in signals.clone() {
            let folder = tempfile::tempdir().unwrap();
            let mut running = start(command(step.number, &folder));
            running.signal(signal);
            let ended = running.process.wait().unwrap();
            assert!(ended.success(), "step {}, {signal}: {ended}", step.number);
        }
    }
}

#[test]
fn a_taken_port_is_one_sentence_and_exit_status_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    for step in programs() {
        let mut command = command(step.number, &folder);
        command.env("PORT", port.to_string());
        let (status, said) = refused(command);
        assert_eq!(status, Some(1));
        let name = format!("cargo run --bin step{}", step.number);
        assert!(
            said.contains(&format!("port {port} is taken; try PORT=")),
            "{said}"
        );
        assert!(
            said.trim_end().ends_with(&name) && said.lines().count() == 1,
            "{said}"
        );
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
        assert!(
            said.contains("which is not a port; give a number"),
            "{said}"
        );
    }
}

#[test]
fn a_list_of_proxies_that_cannot_be_read_is_one_sentence_and_exit_status_1() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(3, &folder);
    command.env("TRUSTED_PROXIES", "127.0.0.1 proxy");
    let (status, said) = refused(command);
    assert_eq!(status, Some(1));
    assert!(
        said.contains("neither an address nor a network") && said.lines().count() == 1,
        "{said}"
    );
}

/// A proxy asks for a host that only it knows, and passes on what the browser said of itself: old browsers say no more
/// than `Origin`.
#[test]
fn a_form_through_a_proxy_that_rewrites_the_host_is_our_own_where_the_proxy_is_trusted() {
    for (proxies, expected) in [("127.0.0.1", 303), ("", 403)] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = command(2, &folder);
        command.env("TRUSTED_PROXIES", proxies);
        let running = start(command);
        let form = "text=beetle";
        let request = format!(
            "POST /my-car HTTP/1.1\r\nHost: inside:8000\r\nOrigin: https://library.example\r\n\
             Forwarded: for=192.0.2.7;host=library.example;proto=https\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{form}",
            form.len()
        );
        let mut connection = TcpStream::connect(running.address.trim_start_matches("http://"));
        let connection = connection.as_mut().unwrap();
        connection.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        assert_eq!(status(&answer), expected, "{proxies:?}: {answer}");
    }
}

#[test]
fn a_foreign_database_is_one_sentence_and_exit_status_1() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    std::fs::write(&path, "my notes").unwrap();
    let (status, said) = refused(command(3, &folder));
    assert_eq!(status, Some(1));
    assert!(
        said.contains(path.to_str().unwrap()) && said.lines().count() == 1,
        "{said}"
    );
    assert_eq!(std::fs::read_to_string(path).unwrap(), "my notes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_is_not_there_is_one_sentence() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let mut nowhere = OverHttp::new(&format!("http://{free}"));
    let failed = journey(3, "first visit")
        .run(&mut nowhere)
        .await
        .unwrap_err()
        .to_string();
    assert!(failed.contains("nothing answers at http://"), "{failed}");
}
