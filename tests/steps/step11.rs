//! Step 11. Observe: each attack works without the line that stops it, and fails with it; and Mallory's site does what it
//! says.

use axum::http::{Request, header};
use journey::{Counting, InProcess, Journey, OverHttp, Site};
use locallibrary::{
    Library,
    attack::{Lab, Line, mallory},
};
use tokio::net::TcpListener;

use crate::{
    steps::programs::step11,
    support::{journey, pin_all_journeys, read, step},
};

#[tokio::test]
async fn every_page_is_as_pinned() {
    pin_all_journeys(11).await;
}

/// Whether a journey sees what it expects, at a program that never had these lines.
async fn holds(journey: &Journey, without: &[Line]) -> bool {
    let library = Library::in_memory().unwrap();
    let sessions = step11::engine(&library).unwrap();
    let app = step11::program(Lab::without(without), library, sessions);
    let seen = journey.run(&mut InProcess::of(app)).await.unwrap();
    let mut expects = journey.expects.iter();
    expects.all(|expect| expect.check(&seen, &Counting::AsHere).is_ok())
}

#[tokio::test]
async fn every_attack_is_stopped_by_its_line_and_by_no_other() {
    const REFUSED: [(&str, &[Line]); 5] = [
        ("a copied cookie is worthless", &[Line::DeleteRow]),
        ("a planted id is worthless", &[Line::NewId]),
        ("a foreign form is refused", &[Line::Origin]),
        ("a picture signs nobody out", &[Line::PostOnly]),
        (
            "a script as text",
            &[Line::Escape, Line::Policy, Line::HttpOnly],
        ),
    ];
    for (title, stops) in REFUSED {
        let journey = journey(11, title);
        assert!(holds(journey, &[]).await, "{title}");
        for line in Line::ALL {
            let held = holds(journey, &[line]).await;
            assert_eq!(held, !stops.contains(&line), "{title} without {line:?}");
        }
    }
}

#[tokio::test]
async fn a_line_that_is_out_is_back_after_the_next_choice_and_notes_stay() {
    let mut site = step(11).site(Library::in_memory().unwrap()).unwrap();
    let mut ann = journey::Browser::new("Ann's");
    let page = ann.post(&mut site, "/wall", "text=Hello").await.unwrap();
    assert!(page.last().unwrap().page.contains("Hello"));
    for (form, out) in [("new-id=on&policy=on", 2), ("origin=on", 1), ("", 0)] {
        let seen = ann.post(&mut site, "/lines", form).await.unwrap();
        let page = &seen.last().unwrap().page;
        assert_eq!(page.matches(" is out").count(), out, "{form}: {page}");
        let has_policy = seen[1].headers.contains_key("content-security-policy");
        assert_eq!(has_policy, !form.contains("policy"), "{form}");
        let wall = ann.get(&mut site, "/wall").await.unwrap();
        assert!(wall[0].page.contains("Hello"), "{form}");
    }
    let emptied = ann.post(&mut site, "/lines", "empty-wall=on").await;
    emptied.unwrap();
    let wall = ann.get(&mut site, "/wall").await.unwrap();
    assert!(!wall[0].page.contains("Hello"));
}

#[test]
fn every_line_that_can_be_taken_out_stands_in_the_program() {
    let site = read("src/web/site.rs");
    let sources = format!("{}{site}", step(11).source);
    for line in Line::ALL {
        let code = line.code().replace("true", "lab.has(Line::HttpOnly)");
        assert!(sources.contains(&code), "{code}");
    }
}

/// The library and Mallory's site, on two ports.
async fn library_and_mallory() -> (String, OverHttp) {
    let library = Library::in_memory().unwrap();
    let sessions = step11::engine(&library).unwrap();
    let library = serve(step11::app(library, sessions)).await;
    let mallory = serve(mallory(&library)).await;
    (library, OverHttp::new(&mallory))
}

async fn serve(app: axum::Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

/// A page of Mallory's, opened with this cookie.
async fn open(mallory: &OverHttp, path: &str, cookie: &str) -> axum::http::Response<String> {
    let request = Request::get(path)
        .header(header::HOST, mallory.host())
        .header(header::COOKIE, cookie)
        .body(String::new());
    mallory.send(request.unwrap()).await.unwrap().response
}

#[tokio::test]
async fn mallory_asks_with_the_cookie_that_a_browser_has_sent_her() {
    let (library, mallory) = library_and_mallory().await;
    let mut ann = journey::Browser::new("Ann's");
    let mut site = OverHttp::new(&library);
    let form = "name=ann&password=ann+reads+austen";
    let ask = async || open(&mallory, "/ask", "").await.into_body();
    assert!(ask().await.contains("worth nothing"));
    ann.post(&mut site, "/sign-in", form).await.unwrap();
    let taken = open(&mallory, "/kittens", &ann.cookie_header("/")).await;
    let id = ann.cookie("step11").unwrap();
    assert!(taken.body().contains(&id[..4]) && !taken.body().contains(id));
    assert!(ask().await.contains("signed in as"), "{}", ask().await);
    ann.post(&mut site, "/sign-out", "").await.unwrap();
    assert!(ask().await.contains("worth nothing"));
}

#[tokio::test]
async fn mallory_plants_a_session_of_hers_and_it_dies_when_ann_signs_in() {
    let (library, mallory) = library_and_mallory().await;
    let mut ann = journey::Browser::new("Ann's");
    let mut site = OverHttp::new(&library);
    for (lines, told) in [("", "worth nothing"), ("new-id=on", "signed in as")] {
        ann.post(&mut site, "/lines", lines).await.unwrap();
        ann.clear_cookies();
        let planted = open(&mallory, "/plant", "").await;
        ann.receive_cookies(planted.headers());
        assert!(ann.cookie("step11").is_some());
        let form = "name=ann&password=ann+reads+austen";
        ann.post(&mut site, "/sign-in", form).await.unwrap();
        let answer = open(&mallory, "/ask", "").await.into_body();
        assert!(answer.contains(told), "{lines}: {answer}");
    }
}

#[tokio::test]
async fn every_page_of_mallorys_says_whose_it_is() {
    let (library, mallory) = library_and_mallory().await;
    for path in ["/", "/kittens", "/plant", "/ask", "/form", "/picture"] {
        let page = open(&mallory, path, "").await.into_body();
        assert!(page.contains("This is Mallory's site"), "{path}: {page}");
    }
    let form = open(&mallory, "/form", "").await.into_body();
    assert!(form.contains(&format!("action=\"{library}/wall\"")));
}
