//! The visitor lab. Observe: two browsers at one server, and what each knows of the other.

use crate::process::status;
use crate::project::{Project, ask, ask_until_answered, get, post, values};
use crate::steps::STEPS;

/// A lab that a test looks at through the lesson's page.
struct Lab<'a> {
    workshop: &'a str,
    step: u8,
}

impl Lab<'_> {
    fn press(&self, act: &str, visitor: &str) -> u16 {
        let form = format!("act={act}&name={visitor}");
        status(&post(
            self.workshop,
            &format!("/steps/{}/lab", self.step),
            &form,
        ))
    }

    fn page(&self) -> String {
        get(self.workshop, &format!("/steps/{}", self.step))
    }

    /// The rows of the store, in words: `Ann num_visits 1 → 2`.
    fn rows(&self) -> Vec<String> {
        let page = self.page();
        let table = page.split("<tbody>").nth(1).unwrap_or_default();
        let table = table.split("</tbody>").next().unwrap();
        let cells = |row: &str| journey::lines(&format!("<body><table><tr{row}")).join(" ");
        table.split("<tr").skip(1).map(cells).collect()
    }

    /// Where a visitor's frame looks.
    fn frame(&self, visitor: &str) -> String {
        let page = self.page();
        let frame = page
            .split(&format!("<iframe name=\"{visitor}\""))
            .nth(1)
            .expect("an open page");
        let address = values(frame, "src").next().unwrap();
        address.split("/.show").next().unwrap().to_string()
    }
}

fn has(rows: &[String], parts: &[&str]) -> bool {
    rows.iter()
        .any(|row| parts.iter().all(|part| row.contains(part)))
}

#[test]
fn two_visitors_have_two_jars_and_the_store_a_row_for_each() {
    let project = Project::new();
    let workshop = project.serve();
    let lab = Lab {
        workshop: &workshop.address,
        step: 3,
    };
    assert!(lab.rows().is_empty());
    for visitor in ["Ann", "Ben", "Ann"] {
        assert_eq!(lab.press("reload", visitor), 303);
    }
    let rows = lab.rows();
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(
        has(&rows, &["Ann", "num_visits 1 → 2", "in 14 days"]),
        "{rows:?}"
    );
    assert!(has(&rows, &["Ben", "num_visits none → 1"]), "{rows:?}");
    let page = lab.page();
    assert_eq!(
        page.matches("<code>step3=").count(),
        2,
        "a cookie in each jar"
    );
    assert!(
        page.contains("<span class=\"who\">Ben</span>"),
        "the timeline says who asked"
    );
}

#[test]
fn no_page_of_the_workshop_counts_as_a_visit_and_a_frame_shows_what_was_open() {
    let project = Project::new();
    let workshop = project.serve();
    let lab = Lab {
        workshop: &workshop.address,
        step: 3,
    };
    for _ in 0..3 {
        lab.page();
    }
    assert!(lab.rows().is_empty());
    lab.press("reload", "Ann");
    let frame = lab.frame("Ann");
    for _ in 0..3 {
        let shown = get(&frame, "/.show?1");
        assert!(shown.contains("location: /#changed\r"), "{shown}");
        assert!(get(&frame, "/").contains("You have visited this page 0 times."));
    }
    let rows = lab.rows();
    assert!(has(&rows, &["Ann", "none → 1"]), "{rows:?}");
    // Whoever reloads inside the frame, or follows a link there, visits.
    assert!(get(&frame, "/").contains("You have visited this page 1 time."));
    let cookies = get(&frame, "/my-car");
    assert!(cookies.contains("num_visits"), "{cookies}");
    assert!(
        !cookies.to_lowercase().contains("set-cookie"),
        "the jar is the workshop's"
    );
    assert!(get(&frame, "/.show").contains("location: /my-car#changed"));
}

/// The page's script may point a frame at the same visit twice within a moment, and a browser says for whom it loads.
#[test]
fn a_frame_that_loads_twice_at_once_is_no_visit_and_a_click_in_it_is_one() {
    let project = Project::new();
    let workshop = project.serve();
    let lab = Lab {
        workshop: &workshop.address,
        step: 3,
    };
    lab.press("reload", "Ann");
    let frame = lab.frame("Ann");
    let load = |path: &str, site: &str| {
        let head = format!(
            "GET {path} HTTP/1.1\nHost: HOST\nSec-Fetch-Dest: iframe\nSec-Fetch-Mode: navigate"
        );
        ask(&frame, &format!("{head}\nSec-Fetch-Site: {site}"), b"")
    };
    for path in ["/.show?1", "/.show?1", "/", "/"] {
        load(path, "same-site");
    }
    let rows = lab.rows();
    assert!(has(&rows, &["Ann", "none → 1"]), "{rows:?}");
    // A load that was given up in between must not swallow a click.
    load("/.show?1", "same-site");
    assert!(load("/", "same-origin").contains("You have visited this page 1 time."));
}

#[test]
fn a_restart_empties_a_store_in_memory_and_no_table_of_the_database() {
    let project = Project::new();
    let workshop = project.serve();
    for (step, left) in [
        (3, "The server has no such row."),
        (5, "num_visits none → 1"),
    ] {
        let lab = Lab {
            workshop: &workshop.address,
            step,
        };
        lab.press("reload", "Ann");
        assert_eq!(lab.press("restart", ""), 303);
        let rows = lab.rows();
        assert!(has(&rows, &["Ann", left]), "step {step}: {rows:?}");
    }
}

