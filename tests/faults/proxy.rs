//! What must hold of step 10's proxy. Observe: every request is answered within its limit, whatever a process or a client
//! does. A proxy without limits fails all of these.

use std::{process::Command, time::Duration};

use tokio::{join, time::timeout};

use crate::{
    binary::command,
    process::{Running, start, status},
    program::exchange,
    visitor::Visitor,
};

/// More than every limit of the proxy: 10 s for a request, 11 s for the beginning of an answer, 1 s for a connection.
const PATIENCE: Duration = Duration::from_secs(25);

/// The status of the answer to these lines.
async fn ask(running: &Running, lines: &str) -> u16 {
    let request = format!("{lines}\r\nHost: a\r\nConnection: close\r\n\r\n");
    let answer = timeout(PATIENCE, exchange(&running.address, request.as_bytes())).await;
    status(&answer.expect("an answer within every limit"))
}

fn signal(name: &str, process: u32) {
    let process = process.to_string();
    let sent = Command::new("kill").args(["-s", name, &process]).status();
    assert!(sent.unwrap().success());
}

/// F24: a process that is stopped takes connections and never answers.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_hangs_leaves_the_round_until_it_answers_again() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(command(10, &folder));
    let mut ann = Visitor::of(&running.address);
    let [one, other] = ann.two_in_turn(3).await;

    signal("STOP", one);
    // One of two goes to the process that hangs. Reading may be done again, so the other process answers for it.
    let read = || ask(&running, "GET /books HTTP/1.1");
    assert_eq!(join!(read(), read()), (200, 200));
    for count in 4..10 {
        assert_eq!(ann.visit().await, (count, other));
    }

    signal("CONT", one);
    let is_back = async { while ann.visit().await.1 != one {} };
    let is_back = timeout(PATIENCE, is_back).await;
    is_back.expect("the process is in the round again");

    signal("STOP", one);
    // A form may have been worked on already, so nobody is asked again, and its sender is told.
    let post = || ask(&running, "POST /books HTTP/1.1\r\nContent-Length: 0");
    let answers: [u16; 2] = join!(post(), post()).into();
    assert!(answers.contains(&504), "{answers:?}");
    assert!(answers.contains(&405), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_never_ends_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(command(10, &folder));
    let unfinished = "POST / HTTP/1.1\r\nContent-Length: 99";
    assert_eq!(ask(&running, unfinished).await, 408);
}

/// `OPTIONS *` is about the server and not about one of its pages (RFC 9110, section 9.3.7).
#[tokio::test(flavor = "multi_thread")]
async fn a_question_about_the_server_reaches_the_site() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let behind = start(command(10, &folders[0]));
    let alone = start(command(5, &folders[1]));
    let question = "OPTIONS * HTTP/1.1";
    assert_eq!(ask(&behind, question).await, ask(&alone, question).await);
}
