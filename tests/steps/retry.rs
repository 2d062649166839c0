//! Many requests of one browser at once. Observe: nobody is refused, nothing is lost, and a reader waits for nobody.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode, header, request::Builder},
    middleware::from_fn,
    routing::{get, post},
};
use journey::{Browser, InProcess};
use locallibrary::{Error, Library, site};
use lossless_sessions::{Protect, Recorder, SessionExt, SqliteStore, save_every_request};
use tokio::sync::Notify;
use tower::ServiceExt;
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore, cookie::time, session::Id,
};

/// When the other tab does something: before the handler has loaded the session, or after.
#[derive(PartialEq)]
enum Moment {
    Before,
    After,
}

/// What another tab of the same browser does meanwhile. A visit raises `n` by ten.
enum Act {
    Nothing,
    Visit,
    SignOut,
}

/// The tab of Ann's that a test does not send requests from. It follows a script instead.
#[derive(Clone)]
struct OtherTab {
    store: SqliteStore,
    id: Id,
    script: fn(usize, Moment) -> Act,
    /// How many times a handler ran.
    runs: Arc<AtomicUsize>,
}

impl OtherTab {
    fn session(&self) -> Session {
        Session::new(Some(self.id), Arc::new(self.store.clone()), None)
    }

    async fn acts(&self, moment: Moment) -> Result<(), Error> {
        if moment == Moment::Before {
            self.runs.fetch_add(1, Ordering::SeqCst);
        }
        let session = self.session();
        match (self.script)(self.runs(), moment) {
            Act::Nothing => {}
            Act::Visit => {
                session.edit("n", 0, |n| *n += 10).await?;
                session.save().await?;
            }
            Act::SignOut => session.flush_and_cycle().await?,
        }
        Ok(())
    }

    fn runs(&self) -> usize {
        self.runs.load(Ordering::SeqCst)
    }
}

/// The site, as Ann's browser sees it while her other tab follows `script`. Her session begins with `n` = 1.
struct Ann {
    app: Router,
    other: OtherTab,
}

async fn ann(script: fn(usize, Moment) -> Act) -> Ann {
    let library = Library::in_memory().unwrap();
    let store = SqliteStore::on(library.database()).unwrap();
    let session = Session::new(None, Arc::new(store.clone()), None);
    session.insert("n", 1).await.unwrap();
    session.save().await.unwrap();
    let other = OtherTab {
        store: store.clone(),
        id: session.id().unwrap(),
        script,
        runs: Arc::default(),
    };
    let app = site(pages(store, other.clone()), library);
    Ann { app, other }
}

fn pages(store: SqliteStore, other: OtherTab) -> Router<Library> {
    let (member, form, own_error) = (other.clone(), other.clone(), other);
    Router::new()
        .route(
            "/member",
            get(async move |session: Session| {
                member.acts(Moment::Before).await?;
                let Some(n) = session.get::<u64>("n").await? else {
                    return Ok("a stranger".to_string());
                };
                session.insert("n", n + 1).await?;
                member.acts(Moment::After).await?;
                Ok::<_, Error>(format!("visit {}", n + 1))
            }),
        )
        .route(
            "/form",
            post(async move |session: Session, text: String| {
                form.acts(Moment::Before).await?;
                session.insert("text", &text).await?;
                form.acts(Moment::After).await?;
                Ok::<_, Error>(text)
            }),
        )
        .route(
            "/own-error",
            get(async move |session: Session| {
                own_error.acts(Moment::Before).await?;
                session.insert("n", 2).await?;
                own_error.acts(Moment::After).await?;
                Ok::<_, Error>(match session.save().await {
                    Ok(()) => (StatusCode::OK, "stored"),
                    Err(_) => (StatusCode::BAD_GATEWAY, "the application's own words"),
                })
            }),
        )
        .layer(Protect::new(
            SessionManagerLayer::new(Recorder::new(store)).with_secure(false),
        ))
}

impl Ann {
    async fn send(&self, request: Builder, body: impl Into<Body>) -> Response<Body> {
        let request = request.header(header::COOKIE, format!("id={}", self.other.id));
        let request = request.body(body.into()).unwrap();
        self.app.clone().oneshot(request).await.unwrap()
    }

    async fn n(&self) -> Option<usize> {
        self.other.session().get("n").await.unwrap()
    }
}

