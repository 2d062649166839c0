//! What must hold when many come at once, and some of them mean harm. The numbers are those of the project's
//! list of faults. Each test says which naive code fails it; that code was tried.

use std::slice;

use locallibrary::Library;
use tower_sessions::MemoryStore;

use crate::{
    ask::{ask, visits},
    binary::command,
    crowd::{adopted, all_at_once_are_counted, everyone_counts_their_own, revived},
    file_site::{count, file_site},
    process::start,
    program::{exchange, resident_memory},
    steps::STEPS,
};

/// F5: ten thousand expired rows go while visitors come, and no live row goes with them. MemoryStore
/// cannot do this at all: its expired sessions stay for ever.
#[tokio::test(flavor = "multi_thread")]
async fn expired_rows_are_cleared_under_load_and_live_ones_stay() {
    const ROWS: i64 = 10_000;
    let site = file_site().await;
    let fill = format!(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < {ROWS})
         insert into session (key, data, expires, created, saved, version, writer)
         select randomblob(32), '{{}}', unixepoch() + expires, unixepoch(), unixepoch(), 0, 0
         from n, (select -1 as expires union all select 100000)"
    );
    site.connection().execute_batch(&fill).unwrap();
    let visiting = tokio::spawn({
        let app = site.app.clone();
        async move {
            let mut cookie = String::new();
            for expected in 0..200 {
                let (status, new, page) = ask(&app, "/", &cookie).await;
                assert_eq!((status.as_u16(), visits(&page)), (200, expected));
                cookie = new;
            }
        }
    });
    assert_eq!(site.store.clear_expired().await.unwrap() as i64, ROWS);
    visiting.await.unwrap();
    assert_eq!(site.rows(), ROWS + 1, "the live ones, and the visitor");
}

/// F6: a thousand browsers, fifty visits each: each counts its own, and loses none. With room for a hundred
/// in the database's queue, some of them are refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_browsers_count_exactly_their_own_visits() {
    let site = file_site().await;
    everyone_counts_their_own(slice::from_ref(&site.app), 1_000).await;
    assert_eq!(site.rows(), 1_000);
}

/// F7: one browser, sixty-four visits at once, twenty times: all are answered, and all are counted. Where a save that
/// was refused ends the request, a third of them see an error page; where `save` does not compare the version, few are
/// counted.
#[tokio::test(flavor = "multi_thread")]
async fn visits_of_one_browser_at_once_are_all_answered_and_counted() {
    let site = file_site().await;
    all_at_once_are_counted(slice::from_ref(&site.app)).await;
}

/// F8: a thousand races between a logout and a save in flight. MemoryStore's save brings hundreds back.
#[tokio::test(flavor = "multi_thread")]
async fn no_logout_is_undone_by_a_save_in_flight() {
    let site = file_site().await;
    assert_eq!(revived(&site.store, 1_000).await, 0);
    assert_eq!(site.rows(), 0);
    assert!(revived(&MemoryStore::default(), 1_000).await >= 400);
}

/// F9: whatever id a browser brings, and whatever it asks for, the server goes on with an id of its own making.
/// MemoryStore adopts some: see `store::memory_store_falls_into_the_traps_that_our_stores_close` in tests/steps.
#[tokio::test]
async fn no_route_adopts_an_id_that_the_server_did_not_give_out() {
    for step in STEPS.iter().filter(|step| step.number > 1) {
        let library = Library::in_memory().unwrap();
        let sessions = (step.sessions)(&library).unwrap();
        let app = (step.app)(library, sessions.clone());
        let adopted = adopted(app, &sessions, &format!("step{}", step.number)).await;
        assert!(adopted.is_empty(), "step {}: {adopted:?}", step.number);
    }
}

/// F10: a hundred thousand made-up cookies and some made by hand: no panic, no error page, no row. A page that calls
/// `session.save()` fails this too.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_stands_in_a_cookie_is_a_stranger() {
    const LETTERS: [&str; 16] = [
        "step3", "=", ";", " ", "%", "%00", "\"", ",", "é", "\u{2028}", "A", "-_", "\\", "\t", "9",
        "Path",
    ];
    let site = file_site().await;
    let mut cookies: Vec<String> = ["", "step3", "step3=", "=step3", "step3=;step3", "step3==="]
        .map(String::from)
        .into();
    cookies.extend([22, 23, 4_000].map(|length| format!("step3={}", "A".repeat(length))));
    let mut random: u64 = 1;
    for _ in 0..100_000 {
        let mut cookie = String::from("step3=");
        for _ in 0..24 {
            // Knuth's MMIX numbers: the same cookies in every run.
            random = random
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            cookie += LETTERS[(random >> 60) as usize];
        }
        cookies.push(cookie);
    }
    for cookie in cookies {
        let (status, _, page) = ask(&site.app, "/my-car", &cookie).await;
        assert!(
            status == 200 && page.contains("<p>Nothing.</p>"),
            "{cookie}: {page}"
        );
    }
    assert_eq!(site.rows(), 0);
}

/// F16: fifty thousand requests without a cookie, of robots say, leave no row and no memory. A page that calls
/// `session.save()` to be sure leaves a row each time.
#[tokio::test(flavor = "multi_thread")]
async fn requests_without_a_cookie_leave_no_row_and_no_memory() {
    const PATHS: [&str; 4] = ["/books", "/nowhere", "/static/icon.svg", "/books/1"];
    let folder = tempfile::tempdir().unwrap();
    let running = start(command(7, &folder));
    let robots = async |connections: usize| {
        let robots: Vec<_> = (0..50)
            .map(|_| tokio::spawn(robot(running.address.clone(), PATHS, connections / 50)))
            .collect();
        for robot in robots {
            robot.await.unwrap();
        }
        resident_memory(&running)
    };
    let first = robots(100).await;
    let last = robots(900).await;
    let rows = count(&rusqlite::Connection::open(folder.path().join("library.db")).unwrap());
    assert_eq!(rows, 0);
    if let (Some(first), Some(last)) = (first, last) {
        assert!(
            last < first + 4_000,
            "{first} KiB after 5,000 requests, {last} after 50,000"
        );
    }
}

/// Fifty requests over each of these connections, written in one go.
async fn robot(address: String, paths: [&str; 4], connections: usize) {
    let host = address.trim_start_matches("http://");
    let mut requests = String::new();
    for request in 0..50 {
        let close = if request == 49 {
            "Connection: close\r\n"
        } else {
            ""
        };
        requests += &format!(
            "GET {} HTTP/1.1\r\nHost: {host}\r\n{close}\r\n",
            paths[request % 4]
        );
    }
    for _ in 0..connections {
        let answers = exchange(&address, requests.as_bytes()).await;
        assert_eq!(answers.matches("HTTP/1.1 ").count(), 50);
        assert!(!answers.to_lowercase().contains("set-cookie"), "{answers}");
    }
}
