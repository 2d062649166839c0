//! What must hold when things go wrong. The numbers are those of the project's list of faults.
//!
//! Where MemoryStore fails, a test shows it: F1 in `step3::a_restarted_server_has_forgotten`, F8 here, F9 in
//! `store::memory_store_falls_into_the_traps_that_the_site_store_closes`.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use locallibrary::{
    Library,
    journey::{Browser, Site},
    session::SiteStore,
};
use rusqlite::Connection;
use tower::ServiceExt;
use tower_sessions::{MemoryStore, Session, SessionStore, session::Id};

use crate::{
    process::{Running, command, command_after, start},
    step3::visits,
    steps::STEPS,
    support::step,
};

/// A site of step 5 on a file of its own.
struct FileSite {
    folder: tempfile::TempDir,
    app: Router,
    store: SiteStore,
}

async fn file_site() -> FileSite {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open_file(folder.path().join("library.db")).await.unwrap();
    let app = (step(5).app)(library.clone(), (step(5).sessions)(&library).unwrap());
    FileSite { folder, app, store: SiteStore::new(&library) }
}

impl FileSite {
    fn connection(&self) -> Connection {
        Connection::open(self.folder.path().join("library.db")).unwrap()
    }

    fn rows(&self) -> i64 {
        count(&self.connection(), "select count(*) from session")
    }
}