async fn words(answer: Response<Body>) -> String {
    let body = axum::body::to_bytes(answer.into_body(), 1_000_000).await;
    String::from_utf8(body.unwrap().to_vec()).unwrap()
}

/// The other tab comes first in the first run of the handler.
fn one_visit(run: usize, moment: Moment) -> Act {
    match (run, moment) {
        (1, Moment::After) => Act::Visit,
        _ => Act::Nothing,
    }
}

#[tokio::test]
async fn a_refused_save_runs_the_request_again_and_the_recorder_shows_both_runs() {
    let ann = ann(one_visit).await;
    let mut browser = Browser::new("Ann's");
    browser.set_cookie("id", &ann.other.id.to_string());
    let mut site = InProcess::of(ann.app.clone());
    let seen = browser.get(&mut site, "/member").await.unwrap().remove(0);
    assert_eq!(
        (seen.status.as_u16(), seen.page.as_str()),
        (200, "visit 12")
    );
    let calls: Vec<_> = seen.calls.iter().map(ToString::to_string).collect();
    let refusal = "the session was changed elsewhere: it was not stored";
    let expected = [
        r#"load {"n":1}"#,
        &format!(r#"save {{"n":11}} -> {{"n":11}} failed: {refusal}"#),
        r#"load {"n":11}"#,
        r#"save {"n":11} -> {"n":12}"#,
    ];
    assert_eq!(calls, expected);
}

#[tokio::test]
async fn a_form_is_kept_for_the_second_run_and_one_that_is_too_long_is_refused_before_the_first() {
    let ann = ann(one_visit).await;
    let form = "x".repeat(16 * 1024);
    let answer = ann.send(Request::post("/form"), form.clone()).await;
    assert!(words(answer).await == form);
    assert_eq!(ann.other.runs(), 2);
    assert_eq!(ann.n().await, Some(11), "the other tab's visit stays");

    let answer = ann.send(Request::post("/form"), form + "x").await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(words(answer).await.contains("Please check what you sent"));
    assert_eq!(ann.other.runs(), 2, "no third run");
}

#[tokio::test]
async fn a_request_that_never_comes_through_ends_with_503_and_says_when_to_come_back() {
    let always = |_, moment| match moment {
        Moment::Before => Act::Nothing,
        Moment::After => Act::Visit,
    };
    let ann = ann(always).await;
    let answer = ann.send(Request::get("/member"), "").await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers()["retry-after"], "2");
    assert!(ann.other.runs() > 10, "{} runs", ann.other.runs());
    assert_eq!(ann.n().await, Some(1 + 10 * ann.other.runs()));
}

#[tokio::test]
async fn a_second_run_whose_session_was_deleted_meanwhile_is_a_strangers_and_stores_nothing() {
    let signed_out = |run, moment| match (run, moment) {
        (1, Moment::After) => Act::Visit,
        (2, Moment::Before) => Act::SignOut,
        _ => Act::Nothing,
    };
    let ann = ann(signed_out).await;
    let answer = ann.send(Request::get("/member"), "").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("id=;"),
        "the dead id leaves the browser: {cookie}"
    );
    assert_eq!(words(answer).await, "a stranger");
    assert_eq!((ann.other.runs(), ann.n().await), (2, None));
    // Who does store something for a stranger stores it under a new id.
    let ann = self::ann(signed_out).await;
    let answer = ann.send(Request::post("/form"), "beetle").await;
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(!cookie.contains(&ann.other.id.to_string()) && !cookie.starts_with("id=;"));
    assert_eq!((ann.other.runs(), ann.n().await), (2, None));
}

#[tokio::test]
async fn a_session_deleted_during_the_first_run_is_not_run_again() {
    let signed_out = |_, moment| match moment {
        Moment::Before => Act::Nothing,
        Moment::After => Act::SignOut,
    };
    let ann = ann(signed_out).await;
    let answer = ann.send(Request::get("/member"), "").await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    assert_eq!(answer.headers().get(header::SET_COOKIE), None);
    assert_eq!((ann.other.runs(), ann.n().await), (1, None));
}

/// An application has an error type of its own, which knows nothing of faults. Where the layer recognizes only the answers
/// of tower-sessions, such an answer goes out.
#[tokio::test]
async fn a_refused_save_is_run_again_whoever_has_made_the_answer() {
    let ann = ann(one_visit).await;
    let answer = ann.send(Request::get("/own-error"), "").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(words(answer).await, "stored");
    assert_eq!(ann.other.runs(), 2);
}

