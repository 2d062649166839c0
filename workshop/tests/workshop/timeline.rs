//! The timeline. Observe: it shows who asked for what, shortens every id, and waits for nobody.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use journey::{Browser, OverHttp};

use crate::process::status;
use crate::project::{Project, ask, get, live};

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
    for (id, other) in [(&ids[0], &ids[1]), (&ids[1], &ids[0])] {
        assert_ne!(id, other);
        assert!(seen.contains(&format!("step3={}…", &id[..5])), "{seen}");
        assert!(
            !seen.contains(&id[..8]),
            "more of an id than its beginning: {seen}"
        );
    }
    assert!(
        seen.contains("save {&quot;num_visits&quot;:1} -&gt; {&quot;num_visits&quot;:2}"),
        "{seen}"
    );
    assert!(seen.contains("This page load is one visit."), "{seen}");
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
    for kind in ["page", "style", "icon", "prefetch"] {
        assert!(
            page.contains(&format!("<span class=\"kind\">{kind}</span>")),
            "{kind}"
        );
    }
    assert!(page.contains("Part of the page load of /. It is no visit."));
    assert!(page.contains("The browser fetched this page ahead of time"));
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
    assert!((10..=60).contains(&shown), "{shown} events on a page");
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