fn count(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// The quickest way to ask: no transcript, only the status, the cookie and the page.
async fn ask(app: &Router, path: &str, cookie: &str) -> (StatusCode, String, String) {
    let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let answer = app.clone().oneshot(request).await.unwrap();
    let status = answer.status();
    let cookie =
        answer.headers().get(header::SET_COOKIE).map_or("", |value| value.to_str().unwrap());
    let cookie = cookie.split(';').next().unwrap().to_string();
    let page = axum::body::to_bytes(answer.into_body(), 1_000_000).await.unwrap();
    (status, cookie, String::from_utf8(page.to_vec()).unwrap())
}

/// F1: the process is killed without warning, fifty times, while eight browsers visit. Every visit that was
/// answered is counted after the restart.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn no_answered_visit_is_lost_when_the_process_is_killed() {
    const KILLS: usize = 50;
    const BROWSERS: usize = 8;
    const VISITS: usize = 26;
    let folder = tempfile::tempdir().unwrap();
    let mut browsers: Vec<_> = (0..BROWSERS).map(|_| (Browser::new("a"), 0)).collect();
    for _ in 0..KILLS {
        let started = Instant::now();
        let mut running = start(command(5, &folder));
        assert!(started.elapsed() < Duration::from_secs(2), "serving again within two seconds");
        let visiting: Vec<_> = browsers
            .into_iter()
            .map(|(browser, answered)| {
                tokio::spawn(visit_until_killed(browser, answered, running.address.clone()))
            })
            .collect();
        // Killed in the midst: long after the first visits, long before the last could be done.
        while visits_so_far() < VISITS * BROWSERS {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        running.process.kill().unwrap();
        browsers = Vec::new();
        for browser in visiting {
            browsers.push(browser.await.unwrap());
        }
        VISITED.store(0, std::sync::atomic::Ordering::Relaxed);
    }
    let answered: u64 = browsers.iter().map(|(_, answered)| answered).sum();
    assert!(answered >= 10_000, "only {answered} visits were answered");
    let connection = Connection::open(folder.path().join("library.db")).unwrap();
    let checked: String =
        connection.query_row("pragma integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(checked, "ok");
}

static VISITED: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

fn visits_so_far() -> usize {
    VISITED.load(std::sync::atomic::Ordering::Relaxed)
}

/// Visits the home page until nothing answers any more. Returns how many visits were answered in all.
async fn visit_until_killed(
    mut browser: Browser,
    mut answered: u64,
    address: String,
) -> (Browser, u64) {
    let mut site = Site::over_http(&address);
    while let Ok(seen) = browser.get(&mut site, "/").await {
        assert_eq!(seen[0].status, 200, "{}", seen[0]);
        let counted = visits(&seen[0].page);
        // One visit may have been stored whose answer did not arrive before the kill.
        assert!(
            counted == answered || counted == answered + 1,
            "answered {answered}, counted {counted}"
        );
        answered = counted + 1;
        VISITED.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }
    (browser, answered)
}

/// F3: another process holds SQLite's write lock. Who only reads does not notice; who writes gets a 503 soon.
#[tokio::test(flavor = "multi_thread")]
async fn a_locked_database_refuses_writes_soon_and_serves_reads() {
    let site = file_site().await;
    let (_, cookie, _) = ask(&site.app, "/", "").await;
    let lock = site.connection();
    lock.execute_batch("begin immediate").unwrap();
    let started = Instant::now();
    let writes: Vec<_> = (0..20)
        .map(|_| {
            let (app, cookie) = (site.app.clone(), cookie.clone());
            tokio::spawn(async move { ask(&app, "/", &cookie).await })
        })
        .collect();
    for _ in 0..50 {
        let (status, _, page) = ask(&site.app, "/my-car", &cookie).await;
        assert!(status == 200 && page.contains("num_visits"), "{page}");
    }
    assert!(started.elapsed() < Duration::from_millis(1_500), "reads waited for the lock");
    for write in writes {
        let (status, _, page) = write.await.unwrap();
        assert_eq!(status, 503, "{page}");
        assert!(page.contains("try again in a few seconds"), "{page}");
    }
    assert!(started.elapsed() < Duration::from_secs(3), "writes were refused late");
    lock.execute_batch("commit").unwrap();
    let (status, _, page) = ask(&site.app, "/", &cookie).await;
    assert_eq!((status.as_u16(), visits(&page)), (200, 1), "no refused visit was counted");
}

/// F4: the disk is full: a limit on the size of files, which stands for it, is reached and later raised.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_writes_serves_reads_and_recovers() {
    if std::process::Command::new("prlimit").arg("--version").output().is_err() {
        println!("skipped: prlimit is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    drop(start(command(5, &folder)));
    // Without the trap, the signal that comes with the error would end the process.
    let Running { process, address } =
        &start(command_after("trap '' XFSZ; ulimit -S -f 100", 5, &folder));
    let mut site = Site::over_http(address);
    let mut ann = Browser::new("Ann's");
    let mut visit = async |path| ann.get(&mut site, path).await.unwrap().remove(0);
    let mut counted = None;
    for _ in 0..3_000 {
        let seen = visit("/").await;
        if seen.status == 503 {
            assert!(seen.headers.contains_key("retry-after"), "{seen}");
            break;
        }
        assert_eq!(seen.status, 200, "{seen}");
        counted = Some(visits(&seen.page));
    }
    let counted = counted.expect("visits before the disk was full");
    assert_eq!(visit("/").await.status, 503, "still full");
    assert_eq!(visit("/books").await.status, 200);
    assert_eq!(visit("/my-car").await.status, 200, "a session can still be read");
    let pid = process.id().to_string();
    let raised =
        std::process::Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited"]).status();
    assert!(raised.unwrap().success());
    let seen = visit("/").await;
    assert_eq!((seen.status.as_u16(), visits(&seen.page)), (200, counted + 1), "{seen}");
}

/// F5: ten thousand expired rows go while visitors come, and no live row goes with them.
#[tokio::test(flavor = "multi_thread")]
async fn expired_rows_are_cleared_under_load_and_live_ones_stay() {
    const ROWS: i64 = 10_000;
    let site = file_site().await;
    let fill = format!(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < {ROWS})
         insert into session select randomblob(32), '{{}}', unixepoch() + expires, unixepoch(), 0, 0
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

/// F6: a thousand browsers, fifty visits each: each counts its own, and loses none.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_browsers_count_exactly_their_own_visits() {
    let site = file_site().await;
    let visiting: Vec<_> = (0..1_000)
        .map(|_| {
            let app = site.app.clone();
            tokio::spawn(async move {
                let mut cookie = String::new();
                for expected in 0..50 {
                    let (status, new, page) = ask(&app, "/", &cookie).await;
                    assert_eq!((status.as_u16(), visits(&page)), (200, expected));
                    cookie = new;
                }
            })
        })
        .collect();
    for browser in visiting {
        browser.await.unwrap();
    }
    assert_eq!(site.rows(), 1_000);
}

/// F8: a thousand races between a logout and a save in flight. MemoryStore's save brings hundreds back.
#[tokio::test(flavor = "multi_thread")]
async fn no_logout_is_undone_by_a_save_in_flight() {
    let site = file_site().await;
    assert_eq!(revived(&site.store).await, 0);
    assert_eq!(site.rows(), 0);
    assert!(revived(&MemoryStore::default()).await >= 400);
}

/// Races a delete against a save a thousand times; returns how many sessions were there again afterwards.
async fn revived<S: SessionStore + Clone>(store: &S) -> usize {
    let races: Vec<_> = (0..1_000)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                let new = Session::new(None, Arc::new(store.clone()), None);
                new.insert("n", 0).await.unwrap();
                new.save().await.unwrap();
                let id = new.id().unwrap();
                let in_flight = Session::new(Some(id), Arc::new(store.clone()), None);
                in_flight.insert("n", 1).await.unwrap();
                // Each of the two comes first in half of the races.
                let deleted = if number % 2 == 0 {
                    tokio::join!(in_flight.save(), store.delete(&id)).1
                } else {
                    tokio::join!(store.delete(&id), in_flight.save()).0
                };
                deleted.unwrap();
                store.load(&id).await.unwrap().is_some()
            })
        })
        .collect();
    let mut revived = 0;
    for race in races {
        revived += usize::from(race.await.unwrap());
    }
    revived
}

