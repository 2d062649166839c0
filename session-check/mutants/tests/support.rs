//! Sites on loopback, and a check of one.

use std::net::SocketAddr;

use axum::Router;
use locallibrary::{Library, people::PEOPLE};
use lossless_sessions::SqliteStore;
use session_check::{Account, Level, Report, Target, Wanted, Written, run};
use tokio::net::TcpListener;

/// Serves a router on a free port.
pub async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

/// Step 8's people.
pub fn account() -> Account {
    let sign_in = |(name, password): (&str, &str)| {
        Some(format!("POST /sign-in name={name}&password={password}"))
    };
    let written = Written {
        sign_in: sign_in(PEOPLE[0]),
        second: sign_in(PEOPLE[1]),
        sign_out: Some("POST /sign-out".into()),
        private: Some("/loans".into()),
        change_password: Some("POST /password old={old}&new={new}".into()),
        ..Written::default()
    };
    written.account().unwrap()
}

/// A library in memory with the store of the site's database.
pub fn library() -> (Library, SqliteStore) {
    let library = Library::in_memory().unwrap();
    let store = SqliteStore::on(library.database()).unwrap();
    (library, store)
}

pub async fn check(address: &str, account: Account) -> Report {
    check_only(address, account, Wanted::default()).await
}

pub async fn check_only(address: &str, account: Account, wanted: Wanted) -> Report {
    let target = Target::find(address, false).unwrap();
    run(&target, "/", account, wanted, &|_| {}).await
}

/// What is weak or broken.
pub fn bad(report: &Report) -> Vec<&'static str> {
    let bad = report
        .findings
        .iter()
        .filter(|finding| finding.level >= Level::Weak);
    bad.map(|finding| finding.question.id).collect()
}

/// Everything that was found, for whoever reads why a test failed.
pub fn told(report: &Report) -> String {
    let lines = report.findings.iter().map(|finding| {
        let (word, id) = (finding.level.word(), finding.question.id);
        format!(
            "{word:<10} {id:<20} {} -> {}\n",
            finding.asked, finding.came
        )
    });
    format!("{}stopped: {:?}", lines.collect::<String>(), report.stopped)
}
