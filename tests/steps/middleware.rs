//! The session layer as the steps use it, row by row of Django's middleware tests. Observe: when the cookie is
//! sent, when the session is stored, and what the answer says.

use std::{
    io,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    http::{StatusCode, header},
    middleware::from_fn,
    routing::{get, post},
};
use journey::{Browser, Exchange, InProcess, Site};
use locallibrary::{Error, Library, site};
use lossless_sessions::{
    Fault, Protect, Recorder, SessionExt, SqliteStore, apply_kept_expiry, save_every_request,
};
use tower_sessions::{
    Expiry, MemoryStore, Session, SessionManagerLayer, SessionStore,
    cookie::{SameSite, time::Duration},
};

use crate::{
    ask::{ask, visits},
    file_site::file_site,
};

const POLICY: Duration = Duration::weeks(2);

/// A cookie that a handler removes by itself.
const THEME: &str = "theme=; Path=/; Max-Age=0; SameSite=None; Secure";

fn app(library: Library, store: impl SessionStore + Clone, name: &'static str) -> Router {
    let store_in_handler = store.clone();
    let pages = Router::new()
        .route("/untouched", get(async || "untouched"))
        .route(
            "/read",
            get(async |session: Session| {
                session
                    .contains("n")
                    .await
                    .map(|_| "read")
                    .map_err(Error::from)
            }),
        )
        .route(
            "/set",
            get(async |session: Session| insert(session, 1).await),
        )
        .route(
            "/set-and-fail",
            get(async |session: Session| {
                insert(session, 2).await?;
                Ok::<_, Error>(StatusCode::BAD_GATEWAY)
            }),
        )
        .route(
            "/set-and-refuse",
            get(async |session: Session| {
                insert(session, 3).await?;
                Ok::<_, Error>(StatusCode::IM_A_TEAPOT)
            }),
        )
        .route(
            "/clear",
            get(async |session: Session| session.remove_all().await.map_err(Error::from)),
        )
        .route(
            "/end",
            get(async |session: Session| {
                session.flush_and_cycle().await?;
                Ok::<_, Error>([(header::SET_COOKIE, THEME)])
            }),
        )
        .route(
            "/idle",
            post(async |session: Session| {
                session
                    .keep_expiry(Some(Expiry::OnInactivity(Duration::seconds(30))))
                    .await
                    .map_err(Error::from)
            }),
        )
        .route(
            "/logged-out-elsewhere",
            get(async move |session: Session| {
                insert(session.clone(), 4).await?;
                store_in_handler
                    .delete(&session.id().expect("a live session"))
                    .await?;
                Ok::<_, Error>("too late")
            }),
        )
        .layer(from_fn(apply_kept_expiry))
        .layer(Protect::new(
            SessionManagerLayer::new(store)
                .with_name(name)
                .with_secure(false)
                .with_same_site(SameSite::Lax)
                .with_expiry(Expiry::OnInactivity(POLICY)),
        ));
    site(pages, library)
}

async fn insert(session: Session, n: u8) -> Result<(), Error> {
    Ok(session.insert("n", n).await?)
}

async fn site_and_browser() -> (InProcess, Browser) {
    let library = Library::in_memory().unwrap();
    let store = Recorder::new(SqliteStore::on(library.database()).unwrap());
    let site = InProcess::of(app(library, store, "id"));
    (site, Browser::new("Ann's"))
}

async fn visit(site: &mut dyn Site, browser: &mut Browser, path: &str) -> Exchange {
    browser.get(site, path).await.unwrap().remove(0)
}