/// F9: whatever id a browser brings, and whatever it asks for, the server goes on with an id of its own making.
#[tokio::test]
async fn no_route_adopts_an_id_that_the_server_did_not_give_out() {
    const ROUTES: [&str; 12] = [
        "/",
        "/books",
        "/authors",
        "/my-car",
        "/my-car/delete",
        "/my-car/clear",
        "/my-car/fit-and-save",
        "/cookie",
        "/cookie/test",
        "/cookie/expiry/idle",
        "/books/per-page",
        "/notice/dismiss",
    ];
    const UNKNOWN: &str = "AAAAAAAAAAAAAAAAAAAAAA";
    for step in STEPS.iter().filter(|step| step.number > 1) {
        let library = Library::in_memory().await.unwrap();
        let sessions = (step.sessions)(&library).unwrap();
        let app = (step.app)(library, sessions.clone());
        let mut site = Site::in_process(move || app.clone());
        let cookie = format!("step{}", step.number);
        let expired = expired_id(&sessions).await;
        for id in [UNKNOWN, &expired, "short", "AAAAAAAAAAAAAAAAAAAAA=", "../../../../../../etc"] {
            for path in ROUTES {
                for form in [None, Some("text=beetle&number=5")] {
                    let mut victim = Browser::new("the victim's");
                    victim.set_cookie(&cookie, id);
                    match form {
                        None => victim.get(&mut site, path).await.unwrap(),
                        Some(form) => victim.post(&mut site, path, form).await.unwrap(),
                    };
                    if let Ok(id) = id.parse::<Id>() {
                        let found = sessions.load(&id).await.unwrap();
                        assert!(found.is_none(), "step {}: {path} adopted {id}", step.number);
                    }
                }
            }
        }
    }
}

async fn expired_id(store: &impl SessionStore) -> String {
    let mut record = tower_sessions::session::Record {
        id: Id::default(),
        data: [("n".into(), 1.into())].into(),
        expiry_date: tower_sessions::cookie::time::OffsetDateTime::UNIX_EPOCH,
    };
    store.create(&mut record).await.unwrap();
    record.id.to_string()
}

/// F16: fifty thousand requests without a cookie, of robots say, leave no row.
#[tokio::test(flavor = "multi_thread")]
async fn requests_without_a_cookie_that_store_nothing_leave_no_row() {
    let site = file_site().await;
    let robots: Vec<_> = (0..50)
        .map(|_| {
            let app = site.app.clone();
            tokio::spawn(async move {
                for visit in 0..1_000 {
                    let path = ["/my-car", "/nowhere", "/static/icon.svg", "/books/1"][visit % 4];
                    let request = Request::get(path).body(Body::empty()).unwrap();
                    let answer = app.clone().oneshot(request).await.unwrap();
                    assert!(!answer.headers().contains_key(header::SET_COOKIE), "{path}");
                }
            })
        })
        .collect();
    for robot in robots {
        robot.await.unwrap();
    }
    assert_eq!(site.rows(), 0);
}

/// F17: a hundred rows that cannot be read make a hundred new visitors, and no error page.
#[tokio::test]
async fn a_row_that_cannot_be_read_makes_a_new_visitor() {
    let site = file_site().await;
    let mut cookies = Vec::new();
    for _ in 0..100 {
        cookies.push(ask(&site.app, "/", "").await.1);
    }
    let damage =
        "update session set data = case abs(random()) % 4 when 0 then '' when 1 then '{\"n\":'
                  when 2 then '[1]' else 'null' end";
    assert_eq!(site.connection().execute(damage, []).unwrap(), 100);
    for cookie in cookies {
        let (status, new, page) = ask(&site.app, "/", &cookie).await;
        assert_eq!((status.as_u16(), visits(&page)), (200, 0));
        assert_ne!(new, cookie);
    }
    assert_eq!(site.rows(), 100, "the damaged rows are gone, the new ones are there");
}
