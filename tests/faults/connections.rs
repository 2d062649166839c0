//! What must hold of connections. Observe: heads and bodies have limits, slow clients are cut off and harm
//! nobody, and requests under way are finished. The numbers are those of the project's list of faults; with
//! `axum::serve` alone, F11 and F12 fail.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    binary::command,
    file_site::count,
    process::{Running, start, status},
    program::{command_after, exchange, resident_memory, sockets},
};

async fn connect(running: &Running) -> TcpStream {
    TcpStream::connect(running.address.trim_start_matches("http://"))
        .await
        .unwrap()
}

/// An answer to these bytes. A refusal may be lost, since the server closes a connection while the client still sends;
/// so the same is asked again until an answer comes through.
async fn answer(running: &Running, request: &[u8]) -> String {
    for _ in 0..100 {
        let answer = exchange(&running.address, request).await;
        if !answer.is_empty() {
            return answer;
        }
    }
    panic!("a hundred connections were closed without an answer")
}

/// F11: heads of up to 16 KiB and a hundred lines, forms of up to 16 KiB.
#[tokio::test(flavor = "multi_thread")]
async fn a_head_or_a_form_that_is_too_large_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(command(3, &folder));
    let before = resident_memory(&running);
    let head = |lines: usize, length: usize| {
        let line = format!("X: {}\r\n", "a".repeat(length / lines));
        format!(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{}\r\n",
            line.repeat(lines)
        )
    };
    for (lines, length, expected) in [
        (1, 8 << 10, 200),
        (90, 12 << 10, 200),
        (1, 17 << 10, 431),
        (90, 64 << 10, 431),
        (1, 1 << 20, 431),
        (101, 1_010, 431),
    ] {
        let answer = answer(&running, head(lines, length).as_bytes()).await;
        assert_eq!(status(&answer), expected, "{lines} {length}: {answer}");
    }
    for (length, expected) in [(90, 303), (8 << 10, 422), (17 << 10, 413), (10 << 20, 413)] {
        let form = format!("text={}", "a".repeat(length));
        let request = format!(
            "POST /my-car HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}",
            form.len()
        );
        let answer = answer(&running, request.as_bytes()).await;
        assert_eq!(status(&answer), expected, "{length}: {answer}");
    }
    if let (Some(before), Some(after)) = (before, resident_memory(&running)) {
        assert!(
            after < before + 20_000,
            "{before} KiB before, {after} after"
        );
    }
}

/// F12: five hundred clients that never finish a request's head, and a hundred that never finish its form.
#[tokio::test(flavor = "multi_thread")]
async fn slow_clients_are_cut_off_and_others_are_served_meanwhile() {
    const HEAD: &str = "POST /my-car HTTP/1.1\r\nHost: a\r\n";
    const FORM: &str =
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\ntext=";
    let folder = tempfile::tempdir().unwrap();
    let running = start(command(3, &folder));
    let started = Instant::now();
    let mut slow = Vec::new();
    for number in 0..600 {
        let mut connection = connect(&running).await;
        let form = if number < 500 { "" } else { FORM };
        connection
            .write_all(format!("{HEAD}{form}").as_bytes())
            .await
            .unwrap();
        slow.push(connection);
    }
    for _ in 0..100 {
        let request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let answer = timeout(Duration::from_secs(2), exchange(&running.address, request))
            .await
            .unwrap();
        assert_eq!(status(&answer), 200);
    }
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "they were still connected"
    );
    for (number, connection) in slow.iter_mut().enumerate() {
        let mut said = String::new();
        let cut = timeout(
            Duration::from_secs(20),
            connection.read_to_string(&mut said),
        )
        .await;
        assert!(cut.is_ok(), "client {number} is still connected");
        assert_eq!(status(&said), if number < 500 { 0 } else { 503 }, "{said}");
    }
}

/// F13: a hundred requests are under way when the server is told to stop.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_stop_finishes_a_hundred_requests_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let mut running = start(command(5, &folder));
    let database = rusqlite::Connection::open(folder.path().join("library.db")).unwrap();
    // Their visits wait for this lock.
    database.execute_batch("begin immediate").unwrap();
    let before = sockets(&running).unwrap_or_default();
    let mut visiting = Vec::new();
    for _ in 0..100 {
        let mut connection = connect(&running).await;
        connection
            .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            .await
            .unwrap();
        visiting.push(connection);
    }
    // All are accepted, and a moment later their heads are read.
    while sockets(&running).is_some_and(|open| open < before + 100) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    running.terminate();
    tokio::time::sleep(Duration::from_millis(100)).await;
    database.execute_batch("commit").unwrap();
    for mut connection in visiting {
        let mut said = String::new();
        connection.read_to_string(&mut said).await.unwrap();
        assert_eq!(status(&said), 200, "{said}");
    }
    assert!(running.process.wait().unwrap().success());
    assert_eq!(count(&database), 100);
}

/// F15: a thousand clients ask and go away before the answer.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn clients_that_go_away_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(command(5, &folder));
    let request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    assert_eq!(status(&exchange(&running.address, request).await), 200);
    let before = sockets(&running);
    for _ in 0..1_000 {
        let mut connection = connect(&running).await;
        connection.write_all(request).await.unwrap();
    }
    let closed = async {
        while sockets(&running) > before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(30), closed)
        .await
        .expect("every connection is closed");
    assert_eq!(status(&exchange(&running.address, request).await), 200);
}

/// Honest visitors are answered within two seconds, whatever the others do.
async fn is_served(running: &Running) {
    for _ in 0..10 {
        let request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let answer = timeout(Duration::from_secs(2), exchange(&running.address, request)).await;
        assert_eq!(status(&answer.expect("an answer within 2 s")), 200);
    }
}

/// F20: more clients than there are connections, or as many as this process may have. Each asks for 600 pages and reads
/// none. Where all that they ask for is answered as it comes, a visitor waits for most of it.
#[tokio::test(flavor = "multi_thread")]
async fn clients_that_never_read_keep_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(command(5, &folder));
    let requests = "GET /static/style.css HTTP/1.1\r\nHost: a\r\n\r\n".repeat(600);
    let mut deaf = Vec::new();
    while deaf.len() < 1_100
        && let Ok(mut connection) =
            TcpStream::connect(running.address.trim_start_matches("http://")).await
    {
        // One that gives way at once may do so while we write.
        let _ = connection.write_all(requests.as_bytes()).await;
        deaf.push(connection);
    }
    deaf.truncate(deaf.len() - 1); // The visitor, too, needs a file.
    is_served(&running).await;
}

/// Where there are fewer files than clients; unfinished heads and forms are waited for, too.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn where_files_are_few_those_who_wait_longest_give_way() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(command_after("ulimit -n 100", 5, &folder));
    let form = "POST /my-car HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n\r\ntext=";
    let mut slow = Vec::new();
    for number in 0..300 {
        let mut connection = connect(&running).await;
        let sent = if number % 2 == 0 { "GET / HT" } else { form };
        let _ = connection.write_all(sent.as_bytes()).await;
        slow.push(connection);
    }
    is_served(&running).await;
}
