//! Checks from the terminal. Observe: they judge what a visitor sees, whoever wrote the site, and what they cannot judge
//! is not called done.

use std::{
    collections::HashMap,
    convert::Infallible,
    fs,
    io::Write,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use axum::{
    Form, Router,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{self, post},
};

use crate::{
    project::{Project, get, live, whole_project},
    steps::STEPS,
};

#[test]
fn a_check_asks_a_running_site_and_its_exit_status_tells() {
    let project = Project::new();
    let workshop = project.serve();
    let address = live(&workshop.address, 3);
    let (worked, said) = project.run(&["check", "3", &address]);
    assert!(
        worked
            && said.contains("7 hold, 0 missed, 1 skipped")
            && said.contains("skipped  server restarted"),
        "{said}"
    );
    let row =
        "<span class=\"who\">check</span><span class=\"asked\"><b>POST</b> <code>/my-car</code>";
    assert!(get(&workshop.address, "/steps/3").contains(row));
    let (worked, said) = project.run(&["check", "3.1", &address]);
    assert!(
        !worked && said.contains("the count of visits should be 1; it is 0, one too few"),
        "{said}"
    );
    let (worked, said) = project.run(&["check", "1", &address]);
    assert!(
        !worked && said.contains("no answer should set a cookie; one sets step3"),
        "{said}"
    );
    for (arguments, words) in [
        (
            ["check", "3.7", "http://127.0.0.1:1"],
            "there is no exercise 3.7; step 3 has 3.1 and 3.2",
        ),
        (
            ["check", "3", "http://127.0.0.1:1"],
            "nothing answers at http://127.0.0.1:1",
        ),
        (["check", "3", "no address"], "no address"),
    ] {
        let (worked, said) = project.run(&arguments);
        assert!(
            !worked && said.contains(words) && said.lines().count() == 1,
            "{said}"
        );
    }
}

/// A site of somebody else: the count in words and markup of its own, behind a redirect, in a cookie without a session.
async fn foreign(first: u64, line: fn(u64) -> String) -> String {
    let index = async move |headers: HeaderMap| -> Response {
        let cookie = headers
            .get(header::COOKIE)
            .map_or("", |value| value.to_str().unwrap());
        let before = cookie
            .strip_prefix("visits=")
            .map_or(0, |text| text.parse().unwrap());
        let page = format!(
            "<body><h1>Library 2</h1><ul><li>Books: 2</ul>{}",
            line(before + first)
        );
        let cookie = format!("visits={}; HttpOnly", before + 1);
        ([(header::SET_COOKIE, cookie)], Html(page)).into_response()
    };
    serve(
        Router::new()
            .route("/", routing::get(async || Redirect::permanent("/catalog/")))
            .route("/catalog/", routing::get(index)),
    )
    .await
}

async fn serve(app: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

fn english(visits: u64) -> String {
    let plural = if visits == 1 { "" } else { "s" };
    format!("<p>You have visited\n this page <b>{visits}</b> time{plural}.</p>")
}

fn german(visits: u64) -> String {
    format!("<table><tr><td>Besuche bisher: <td>{visits}</table><p>Bisherige Besuche: {visits}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_site_may_count_from_0_or_from_1_in_any_words() {
    let project = Project::new();
    for line in [english as fn(u64) -> String, german] {
        for (first, words) in [(0, "first visit says 0"), (1, "first visit says 1")] {
            let address = foreign(first, line).await;
            let (worked, said) = project.run(&["check", "3", &address]);
            assert!(worked && said.contains(words), "{said}");
            let skipped = "no page /books/1, which the step takes for granted";
            assert!(
                said.contains("5 hold, 0 missed, 3 skipped") && said.contains(skipped),
                "{said}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_site_that_counts_everybody_together_is_told() {
    let visits = Arc::new(AtomicU64::new(0));
    let index = async move || {
        Html(format!(
            "<body>{}",
            english(visits.fetch_add(1, Ordering::Relaxed))
        ))
    };
    let address = serve(Router::new().route("/", routing::get(index))).await;
    let (worked, said) = Project::new().run(&["check", "3", &address]);
    assert!(
        !worked && said.contains("missed   another browser"),
        "{said}"
    );
    assert!(
        said.contains("the count of visits should be 1; it is 12, 11 too many"),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_site_that_counts_nothing_is_told_what_is_missing() {
    let app = Router::new().route(
        "/",
        routing::get(async || Html("<body><h1>Library</h1><p>Books: 2")),
    );
    let address = serve(app).await;
    let (worked, said) = Project::new().run(&["check", "3", &address]);
    let words = "the last page should say “You have visited this page 1 time.”; the page says nothing like it";
    assert!(!worked && said.contains(words), "{said}");
    let (worked, said) = Project::new().run(&["check", "2", &address]);
    assert!(
        !worked && said.contains("missed   car set"),
        "step 2 is about this page: {said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_car_of_step_2_may_stand_in_any_words() {
    let page = async |headers: HeaderMap| {
        let cookie = headers
            .get(header::COOKIE)
            .map_or("", |value| value.to_str().unwrap());
        let car = cookie.strip_prefix("car=").unwrap_or("mini").to_string();
        Html(format!("<body><h1>Mein Auto</h1><p>Marke: {car}"))
    };
    let set = async |form: String| {
        let car = form.trim_start_matches("text=").to_string();
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        if car.is_empty() {
            return status.into_response();
        }
        let cookie = format!("car={car}; HttpOnly");
        ([(header::SET_COOKIE, cookie)], Redirect::to("/my-car")).into_response()
    };
    let forget = async || {
        let cookie = "car=; Max-Age=0";
        ([(header::SET_COOKIE, cookie)], Redirect::to("/my-car"))
    };
    let app = Router::new()
        .route("/", routing::get(async || Html("<body>The record counts")))
        .route("/my-car", routing::get(page).post(set))
        .route("/my-car/delete", post(forget))
        .route("/my-car/clear", post(forget));
    let (worked, said) = Project::new().run(&["check", "2", &serve(app).await]);
    // It has no guard against other sites' forms, and that alone is told.
    assert!(!worked && said.contains("8 hold, 1 missed"), "{said}");
    assert!(said.contains("missed   form from another site"), "{said}");
}

/// Django's way: a form brings the token of its page along, and the page sets a cookie with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_site_whose_forms_carry_a_token_is_asked_as_a_visitor_asks_it() {
    type Fields = HashMap<String, String>;
    let cookie = |headers: &HeaderMap, name: &str| {
        let cookies = headers.get_all(header::COOKIE).iter();
        let cookies = cookies.flat_map(|value| value.to_str().unwrap().split("; "));
        let mut values = cookies.filter_map(|cookie| cookie.strip_prefix(name));
        values.next().map(str::to_string)
    };
    let page = move |headers: HeaderMap| async move {
        let car = cookie(&headers, "car=").unwrap_or("mini".into());
        let token = "<input type=hidden name=csrfmiddlewaretoken value=t0>";
        let page = format!(
            "<body><p>My car: {car}<form method=post>{token}<input name=text><button>Set</button></form>\
             <form method=post action=/my-car/delete>{token}<button>Delete</button></form>\
             <form method=post action=/my-car/clear>{token}<button>Clear</button></form>"
        );
        ([(header::SET_COOKIE, "csrftoken=t0; Path=/")], Html(page))
    };
    let refused = move |headers: &HeaderMap, form: &Fields| {
        let sent = form.get("csrfmiddlewaretoken");
        (sent.is_none() || sent != cookie(headers, "csrftoken=").as_ref())
            .then(|| (StatusCode::FORBIDDEN, "<h1>Forbidden</h1>").into_response())
    };
    let set = move |headers: HeaderMap, Form(form): Form<Fields>| async move {
        let (refused, car) = (refused(&headers, &form), &form["text"]);
        let empty = car.is_empty();
        let empty = empty.then(|| StatusCode::UNPROCESSABLE_ENTITY.into_response());
        let cookie = format!("car={car}; HttpOnly; Path=/");
        let kept = ([(header::SET_COOKIE, cookie)], Redirect::to("/my-car"));
        refused.or(empty).unwrap_or_else(|| kept.into_response())
    };
    let forget = move |headers: HeaderMap, Form(form): Form<Fields>| async move {
        let gone = [(header::SET_COOKIE, "car=; Max-Age=0; Path=/")];
        let refused = refused(&headers, &form);
        refused.unwrap_or_else(|| (gone, Redirect::to("/my-car")).into_response())
    };
    let app = Router::new()
        .route("/", routing::get(async || Html("<body>The record counts")))
        .route("/my-car", routing::get(page).post(set))
        .route("/my-car/delete", post(forget))
        .route("/my-car/clear", post(forget));
    let (worked, said) = Project::new().run(&["check", "2", &serve(app).await]);
    assert!(worked && said.contains("9 hold, 0 missed"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_whose_answer_never_ends_is_told() {
    let dots = || futures_util::stream::repeat_with(|| Ok::<_, Infallible>(vec![b'.'; 4096]));
    let body = async move || Html(axum::body::Body::from_stream(dots()));
    let address = serve(Router::new().route("/", routing::get(body))).await;
    let (worked, said) = Project::new().run(&["check", "3", &address]);
    let words = "the page is longer than 2 MB, so it was not read to its end";
    assert!(!worked && said.contains(words), "{said}");
}

#[test]
fn a_site_whose_headers_never_end_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX: ");
            while stream.write_all(&[b'.'; 4096]).is_ok() {}
        }
    });
    let (worked, said) = Project::new().run(&["check", "3", &address]);
    let words = "gives no answer that HTTP knows";
    assert!(
        !worked && said.contains(words) && said.lines().count() == 1,
        "{said}"
    );
}

/// A page that says "not found" has no car on it, and that is no answer to anything.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_not_there_is_told_once_and_holds_nothing() {
    let app = Router::new().route("/", routing::get(async || Html("<body>The record counts")));
    let (worked, said) = Project::new().run(&["check", "2", &serve(app).await]);
    assert!(!worked && said.contains("1 hold, 8 missed"), "{said}");
    let words = "GET /my-car should be answered with a page; it is answered 404 Not Found";
    assert!(said.contains(words), "{said}");
    assert!(!said.contains("the last page"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tabs_that_open_at_once_follow_their_redirects() {
    let address = foreign(1, english).await;
    let (worked, said) = Project::new().run(&["check", "9", &address]);
    assert!(!worked && !said.contains("301"), "{said}");
    // This site keeps its count in the cookie, so that tabs at once all send the same one.
    let lost = "the count of visits should be 66; it is 3, 63 too few";
    assert!(said.contains(lost), "{said}");
}

#[test]
fn each_step_passes_its_own_check_over_the_wire() {
    let project = Project::new();
    let workshop = project.serve();
    for step in STEPS {
        let (number, address) = (
            step.number.to_string(),
            live(&workshop.address, step.number),
        );
        let (worked, said) = project.run(&["check", &number, &address]);
        assert!(worked, "{said}");
    }
}

#[test]
fn an_exercise_that_cannot_be_judged_from_here_is_not_done() {
    let project = Project::new();
    let workshop = project.serve();
    for (task, step) in [("1.1", 1), ("4.1", 4), ("5.1", 5), ("5.2", 5), ("7.1", 7)] {
        let (worked, said) = project.run(&["check", task, &live(&workshop.address, step)]);
        assert!(!worked, "{task}: {said}");
    }
    let (_, said) = project.run(&["check", "5.1", &live(&workshop.address, 5)]);
    let words = "not all could be asked from here; cargo run -- check 5.1 --mine asks the rest";
    assert!(
        said.contains(words) && said.contains("1 hold, 0 missed, 2 skipped"),
        "{said}"
    );
}

#[test]
#[ignore = "takes its time: cargo test -- --ignored"]
fn a_counter_for_everybody_in_step_1_is_told() {
    let project = whole_project();
    let counter = "static VISITS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);\n\npub fn app";
    let shown = "(page::record_counts(&counts)) p { \"Visits: \" (VISITS.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) }";
    let source = STEPS[0].source.replace("pub fn app", counter);
    fs::write(
        project.mine(),
        source.replace("(page::record_counts(&counts))", shown),
    )
    .unwrap();
    let (worked, said) = project.run(&["check", "1", "--mine"]);
    assert!(!worked && said.contains("missed   second visit"), "{said}");
    let words = "the last page should say what the first one said; it said “Visits: 1” and now says “Visits: 2”";
    assert!(said.contains(words), "{said}");
}