fn set_cookie(exchange: &Exchange) -> Option<&str> {
    exchange
        .headers
        .get("set-cookie")
        .map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_modified_session_sends_its_cookie_with_every_attribute() {
    let (mut site, mut ann) = site_and_browser().await;
    let seen = visit(&mut site, &mut ann, "/set").await;
    let expected = "id=[session id]; HttpOnly; SameSite=Lax; Path=/; Max-Age=1209600";
    assert_eq!(set_cookie(&seen), Some(expected));
}

#[tokio::test]
async fn a_visitor_whose_session_was_untouched_or_only_read_gets_no_cookie_and_no_row() {
    let (mut site, mut ann) = site_and_browser().await;
    for path in ["/untouched", "/read"] {
        let seen = visit(&mut site, &mut ann, path).await;
        assert_eq!((set_cookie(&seen), seen.calls.len()), (None, 0), "{path}");
        assert_eq!(seen.headers["vary"], "Cookie", "{path}");
    }
}

#[tokio::test]
async fn an_answer_of_5xx_stores_nothing_and_one_of_4xx_does() {
    let (mut site, mut ann) = site_and_browser().await;
    visit(&mut site, &mut ann, "/set").await;
    let failed = visit(&mut site, &mut ann, "/set-and-fail").await;
    assert_eq!(
        (failed.status, set_cookie(&failed)),
        (StatusCode::BAD_GATEWAY, None)
    );
    let refused = visit(&mut site, &mut ann, "/set-and-refuse").await;
    assert!(refused.status == StatusCode::IM_A_TEAPOT && set_cookie(&refused).is_some());
    let saved = refused.calls.last().unwrap();
    assert_eq!(saved.to_string(), r#"save {"n":1} -> {"n":3}"#);
}

#[tokio::test]
async fn an_emptied_session_is_stored_empty_and_keeps_its_cookie() {
    let (mut site, mut ann) = site_and_browser().await;
    visit(&mut site, &mut ann, "/set").await;
    let before = ann.cookie("id").map(str::to_string);
    let seen = visit(&mut site, &mut ann, "/clear").await;
    assert_eq!(
        seen.calls.last().unwrap().to_string(),
        r#"save {"n":1} -> {}"#
    );
    assert_eq!(ann.cookie("id").map(str::to_string), before);
}

#[tokio::test]
async fn an_ended_session_loses_row_and_cookie_and_the_removal_is_one_that_browsers_accept() {
    let names = [
        ("id", "; HttpOnly"),
        ("__Host-id", "; HttpOnly; Secure"),
        ("__SECURE-id", "; HttpOnly; Secure"),
    ];
    for (name, completed) in names {
        let library = Library::in_memory().unwrap();
        let store = SqliteStore::on(library.database()).unwrap();
        let mut site = InProcess::of(app(library, store, name));
        let mut ann = Browser::new("Ann's");
        visit(&mut site, &mut ann, "/set").await;
        let seen = visit(&mut site, &mut ann, "/end").await;
        let set: Vec<_> = seen.headers.get_all("set-cookie").iter().collect();
        let [own, removal] = set.try_into().unwrap();
        assert_eq!(own, THEME, "a handler's own cookie is left as it is");
        let removal = removal.to_str().unwrap();
        assert!(
            removal.starts_with(&format!("{name}=; Path=/; Max-Age=0; Expires="))
                && removal.ends_with(&format!("GMT{completed}")),
            "{removal}"
        );
        assert_eq!(ann.cookie(name), None);
    }
}

#[tokio::test]
async fn ending_a_session_that_never_was_removes_no_cookie() {
    let (mut site, mut ann) = site_and_browser().await;
    let seen = visit(&mut site, &mut ann, "/end").await;
    let set: Vec<_> = seen.headers.get_all("set-cookie").iter().collect();
    assert_eq!(set, [THEME]);
}

#[tokio::test]
async fn an_unknown_or_malformed_id_is_taken_out_of_the_browser() {
    for (id, path) in [
        ("AAAAAAAAAAAAAAAAAAAAAA", "/read"),
        ("short", "/untouched"),
        ("ü%00;", "/read"),
    ] {
        let (mut site, mut ann) = site_and_browser().await;
        ann.set_cookie("id", id);
        let seen = visit(&mut site, &mut ann, path).await;
        assert_eq!(seen.status, 200, "{id}");
        let removal = set_cookie(&seen).unwrap_or_default();
        assert!(removal.starts_with("id=; Path=/; Max-Age=0; "), "{seen}");
        assert!(
            seen.calls.iter().all(|note| note.after.is_none()),
            "{id}: no row"
        );
    }
}

#[tokio::test]
async fn a_session_deleted_during_the_request_is_not_revived_and_the_page_says_so() {
    let (mut site, mut ann) = site_and_browser().await;
    visit(&mut site, &mut ann, "/set").await;
    let seen = visit(&mut site, &mut ann, "/logged-out-elsewhere").await;
    assert_eq!(
        (seen.status, set_cookie(&seen)),
        (StatusCode::CONFLICT, None)
    );
    assert!(seen.page.contains("Your session ended"), "{}", seen.page);
    assert_eq!(seen.headers["cache-control"], "no-store");
    let next = visit(&mut site, &mut ann, "/read").await;
    assert!(
        next.status == 200 && next.calls.iter().all(|note| note.after.is_none()),
        "{next}"
    );
}

#[tokio::test]
async fn an_expiry_that_the_visitor_chose_is_kept_by_every_later_save() {
    let (mut site, mut ann) = site_and_browser().await;
    ann.post(&mut site, "/idle", "").await.unwrap();
    for path in ["/set", "/set-and-refuse"] {
        let seen = visit(&mut site, &mut ann, path).await;
        assert!(
            set_cookie(&seen).unwrap().ends_with("Max-Age=30"),
            "{path}: {seen}"
        );
    }
}

/// The trap: tower-sessions' own `set_expiry` is forgotten by the next save.
#[tokio::test]
async fn without_the_layer_an_expiry_holds_for_one_request() {
    let idle = Expiry::OnInactivity(Duration::seconds(30));
    let library = Library::in_memory().unwrap();
    let pages = move || {
        Router::new()
            .route(
                "/idle",
                get(async move |session: Session| {
                    session.set_expiry(Some(idle));
                    insert(session, 1).await
                }),
            )
            .route(
                "/set",
                get(async |session: Session| insert(session, 2).await),
            )
            .layer(
                SessionManagerLayer::new(MemoryStore::default())
                    .with_secure(false)
                    .with_expiry(Expiry::OnInactivity(POLICY)),
            )
    };
    let mut site = InProcess::of(site(pages(), library));
    let mut ann = Browser::new("Ann's");
    assert!(
        set_cookie(&visit(&mut site, &mut ann, "/idle").await)
            .unwrap()
            .ends_with("Max-Age=30")
    );
    assert!(
        set_cookie(&visit(&mut site, &mut ann, "/set").await)
            .unwrap()
            .ends_with("Max-Age=1209600")
    );
}

#[tokio::test]
async fn saving_every_request_renews_a_live_session_and_makes_none() {
    let library = Library::in_memory().unwrap();
    let store = Recorder::new(SqliteStore::on(library.database()).unwrap());
    let pages = move || {
        Router::new()
            .route("/untouched", get(async || "untouched"))
            .route(
                "/set",
                get(async |session: Session| insert(session, 1).await),
            )
            .layer(from_fn(save_every_request))
            .layer(from_fn(apply_kept_expiry))
            .layer(Protect::new(
                SessionManagerLayer::new(store.clone()).with_secure(false),
            ))
    };
    let mut site = InProcess::of(site(pages(), library));
    let mut ann = Browser::new("Ann's");
    assert_eq!(
        set_cookie(&visit(&mut site, &mut ann, "/untouched").await),
        None
    );
    ann.set_cookie("id", "AAAAAAAAAAAAAAAAAAAAAA");
    let unknown = visit(&mut site, &mut ann, "/untouched").await;
    assert!(
        unknown.calls.iter().all(|note| note.after.is_none()),
        "an unknown id makes no row: {unknown}"
    );
    visit(&mut site, &mut ann, "/set").await;
    let renewed = visit(&mut site, &mut ann, "/untouched").await;
    assert!(set_cookie(&renewed).is_some(), "{renewed}");
    assert_eq!(
        renewed.calls.last().unwrap().to_string(),
        r#"save {"n":1} -> {"n":1}"#
    );
}

#[tokio::test]
async fn a_fault_says_what_to_do_and_when_to_come_back() {
    use axum::response::IntoResponse;
    let status = |fault: Fault| fault.into_response().status().as_u16();
    assert_eq!(
        [
            Fault::Gone,
            Fault::Changed,
            Fault::Unavailable,
            Fault::Damaged,
            Fault::Broken
        ]
        .map(status),
        [409, 503, 503, 500, 500]
    );
    for fault in [Fault::Changed, Fault::Unavailable] {
        assert_eq!(fault.into_response().headers()["retry-after"], "2");
    }
}

#[tokio::test]
async fn a_cookie_under_an_encoded_name_or_twice_is_not_believed() {
    let site = file_site().await;
    let (_, eve, _) = ask(&site.app, "/", "").await;
    let (_, ann, _) = ask(&site.app, "/", "").await;
    let eve_again = eve.replacen("step3", "%73tep3", 1);
    for doubtful in [
        eve_again.clone(),
        format!("\u{2000}{eve}"),
        format!("\u{a0}{eve}"),
        format!("{ann}; {eve}"),
        format!("{eve};{eve}"),
        format!("{eve}; step3"),
    ] {
        let (status, new, page) = ask(&site.app, "/", &doubtful).await;
        assert_eq!((status.as_u16(), visits(&page)), (200, 0), "{doubtful}");
        assert!(new != eve && new != ann, "{doubtful}");
    }
    for (number, harmless) in [
        ann.clone(),
        format!("theme=dark; {ann}; lang=en"),
        format!(" {ann} ;"),
        format!("{ann}; {eve_again}"),
        format!("a=1; a=2; {ann}"),
        // What is no cookie hides none.
        format!("{ann}; lang; =; ;"),
        format!("=x; a=1; a=2; lang;;{ann}"),
    ]
    .into_iter()
    .enumerate()
    {
        let (_, _, page) = ask(&site.app, "/", &harmless).await;
        assert_eq!(visits(&page), number as u64 + 1, "{harmless}");
    }
}

/// Any site on the same host can set such a cookie, and so can any stranger.
#[tokio::test]
async fn a_cookie_that_is_not_believed_is_no_warning() {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);
    impl io::Write for Log {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(line)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let log = Log::default();
    let lines = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(move || lines.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let site = file_site().await;
    ask(
        &site.app,
        "/",
        "%73tep3=AAAAAAAAAAAAAAAAAAAAAA; a%20b=1; c=1; c=2",
    )
    .await;
    assert_eq!(String::from_utf8_lossy(&log.0.lock().unwrap()), "");
    tracing::warn!("it does listen");
    assert!(!log.0.lock().unwrap().is_empty());
}
