//! The timeline. Observe: it shows who asked for what, shortens every id, and waits for nobody.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use journey::{Browser, OverHttp};

use crate::process::status;
use crate::project::{Project, ask, get, live, values};
use crate::steps::STEPS;

/// Follows a step's timeline over a connection of its own.
struct Follower(TcpStream);

impl Follower {
    fn new(address: &str, step: u8, after: u64) -> Self {
        let host = address.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        let request =
            format!("GET /steps/{step}/events?after={after} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        Self(stream)
    }

    /// What has come until these words have.
    fn until(&mut self, words: &str) -> String {
        let (mut seen, mut part) = (String::new(), [0; 4096]);
        while !seen.contains(words) {
            let length = self
                .0
                .read(&mut part)
                .unwrap_or_else(|_| panic!("no {words} in {seen}"));
            assert!(length > 0, "the stream ended without {words}: {seen}");
            seen.push_str(&String::from_utf8_lossy(&part[..length]));
        }
        seen
    }
}

/// What the rows of a timeline say that was changed: `num_visits 1 → 2`.
fn changes(page: &str) -> Vec<String> {
    let rows = page.split("class=\"change\">").skip(1);
    let words = rows.map(|row| row.split("</strong>").next().unwrap().to_string());
    let tags = ["<span aria-label=\"becomes\">", "</span>", "<strong>"];
    words
        .map(|row| tags.iter().fold(row, |row, tag| row.replace(tag, "")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_browsers_appear_in_the_timeline_with_shortened_ids() {
    let project = Project::new();
    let workshop = project.serve();
    let step = live(&workshop.address, 3);
    let mut follower = Follower::new(&workshop.address, 3, 0);
    let mut site = OverHttp::new(&step);
    let mut ids = Vec::new();
    for name in ["Ann's", "Ben's"] {
        let mut browser = Browser::new(name);
        for _ in 0..2 {
            browser.get(&mut site, "/").await.unwrap();
        }
        ids.push(browser.cookie("step3").unwrap().to_string());
    }
    let seen = follower.until("id: 4\n");
    for (id, event) in [(&ids[0], 2), (&ids[1], 4)] {
        let page = get(&workshop.address, &format!("/steps/3/requests/{event}"));
        assert!(page.contains(&format!("step3={}…", &id[..5])), "{page}");
        assert!(
            !page.contains(&id[..8]) && !seen.contains(&id[..8]),
            "more of an id than its beginning: {page}"
        );
    }
    assert!(
        changes(&seen).contains(&"num_visits 1 → 2".to_string()),
        "{seen}"
    );
    let page = get(&workshop.address, "/steps/3");
    assert!(ids.iter().all(|id| !page.contains(&id[..8])) && page.contains("id=\"event-4\""));
    assert!(
        !get(&workshop.address, "/steps/2").contains("id=\"event-4\""),
        "another step's timeline"
    );
}

#[test]
fn styles_icons_and_prefetches_are_called_what_they_are() {
    let project = Project::new();
    let workshop = project.serve();
    let step = live(&workshop.address, 3);
    let ask = |path: &str, headers: &str| {
        ask(
            &step,
            &format!("GET {path} HTTP/1.1\nHost: HOST\n{headers}"),
            b"",
        )
    };
    ask("/", "Sec-Fetch-Dest: document");
    ask(
        "/static/style.css",
        &format!("Sec-Fetch-Dest: style\nReferer: {step}/"),
    );
    ask("/static/icon.svg", "Accept: image/*");
    ask("/", "Sec-Purpose: prefetch;prerender");
    let page = get(&workshop.address, "/steps/3");
    for kind in ["style", "icon", "prefetch"] {
        assert!(
            page.contains(&format!("<span class=\"kind\">{kind}</span>")),
            "{kind}"
        );
    }
    assert_eq!(
        page.matches("class=\"event part\"").count(),
        2,
        "hidden until asked for"
    );
    for (event, meaning) in [
        (1, "This page load is one visit."),
        (2, "Part of the page load of /. It is no visit."),
        (4, "The browser fetched this page ahead of time"),
    ] {
        let page = get(&workshop.address, &format!("/steps/3/requests/{event}"));
        assert!(page.contains(meaning), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_the_past_shows_its_page_its_record_and_the_lines_that_asked_the_store() {
    let project = Project::new();
    let workshop = project.serve();
    let mut site = OverHttp::new(&live(&workshop.address, 3));
    let mut browser = Browser::new("Ann's");
    for path in ["/", "/", "/my-car", "/books"] {
        browser.get(&mut site, path).await.unwrap();
    }
    let lines: Vec<_> = STEPS[2].source.lines().collect();
    let line = |words: &str| {
        let found = lines.iter().position(|line| line.contains(words));
        found.expect(words) + 1
    };
    let request = |id: u64| get(&workshop.address, &format!("/steps/3/requests/{id}"));
    let marked = |page: &str| -> Vec<usize> {
        let rows = page.split("<span class=\"asks\">").skip(1);
        rows.map(|row| row.split("code#L").nth(1).unwrap())
            .map(|row| row.split('"').next().unwrap().parse().unwrap())
            .collect()
    };

    let second = request(2);
    assert!(
        second.contains("You have visited this page 1 time."),
        "{second}"
    );
    assert!(
        second.contains("<tr class=\"changed\"><th scope=\"row\"><code>num_visits</code>"),
        "{second}"
    );
    let (load, save) = (
        line("session.get_or(NUM_VISITS, 0)"),
        line(".insert(NUM_VISITS"),
    );
    assert_eq!(marked(&second), [load, save - 1, save, save + 1]);
    assert!(
        second.contains("&lt;mark&gt;You have visited this page 1 time.&lt;/mark&gt;"),
        "{second}"
    );
    assert!(
        second.contains("href=\"/steps/3/requests/1\"")
            && second.contains("href=\"/steps/3/requests/3\"")
    );

    let read = request(3);
    assert_eq!(
        marked(&read),
        [line("session.get(MY_CAR)"), line("stored.items()")]
    );
    assert!(
        read.contains("Nothing changed it, so nothing was stored."),
        "{read}"
    );
    assert!(request(4).contains("The catalog answered this"));
    assert_eq!(status(&request(5)), 404);
    let elsewhere = get(&workshop.address, "/steps/2/requests/1");
    assert_eq!(status(&elsewhere), 404, "another step's request");
}

/// Every call of every journey of every step has a line behind it that says so.
#[tokio::test(flavor = "multi_thread")]
async fn each_call_of_the_store_leads_to_a_line_about_the_session() {
    let project = Project::new();
    let workshop = project.serve();
    for step in STEPS {
        let mut site = OverHttp::new(&live(&workshop.address, step.number));
        for journey in step
            .journeys
            .iter()
            .filter(|journey| !journey.reaches_into_the_server())
        {
            journey.run(&mut site).await.unwrap();
        }
        let timeline = get(&workshop.address, &format!("/steps/{}", step.number));
        let newest: u64 = values(&timeline, "data-after")
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let oldest = newest.saturating_sub(40).max(1);
        let mut asked = 0;
        for id in oldest..=newest {
            let page = get(
                &workshop.address,
                &format!("/steps/{}/requests/{id}", step.number),
            );
            let calls = page.split("<ol class=\"calls\">").nth(1);
            let Some(calls) = calls.and_then(|rest| rest.split("</ol>").next()) else {
                continue;
            };
            if page.contains("A handler of the library answered this") {
                continue;
            }
            for call in calls.split("<li>").skip(1) {
                let number = call
                    .split("line ")
                    .nth(1)
                    .unwrap_or_else(|| panic!("{page}"));
                let number: usize = number.split('<').next().unwrap().parse().unwrap();
                let line = step.source.lines().nth(number - 1).unwrap();
                assert!(
                    [
                        "session",
                        "stored",
                        "save_every_request",
                        "person: ",
                        "basket: "
                    ]
                    .iter()
                    .any(|word| line.contains(word)),
                    "step {}: {line}",
                    step.number
                );
                asked += 1;
            }
        }
        let has_no_store = [1, 12].contains(&step.number);
        assert_eq!(asked == 0, has_no_store, "step {}", step.number);
    }
}

#[test]
fn a_thousand_events_and_a_reader_that_sleeps_stop_nobody() {
    let project = Project::new();
    let workshop = project.serve();
    let step = live(&workshop.address, 1);
    let _sleeps: Vec<_> = (0..8)
        .map(|_| Follower::new(&workshop.address, 1, 0))
        .collect();
    let host = step.trim_start_matches("http://");
    let request = format!("GET /static/icon.svg HTTP/1.1\r\nHost: {host}\r\n\r\n");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut stream = TcpStream::connect(host).unwrap();
                for _ in 0..1000 {
                    stream.write_all(request.as_bytes()).unwrap();
                    let mut part = [0; 4096];
                    assert!(stream.read(&mut part).unwrap() > 0);
                }
            });
        }
        for _ in 0..20 {
            assert_eq!(status(&get(&workshop.address, "/steps/1")), 200);
        }
    });
    let page = get(&workshop.address, "/steps/1");
    let shown = page.matches("class=\"event").count();
    assert!((10..=80).contains(&shown), "{shown} events on a page");
    get(&step, "/books?q=the+last");
    let mut late = Follower::new(&workshop.address, 1, 0);
    late.until("/books?q=the+last");
}

#[test]
fn too_many_readers_are_told_so() {
    let project = Project::new();
    let workshop = project.serve();
    let mut readers: Vec<_> = (0..64)
        .map(|_| Follower::new(&workshop.address, 3, 0))
        .collect();
    readers
        .iter_mut()
        .for_each(|reader| drop(reader.until("200 OK")));
    assert_eq!(status(&get(&workshop.address, "/steps/3/events")), 503);
    assert_eq!(status(&get(&workshop.address, "/steps/3")), 200);
}

#[cfg(unix)]
#[test]
fn it_stops_at_once_though_somebody_follows_the_timeline() {
    let project = Project::new();
    let mut workshop = project.serve();
    let mut follower = Follower::new(&workshop.address, 3, 0);
    follower.until("200 OK");
    let began = Instant::now();
    workshop.terminate();
    assert!(workshop.process.wait().unwrap().success());
    assert!(
        began.elapsed() < Duration::from_secs(8),
        "it waited for the stream"
    );
}
