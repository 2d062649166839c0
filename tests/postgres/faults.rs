//! What must hold when the server lets us down. The numbers are those of the project's list of faults.

use std::{
    env,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::Router;
use journey::{Browser, InProcess, OverHttp};
use locallibrary::Library;
use lossless_sessions::PostgresStore;

use crate::{
    ask::{ask, visits},
    cluster::{self, Cluster},
    process::{Running, start},
    site::Site,
    step3,
};

/// F1: the server is killed without warning, fifty times, while eight browsers visit. Every visit that was answered
/// is counted afterwards. With `synchronous_commit` off, some are lost.
#[tokio::test(flavor = "multi_thread")]
async fn no_answered_visit_is_lost_when_the_server_is_killed() {
    let _turn = cluster::turn().await;
    const VISITS: u64 = 208;
    let Some(cluster) = Cluster::start_new() else {
        return;
    };
    let site = Site::on(&cluster).await;
    let answered = Arc::new(AtomicU64::new(0));
    let browsers: Vec<_> = (0..8)
        .map(|_| tokio::spawn(visit_until_told(site.app.clone(), answered.clone())))
        .collect();
    for killed in 0..50 {
        // In the midst of the visits: so many more since the last time.
        let before = answered.load(Ordering::Relaxed);
        let restarted = Instant::now();
        let reaches = async |visits| {
            while answered.load(Ordering::Relaxed) < visits {
                let lost = browsers.iter().any(|browser| browser.is_finished());
                assert!(!lost, "a browser missed visits that were answered");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        reaches(before + 1).await;
        assert!(
            restarted.elapsed() < Duration::from_secs(2),
            "served again, kill {killed}"
        );
        reaches(before + VISITS).await;
        cluster.kill();
        cluster.start();
    }
    let all = answered.swap(u64::MAX / 2, Ordering::Relaxed);
    assert!(all >= 10_000, "only {all} visits were answered");
    for browser in browsers {
        browser.await.unwrap();
    }
    assert_eq!(site.rows().await, 8);
}

/// Visits the home page, and looks whether every visit that was answered is counted, until `answered` is beyond
/// counting and the last visit was answered.
async fn visit_until_told(app: Router, answered: Arc<AtomicU64>) {
    let (mut cookie, mut mine, mut unsure) = (String::new(), 0, 0);
    loop {
        let (status, new, page) = ask(&app, "/", &cookie).await;
        if status == 503 {
            // It may have been stored all the same, and only the answer was lost.
            unsure += u64::from(!cookie.is_empty());
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        }
        assert_eq!(status, 200, "{page}");
        let counted = visits(&page);
        assert!(
            (mine..=mine + unsure).contains(&counted),
            "{mine} answered, {counted} counted"
        );
        (cookie, mine, unsure) = (new, counted + 1, 0);
        if answered.fetch_add(1, Ordering::Relaxed) >= u64::MAX / 2 {
            return;
        }
    }
}

/// F2: the server is stopped. Pages with a session are a calm 503 within three seconds, the others do not notice;
/// and all is well again by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_server_makes_session_pages_503_until_it_is_back() {
    let _turn = cluster::turn().await;
    let Some(cluster) = Cluster::start_new() else {
        return;
    };
    let site = Site::on(&cluster).await;
    let mut ann = Browser::new("Ann's");
    let mut pages = InProcess::of(site.app.clone());
    for _ in 0..2 {
        ann.get(&mut pages, "/").await.unwrap();
    }
    cluster.stop();
    refused_calmly(&mut ann, &mut pages).await;
    cluster.start();
    served_again(&mut ann, &mut pages, 2).await;
}

/// F2, worse: the server neither answers nor closes its connections, as when its machine loses the network.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_makes_session_pages_503_until_it_answers() {
    let _turn = cluster::turn().await;
    let Some(cluster) = Cluster::start_new() else {
        return;
    };
    let site = Site::on(&cluster).await;
    let mut ann = Browser::new("Ann's");
    let mut pages = InProcess::of(site.app.clone());
    for _ in 0..2 {
        ann.get(&mut pages, "/").await.unwrap();
    }
    cluster.signal("STOP");
    refused_calmly(&mut ann, &mut pages).await;
    cluster.signal("CONT");
    served_again(&mut ann, &mut pages, 2).await;
}

async fn refused_calmly(ann: &mut Browser, pages: &mut InProcess) {
    for path in ["/", "/my-car", "/"] {
        let asked = Instant::now();
        let seen = ann.get(pages, path).await.unwrap().remove(0);
        assert!(
            asked.elapsed() < Duration::from_secs(3),
            "{:?}",
            asked.elapsed()
        );
        assert_eq!(seen.status, 503, "{seen}");
        assert!(seen.headers.contains_key("retry-after"), "{seen}");
        assert!(seen.page.contains("try again in a few seconds"), "{seen}");
        let other = ann.get(pages, "/books").await.unwrap().remove(0);
        assert_eq!(other.status, 200, "{other}");
    }
}

async fn served_again(ann: &mut Browser, pages: &mut InProcess, expected: u64) {
    let back = Instant::now();
    let seen = loop {
        let seen = ann.get(pages, "/").await.unwrap().remove(0);
        if seen.status == 200 {
            break seen;
        }
        assert!(back.elapsed() < Duration::from_secs(2), "{seen}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert_eq!(
        visits(&seen.page),
        expected,
        "none of the refused visits was counted"
    );
}

/// A statement that waits for a lock, because somebody works on the table by hand, is given up by both sides; the
/// connections it was on are not used again.
#[tokio::test(flavor = "multi_thread")]
async fn a_locked_table_refuses_soon_and_blocks_nothing_for_long() {
    let _turn = cluster::turn().await;
    let Some(site) = Site::new().await else {
        return;
    };
    let (_, cookie, _) = ask(&site.app, "/", "").await;
    let mut client = site.client().await;
    let by_hand = client.transaction().await.unwrap();
    by_hand.batch_execute("lock table session").await.unwrap();
    let visiting: Vec<_> = (0..50)
        .map(|_| {
            let (app, cookie) = (site.app.clone(), cookie.clone());
            tokio::spawn(async move { ask(&app, "/", &cookie).await.0 })
        })
        .collect();
    for visit in visiting {
        assert_eq!(visit.await.unwrap(), 503);
    }
    by_hand.commit().await.unwrap();
    let (status, _, page) = ask(&site.app, "/", &cookie).await;
    assert_eq!((status.as_u16(), visits(&page)), (200, 1));
}

/// Somebody changes a column's type by hand, and changes it back. Each connection keeps statements that it has prepared
/// before, and PostgreSQL refuses those: "cached plan must not change result type".
#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_changes_its_type_and_back_is_noticed_by_no_visitor() {
    let _turn = cluster::turn().await;
    let Some(site) = Site::new().await else {
        return;
    };
    let by_hand = site.client().await;
    let mut cookies = Vec::new();
    for _ in 0..8 {
        cookies.push(ask(&site.app, "/", "").await.1);
    }
    for (count, kind) in (1..).zip(["timestamptz(3)", "timestamptz", "timestamptz(0)"]) {
        // At once, so that several connections are in use.
        let visiting: Vec<_> = cookies
            .iter()
            .map(|cookie| {
                let (app, cookie) = (site.app.clone(), cookie.clone());
                tokio::spawn(async move { ask(&app, "/", &cookie).await })
            })
            .collect();
        for visit in visiting {
            let (status, _, page) = visit.await.unwrap();
            assert_eq!(status, 200, "before {kind}: {page}");
            assert_eq!(visits(&page), count);
        }
        let alter = format!("alter table session alter column expires type {kind}");
        by_hand.batch_execute(&alter).await.unwrap();
    }
}

/// F14: two processes serve one database, as behind a load balancer; each browser's visits go to either in turn.
#[tokio::test(flavor = "multi_thread")]
async fn two_processes_with_one_database_count_together() {
    let _turn = cluster::turn().await;
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let address = cluster.database().await;
    let running = [process(&address), process(&address)];
    let visiting: Vec<_> = (0..50)
        .map(|_| {
            let mut sites = running
                .each_ref()
                .map(|running| OverHttp::new(&running.address));
            tokio::spawn(async move {
                let mut browser = Browser::new("a");
                for expected in 0..20 {
                    let site = &mut sites[expected as usize % 2];
                    let seen = browser.get(site, "/").await.unwrap().remove(0);
                    assert_eq!((seen.status.as_u16(), visits(&seen.page)), (200, expected));
                }
            })
        })
        .collect();
    for browser in visiting {
        browser.await.unwrap();
    }
}

/// This very program once more, as a server.
fn process(address: &str) -> Running {
    let mut server = Command::new(env::current_exe().unwrap());
    server.args(["--exact", "faults::serve", "--ignored", "--nocapture"]);
    server.env("DATABASE_URL", address).env("PORT", "0");
    start(server)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a server for the test above"]
async fn serve() {
    let store = PostgresStore::connect(&env::var("DATABASE_URL").unwrap())
        .await
        .unwrap();
    let app = step3::app(Library::in_memory().unwrap(), store);
    locallibrary::serve(app).await.unwrap();
}
