//! Sites that cannot be asked, or not to the end. Observe: one sentence says why, what was learnt is kept, the exit status
//! is 2, and no site is sent more than twenty requests at once.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Redirect},
    routing::get,
};
use futures_util::stream;
use session_check::{Account, Level, Report, Target, Wanted, run};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// A server that answers each connection with these bytes and closes it.
async fn says(words: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let _ = connection.read(&mut [0; 1000]).await;
            let _ = connection.write_all(words).await;
        }
    });
    address
}

async fn check(address: &str) -> Report {
    let target = Target::find(address, false).unwrap();
    run(&target, "/", Account::default(), Wanted::default(), &|_| {}).await
}

async fn is_told(address: &str, words: &str) {
    let report = check(address).await;
    let said = report
        .stopped
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    assert!(said.contains(words), "{said:?} should say {words:?}");
    assert_eq!(report.exit_status(), 2);
}

#[tokio::test]
async fn a_site_that_cannot_be_asked_is_told_in_a_sentence() {
    is_told(
        "http://127.0.0.1:1",
        "nothing answers at 127.0.0.1:1; is it running?",
    )
    .await;
    is_told(
        &says(b"220 mail.example ready\r\n").await,
        "does not speak HTTP",
    )
    .await;
    let circle = Router::new().route("/", get(async || Redirect::to("/")));
    is_told(&serve(circle).await, "redirects in a circle").await;
    let elsewhere =
        Router::new().route("/", get(async || Redirect::to("http://elsewhere.example/")));
    is_told(
        &serve(elsewhere).await,
        "another host, http://elsewhere.example/, which is not asked",
    )
    .await;
    let without = Router::new().route("/", get(async || Html("nothing here")));
    is_told(&serve(without).await, "sets no cookie").await;
    let large = Router::new().route("/", get(async || "a".repeat(10 * 1024 * 1024)));
    is_told(&serve(large).await, "could not be read to its end").await;
    let endless = Router::new().route(
        "/",
        get(async || {
            let piece = || Ok::<_, Infallible>(Bytes::from_static(&[b'a'; 4096]));
            Body::from_stream(stream::unfold(
                (),
                move |()| async move { Some((piece(), ())) },
            ))
        }),
    );
    is_told(&serve(endless).await, "could not be read to its end").await;
    is_told(
        &says(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").await,
        "could not be read to its end",
    )
    .await;
}

/// A site that sets a cookie, and closes every connection after so many requests.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_learnt_before_a_site_died_is_kept() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for _ in 0..60 {
            let (mut connection, _) = listener.accept().await.unwrap();
            let _ = connection.read(&mut [0; 2000]).await;
            let page = b"HTTP/1.1 200 OK\r\nset-cookie: id=abcdefgh; Path=/\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi";
            let _ = connection.write_all(page).await;
        }
    });
    let report = check(&address).await;
    let http_only = report
        .findings
        .iter()
        .find(|finding| finding.question.id == "http-only");
    assert_eq!(http_only.map(|finding| finding.level), Some(Level::Broken));
    let unique = report
        .findings
        .iter()
        .find(|finding| finding.question.id == "id-unique")
        .unwrap();
    assert!(
        unique.level == Level::NotAsked && unique.came.contains("nothing answers"),
        "{}",
        unique.came
    );
    assert_eq!(report.exit_status(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_never_sent_more_than_twenty_requests_at_once() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counted = (now.clone(), most.clone());
    let page = move |headers: HeaderMap| {
        let (now, most) = counted.clone();
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            let cookies = headers
                .get(header::COOKIE)
                .map_or("", |value| value.to_str().unwrap_or_default());
            let before: u64 = cookies
                .strip_prefix("visits=")
                .and_then(|text| text.parse().ok())
                .unwrap_or(0);
            let set = format!("visits={}; HttpOnly; SameSite=Lax; Path=/", before + 1);
            (
                [(header::SET_COOKIE, set)],
                Html(format!("<body><p>Visits: {before}")),
            )
                .into_response()
        }
    };
    let report = check(&serve(Router::new().route("/", get(page))).await).await;
    assert_eq!(most.load(Ordering::SeqCst), 20);
    assert!(
        report.stopped.is_none() && report.requests > 1_000,
        "{:?}",
        report.stopped
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_questions_that_are_wanted_are_answered() {
    let page = async || ([(header::SET_COOKIE, "id=abcdefgh; Path=/")], Html("hi"));
    let address = serve(Router::new().route("/", get(page))).await;
    let target = Target::find(&address, false).unwrap();
    let wanted = Wanted {
        only: vec!["attributes".into()],
        skip: vec!["secure".into()],
    };
    let report = run(&target, "/", Account::default(), wanted, &|_| {}).await;
    let ids: Vec<_> = report
        .findings
        .iter()
        .map(|finding| finding.question.id)
        .collect();
    assert_eq!(ids, ["http-only", "same-site", "domain", "life"]);
    assert_eq!(report.exit_status(), 2);
    let (json, sarif) = (session_check::json(&report), session_check::sarif(&report));
    assert_eq!(json["findings"][0]["level"], "broken");
    assert_eq!(
        json["findings"][0]["todo"]["Django"],
        "SESSION_COOKIE_HTTPONLY = True, the default"
    );
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "http-only");
    assert_eq!(sarif["runs"][0]["results"][0]["level"], "error");
    let should = "HttpOnly in each Set-Cookie of the session.";
    assert_eq!(json["findings"][0]["should"], should);
    let told = &sarif["runs"][0]["results"][0]["message"]["text"];
    assert!(
        told.as_str()
            .unwrap()
            .contains(&format!("Came: no HttpOnly. Should come: {should}")),
        "{told}"
    );
}
