//! Strangers. Observe: another name, another site, a path that leads out and a huge body get nothing done.

use std::fs;

use crate::process::status;
use crate::project::{Project, STUB, ask, ask_until_answered, get, live, post};

#[test]
fn another_host_name_is_refused_everywhere() {
    let project = Project::new();
    let workshop = project.serve();
    let step = live(&workshop.address, 3);
    for host in [
        "evil.example",
        "evil.example:3000",
        "127.0.0.1.evil.example",
        "localhost:3000:80",
        "",
        "0.0.0.0",
    ] {
        for (address, path) in [
            (&workshop.address, "/steps/3"),
            (&workshop.address, "/steps/3/events"),
            (&workshop.address, "/steps/3/lab/events"),
            (&workshop.address, "/steps/3/mine/events"),
            (&step, "/"),
        ] {
            let answer = ask(address, &format!("GET {path} HTTP/1.1\nHost: {host}"), b"");
            assert!(
                matches!(status(&answer), 421 | 400),
                "{host} {path}: {answer}"
            );
            assert!(
                !answer.contains("Visit counter") && !answer.contains("record counts"),
                "{host}"
            );
        }
    }
    let two = ask(
        &workshop.address,
        "GET / HTTP/1.1\nHost: HOST\nHost: evil.example",
        b"",
    );
    assert!(matches!(status(&two), 421 | 400), "{two}");
    let named = ask(
        &workshop.address,
        "GET / HTTP/1.1\nHost: localhost:3000",
        b"",
    );
    assert_eq!(status(&named), 200);
}

#[test]
fn a_page_of_another_site_can_neither_post_nor_record_calls() {
    let project = Project::new();
    let workshop = project.serve();
    let step = live(&workshop.address, 3);
    for foreign in [
        "Origin: http://evil.example",
        "Origin: null",
        &format!("Origin: {step}"),
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ] {
        for path in [
            "/steps/3/mine",
            "/continue",
            "/steps/3/code",
            "/steps/3/lab",
            "/open",
        ] {
            let head =
                "Host: HOST\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 9";
            let answer = ask(
                &workshop.address,
                &format!("POST {path} HTTP/1.1\n{head}\n{foreign}"),
                b"done=true",
            );
            assert_eq!(status(&answer), 403, "{foreign} {path}");
        }
        for path in [
            "/steps/3/events",
            "/steps/3/lab/events",
            "/steps/3/mine/events",
        ] {
            let head = format!("GET {path} HTTP/1.1\nHost: HOST\n{foreign}");
            let answer = ask(&workshop.address, &head, b"");
            assert_eq!(status(&answer), 403, "{foreign} {path}");
        }
    }
    assert_eq!(fs::read_to_string(project.mine()).unwrap(), STUB);
    assert!(!project.0.path().join("progress.json").exists());
    let link = "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate";
    assert_eq!(
        status(&ask(
            &workshop.address,
            &format!("GET /steps/3 HTTP/1.1\nHost: HOST\n{link}"),
            b""
        )),
        200
    );
}

#[test]
fn no_parameter_leads_out_of_the_project() {
    let project = Project::new();
    fs::write(project.0.path().join("secret.snap"), "---\n---\nsecret").unwrap();
    let workshop = project.serve();
    let address = &workshop.address;
    for out in [
        "../secret",
        "..%2Fsecret",
        "%2e%2e%2fsecret",
        "..%5Csecret",
        "%00",
        "%ff",
        "/etc/passwd",
    ] {
        for path in [
            "/steps/3/pages/",
            "/steps/3/requests/",
            "/steps/3/exercises/",
            "/steps/3/mine/requests/",
            "/static/",
            "/steps/",
        ] {
            let answer = get(address, &format!("{path}{out}"));
            assert!(
                matches!(status(&answer), 400 | 404),
                "{path}{out}: {answer}"
            );
            assert!(
                !answer.contains("root:") && !answer.contains("secret</"),
                "{path}{out}"
            );
        }
        let answer = post(address, "/open", &format!("file={out}&line=1"));
        assert!(
            matches!(status(&answer), 404 | 400 | 422),
            "{out}: {answer}"
        );
        let replay = format!("act=play&name={out}&predicted=1");
        let answer = post(address, "/steps/3/lab", &replay);
        assert!(
            matches!(status(&answer), 404 | 400 | 422),
            "{out}: {answer}"
        );
        let answer = post(address, "/steps/3/mine", &format!("act=check&task={out}"));
        assert!(
            matches!(status(&answer), 404 | 400 | 422),
            "{out}: {answer}"
        );
    }
    let bad = [
        ("/continue", "step=1&seen=maybe"),
        ("/instructor", "start=25:00"),
        ("/open", "file=steps/03/main.rs&line=-1"),
        ("/steps/3/mine", "act=line&line=none"),
        ("/steps/3/mine", ""),
    ];
    for (path, form) in bad {
        assert!(
            matches!(status(&post(address, path, form)), 400 | 422),
            "{path} {form}"
        );
    }
    assert_eq!(status(&get(address, "/steps/3/events?after=none")), 400);
    assert_eq!(status(&get(address, "/steps/3")), 200);
}

#[test]
fn what_a_learner_types_is_shown_as_text() {
    let project = Project::new();
    let workshop = project.serve();
    let script = "%3Cscript%3Ealert(1)%3C/script%3E";
    let form = format!("predicted={script}");
    post(&workshop.address, "/steps/3/predictions", &form);
    let play = format!("act=play&name=first-visit&predicted={script}");
    post(&workshop.address, "/steps/3/lab", &play);
    let page = get(&workshop.address, "/steps/3");
    assert!(
        page.matches("&lt;script&gt;alert(1)").count() >= 2 && !page.contains("<script>alert"),
        "{page}"
    );
    get(
        &live(&workshop.address, 3),
        &format!("/{script}?q={script}"),
    );
    for path in ["/steps/3", "/steps/3/requests/2"] {
        let page = get(&workshop.address, path);
        assert!(
            page.contains("alert(1)") && !page.contains("<script>alert"),
            "{path}"
        );
    }
}

#[test]
fn a_body_of_ten_megabytes_is_refused() {
    let project = Project::new();
    let workshop = project.serve();
    let body = vec![b'a'; 10_000_000];
    let head =
        "Host: HOST\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 10000000";
    for path in [
        "/continue",
        "/open",
        "/steps/3/mine",
        "/steps/3/predictions",
        "/steps/3/lab",
    ] {
        let request = format!("POST {path} HTTP/1.1\n{head}");
        let answer = ask_until_answered(&workshop.address, &request, &body);
        assert_eq!(status(&answer), 413, "{path}: {answer}");
    }
    assert_eq!(status(&get(&workshop.address, "/")), 200);
}
