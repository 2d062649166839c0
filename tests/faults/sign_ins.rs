//! What must hold when many sign in at once, and some of them guess. The numbers are those of the project's list of
//! faults.

use std::time::Duration;

use tokio::{io::AsyncWriteExt, net::TcpStream, time};

use crate::{
    binary::command,
    process::{Running, start, status},
    program::{exchange, most_memory, resident_memory, threads},
};

const ANN: &str = "name=ann&password=ann+reads+austen";

/// Step 8 behind a proxy on this machine, which these tests play: it says in each request whose it is.
fn behind_a_proxy(folder: &tempfile::TempDir) -> Running {
    let mut command = command(8, folder);
    command.env("TRUSTED_PROXIES", "127.0.0.1");
    start(command)
}

/// A form as the proxy passes it on for a client at `address`, who has this cookie.
fn form(path: &str, address: &str, cookie: &str, form: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {address}\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{form}",
        form.len()
    )
}

/// F19: two hundred sign-ins, from as many places, that hang up before they are answered. If the limit on hashing is
/// given back when the request is given up, twenty threads hash at once, and hold 20 MB each.
#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_that_hang_up_take_no_more_threads_and_memory_than_others() {
    let folder = tempfile::tempdir().unwrap();
    let running = behind_a_proxy(&folder);
    let answer = exchange(
        &running.address,
        form("/sign-in", "192.0.2.1", "", ANN).as_bytes(),
    )
    .await;
    assert_eq!(status(&answer), 303, "{answer}");
    let (before, held) = (threads(&running), resident_memory(&running));
    let mut most_threads = before;
    for number in 0..200 {
        let guess = format!("name=nobody{number}&password=guess");
        let request = form("/sign-in", &format!("198.51.100.{number}"), "", &guess);
        let address = running.address.trim_start_matches("http://");
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(request.as_bytes()).await.unwrap();
        time::sleep(Duration::from_millis(8)).await; // The time after which it hangs up.
        drop(connection);
        most_threads = most_threads.max(threads(&running));
    }
    assert_eq!(
        most_threads, before,
        "two threads hash, and they are there since the first sign-in"
    );
    if let (Some(held), Some(most)) = (held, most_memory(&running)) {
        assert!(
            most < held + 150_000,
            "{held} KiB before, up to {most} KiB in between"
        );
    }
}

/// The answer to a sign-in that comes again when the server, on a slow machine, says that it is busy.
async fn sign_in(address: &str, request: &str) -> String {
    for _ in 0..20 {
        let answer = exchange(address, request.as_bytes()).await;
        if status(&answer) != 503 {
            return answer;
        }
        time::sleep(Duration::from_secs(2)).await;
    }
    panic!("twenty times the server was too busy for a sign-in")
}

/// A thread that hashes keeps what it once needed. If each hash may meet a new thread, each of them keeps its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_and_twenty_sign_ins_leave_little_memory_behind() {
    let folder = tempfile::tempdir().unwrap();
    let running = behind_a_proxy(&folder);
    exchange(&running.address, b"GET / HTTP/1.0\r\n\r\n").await;
    let before = resident_memory(&running);
    let many: Vec<_> = (0..120)
        .map(|number| {
            let address = running.address.clone();
            let request = form("/sign-in", &format!("198.51.100.{}", number % 20), "", ANN);
            tokio::spawn(async move { sign_in(&address, &request).await })
        })
        .collect();
    for one in many {
        let answer = one.await.unwrap();
        assert_eq!(status(&answer), 303, "{answer}");
    }
    if let (Some(before), Some(after)) = (before, resident_memory(&running)) {
        assert!(
            after < before + 100_000,
            "{before} KiB before, {after} KiB after"
        );
    }
}

/// F25: one address guesses twenty times a second at one account. Its owner signs in from elsewhere, and with the
/// browser that she has signed in with before even from the guesser's own address; and she can change her password.
#[tokio::test(flavor = "multi_thread")]
async fn the_owner_gets_in_while_one_address_guesses() {
    let folder = tempfile::tempdir().unwrap();
    let running = behind_a_proxy(&folder);
    let send = async |path: &str, from: &str, cookie: &str, fields: &str| {
        exchange(
            &running.address,
            form(path, from, cookie, fields).as_bytes(),
        )
        .await
    };
    let first = send("/sign-in", "192.0.2.1", "", ANN).await;
    let cookies = cookies(&first);
    let guessing = tokio::spawn({
        let address = running.address.clone();
        async move {
            let guess = form("/sign-in", "192.0.2.1", "", "name=ann&password=guess");
            let mut pace = time::interval(Duration::from_millis(50));
            loop {
                pace.tick().await;
                exchange(&address, guess.as_bytes()).await;
            }
        }
    });
    // The guesser is slowed down, and with him whoever shares his address and is not known.
    let slowed_down = async {
        while status(&send("/sign-in", "192.0.2.1", "", "name=ann&password=x").await) != 429 {
            time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = time::timeout(Duration::from_secs(20), slowed_down).await;
    waited.expect("some guesses were answered with 429 within 20 s");
    let elsewhere = send("/sign-in", "203.0.113.5", "", ANN).await;
    assert_eq!(status(&elsewhere), 303, "{elsewhere}");
    let known = send("/sign-in", "192.0.2.1", &cookies, ANN).await;
    assert_eq!(status(&known), 303, "{known}");
    let change = "old=ann+reads+austen&new=ann+reads+everything";
    let changed = send("/password", "192.0.2.1", &self::cookies(&known), change).await;
    assert_eq!(status(&changed), 303, "{changed}");
    guessing.abort();
}

/// What a browser sends back of an answer's cookies.
fn cookies(answer: &str) -> String {
    let set = answer.lines().filter_map(|line| line.split_once(": "));
    let set = set.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    let pairs: Vec<_> = set
        .filter_map(|(_, cookie)| cookie.split(';').next())
        .collect();
    pairs.join("; ")
}