#[test]
fn two_weeks_end_a_session_for_good() {
    let project = Project::new();
    let workshop = project.serve();
    for step in [3, 5] {
        let lab = Lab {
            workshop: &workshop.address,
            step,
        };
        lab.press("reload", "Ann");
        lab.press("wait", "");
        let rows = lab.rows();
        assert!(
            has(&rows, &["Ann", "The server has no such row."]),
            "step {step}: {rows:?}"
        );
        lab.press("restart", "");
        let rows = lab.rows();
        assert!(
            has(&rows, &["The server has no such row."]),
            "step {step}, restarted: {rows:?}"
        );
        lab.press("reload", "Ann");
        let rows = lab.rows();
        assert!(
            has(&rows, &["Ann", "none → 1", "in 14 days"]),
            "step {step}: {rows:?}"
        );
    }
}

#[test]
fn who_forgets_the_cookie_is_a_stranger_and_the_row_is_nobodys() {
    let project = Project::new();
    let workshop = project.serve();
    let lab = Lab {
        workshop: &workshop.address,
        step: 3,
    };
    lab.press("reload", "Ann");
    lab.press("forget", "Ann");
    let rows = lab.rows();
    assert!(has(&rows, &["nobody’s any more", "num_visits"]), "{rows:?}");
    lab.press("reload", "Ann");
    assert_eq!(lab.rows().len(), 2);
}

/// The step starts with an empty store each time, so a replay ends as its journey says however often it is played.
#[test]
fn every_replay_ends_at_the_live_step_as_its_journey_says_and_is_in_the_timeline() {
    let project = Project::new();
    let workshop = project.serve();
    for step in STEPS {
        let lab = Lab {
            workshop: &workshop.address,
            step: step.number,
        };
        for journey in step.journeys.iter().chain(step.journeys) {
            let slug = journey.slug();
            let played = lab.press("play", &slug);
            assert_eq!(played, 303, "step {}: {slug}", step.number);
        }
    }
    let lab = Lab {
        workshop: &workshop.address,
        step: 3,
    };
    post(
        lab.workshop,
        "/steps/3/lab",
        "act=play&name=another-browser&predicted=0",
    );
    let page = lab.page();
    assert!(page.contains("You were right."), "{page}");
    assert!(page.contains("<span class=\"who\">Ben</span>"), "{page}");
    let shown = get(&lab.frame("Ben"), "/.show");
    assert!(shown.contains("location: /#changed"), "{shown}");
    assert!(has(&lab.rows(), &["Ben", "none → 1"]), "{:?}", lab.rows());
    lab.press("put-away", "");
    assert!(lab.page().contains("value=\"server-restarted\""));
}

#[test]
fn the_lab_does_not_grow_without_bound() {
    let project = Project::new();
    let workshop = project.serve();
    let lab = Lab {
        workshop: &workshop.address,
        step: 3,
    };
    assert_eq!(lab.press("reload", "Mallory"), 404, "she has not come yet");
    for _ in 0..10 {
        assert_eq!(lab.press("new-visitor", ""), 303);
    }
    assert!(lab.page().contains("4 visitors are enough"));
    for _ in 0..30 {
        for visitor in ["Ann", "Ben", "Mallory", "Dan"] {
            lab.press("reload", visitor);
            lab.press("forget", visitor);
        }
    }
    assert!(lab.rows().len() <= 12, "{:?}", lab.rows());
    for (act, visitor) in [("reload", "Eve"), ("reload", ""), ("forget", "Ann%00")] {
        assert_eq!(lab.press(act, visitor), 404, "{act} {visitor}");
    }
    assert!(matches!(lab.press("dance", "Ann"), 400 | 422));
}

/// A visitor's port adds that visitor's cookies to whatever comes, so nobody else may send anything there.
#[test]
fn strangers_cannot_act_as_a_visitor() {
    let project = Project::new();
    let workshop = project.serve();
    let lab = Lab {
        workshop: &workshop.address,
        step: 2,
    };
    lab.press("reload", "Ann");
    let frame = lab.frame("Ann");
    for (head, expected) in [
        ("GET / HTTP/1.1\nHost: evil.example", 421),
        (
            "GET / HTTP/1.1\nHost: HOST\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate",
            403,
        ),
        (
            "GET / HTTP/1.1\nHost: HOST\nSec-Fetch-Site: same-site\nSec-Fetch-Mode: no-cors",
            403,
        ),
        (
            "GET / HTTP/1.1\nHost: HOST\nOrigin: http://evil.example",
            403,
        ),
        (
            "GET / HTTP/1.1\nHost: HOST\nSec-Fetch-Site: same-site\nSec-Fetch-Mode: navigate",
            200,
        ),
    ] {
        assert_eq!(status(&ask(&frame, head, b"")), expected, "{head}");
    }
    let form = "Host: HOST\nContent-Type: application/x-www-form-urlencoded";
    for foreign in [
        "Origin: http://evil.example",
        "Origin: null",
        "Sec-Fetch-Site: same-site",
    ] {
        let head = format!("POST /my-car HTTP/1.1\n{form}\n{foreign}\nContent-Length: 11");
        assert_eq!(
            status(&ask(&frame, &head, b"text=stolen")),
            403,
            "{foreign}"
        );
    }
    assert!(!has(&lab.rows(), &["stolen"]));
    let body = vec![b'a'; 10_000_000];
    let head = format!("POST /my-car HTTP/1.1\n{form}\nContent-Length: 10000000");
    assert_eq!(status(&ask_until_answered(&frame, &head, &body)), 413);
    assert_eq!(status(&get(&workshop.address, "/steps/2")), 200);
}