/// A tab whose handler takes long, and is run again, keeps no other request of its browser waiting.
#[tokio::test]
async fn whoever_meets_nobody_waits_for_nobody() {
    let ann = ann(|_, _| Act::Nothing).await;
    let (begun, goes_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (in_handler, waits) = (begun.clone(), goes_on.clone());
    let slow = async move |session: Session| {
        session.edit("slow", 0, |n| *n += 1).await?;
        in_handler.notify_one();
        waits.notified().await;
        Ok::<_, Error>("at last")
    };
    let pages = Router::new().route("/slow", get(slow)).layer(Protect::new(
        SessionManagerLayer::new(ann.other.store.clone()).with_secure(false),
    ));
    let slow = Ann {
        app: site(pages, Library::in_memory().unwrap()),
        other: ann.other.clone(),
    };
    let others = async {
        for _ in 0..3 {
            begun.notified().await;
            // The slow one has loaded its session, in its first run and then in those that have its turn.
            let answer = ann.send(Request::get("/member"), "").await;
            assert_eq!(answer.status(), StatusCode::OK);
            goes_on.notify_one();
        }
        begun.notified().await;
        goes_on.notify_one();
    };
    let both = async { tokio::join!(slow.send(Request::get("/slow"), ""), others) };
    let both = tokio::time::timeout(Duration::from_secs(30), both).await;
    let (answer, ()) = both.expect("nobody waits for ever");
    assert_eq!(words(answer).await, "at last");
    assert_eq!(ann.n().await, Some(4));
}

/// Two tabs of a site that prolongs the session at each request: neither changes anything, so neither is in the way.
#[tokio::test]
async fn a_save_that_only_moves_the_expiry_refuses_nobody_and_is_refused_by_nobody() {
    let ann = ann(|_, _| Act::Nothing).await;
    let store = &ann.other.store;
    let expires = async || {
        store
            .load(&ann.other.id)
            .await
            .unwrap()
            .unwrap()
            .expiry_date
    };
    let prolong = |session: &Session, days| {
        session.set_expiry(Some(Expiry::OnInactivity(time::Duration::days(days))));
    };
    let (first, second, third) = (
        ann.other.session(),
        ann.other.session(),
        ann.other.session(),
    );
    for session in [&first, &second, &third] {
        assert_eq!(session.get("n").await.unwrap(), Some(1));
    }
    let before = expires().await;
    prolong(&first, 20);
    first.save().await.unwrap();
    assert!(expires().await > before);
    second.insert("n", 2).await.unwrap();
    second.save().await.expect("the first changed nothing");
    let changed = expires().await;
    prolong(&third, 60);
    third.save().await.expect("it changes nothing itself");
    assert_eq!(ann.n().await, Some(2));
    assert_eq!(
        expires().await,
        changed,
        "whoever changed it has moved the expiry as well"
    );

    // What one request has changed, it may change back.
    let (back, between) = (ann.other.session(), ann.other.session());
    back.insert("n", 3).await.unwrap();
    back.save().await.unwrap();
    between.insert("n", 4).await.unwrap();
    back.insert("n", 2).await.unwrap();
    back.save().await.unwrap();
    assert_eq!(ann.n().await, Some(2));
    assert!(
        between.save().await.is_err(),
        "it was loaded before the change back"
    );
}

#[tokio::test]
async fn reading_a_page_that_saves_every_request_is_never_run_twice() {
    let ann = ann(|_, _| Act::Nothing).await;
    let runs = ann.other.runs.clone();
    let read = async move |session: Session| {
        runs.fetch_add(1, Ordering::SeqCst);
        Ok::<_, Error>(session.get_or("n", 0).await?.to_string())
    };
    let pages = Router::new()
        .route("/read", get(read))
        .layer(from_fn(save_every_request))
        .layer(Protect::new(
            SessionManagerLayer::new(ann.other.store.clone()).with_secure(false),
        ));
    let tabs = Ann {
        app: site(pages, Library::in_memory().unwrap()),
        other: ann.other.clone(),
    };
    let reads: Vec<_> = (0..64)
        .map(|_| tabs.send(Request::get("/read"), ""))
        .collect();
    for answer in futures_util::future::join_all(reads).await {
        assert_eq!(answer.status(), StatusCode::OK);
    }
    assert_eq!(ann.other.runs(), 64);
}
