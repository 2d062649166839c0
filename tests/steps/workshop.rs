//! The workshop itself. Observe: every page is there, strangers are refused, and nothing that goes wrong in one place
//! stops another.

use std::{
    collections::BTreeSet,
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use locallibrary::journey::{Browser, Site};
use tempfile::TempDir;

use crate::{process::Running, process::start, steps::STEPS, support::read};

/// A project of its own for a workshop: the texts of this one, and a place for progress and the learner's work.
pub struct Project(pub TempDir);

impl Project {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("steps/mine")).unwrap();
        fs::create_dir_all(folder.path().join("steps/03")).unwrap();
        fs::write(folder.path().join("steps/mine/main.rs"), STUB).unwrap();
        fs::write(folder.path().join("steps/03/main.rs"), STEPS[2].source).unwrap();
        for texts in ["slides", "snapshots"] {
            copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(texts), &folder.path().join(texts));
        }
        Self(folder)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_workshop"));
        command
            .args(arguments)
            .env("LOCALLIBRARY_ROOT", self.0.path())
            .env("LOCALLIBRARY_DB", self.0.path().join("library.db"))
            .env("PORT", "0")
            .env_remove("VISUAL")
            .env_remove("EDITOR");
        command
    }

    pub fn serve(&self) -> Running {
        start(self.command(&[]))
    }

    fn run(&self, arguments: &[&str]) -> (bool, String) {
        let output = self.command(arguments).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }

    fn mine(&self) -> std::path::PathBuf {
        self.0.path().join("steps/mine/main.rs")
    }
}

const STUB: &str = "//! Your own program. `cargo run -- start 3` puts a copy of step 3 here.\n";

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (entry, to) = (entry.unwrap(), to);
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to)
        } else {
            _ = fs::copy(entry.path(), to).unwrap()
        }
    }
}

/// Sends a request as it is written here, and returns the whole answer.
fn ask(address: &str, request: &str, body: &[u8]) -> String {
    let host = address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = request.replace("HOST", host).replace('\n', "\r\n");
    stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
    let _ = stream.write_all(body); // A server that has seen enough closes the connection.
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(address: &str, path: &str) -> String {
    ask(address, &format!("GET {path} HTTP/1.1\nHost: HOST"), b"")
}

fn post(address: &str, path: &str, form: &str) -> String {
    let length = form.len();
    let head = "Host: HOST\nContent-Type: application/x-www-form-urlencoded";
    ask(
        address,
        &format!("POST {path} HTTP/1.1\n{head}\nContent-Length: {length}"),
        form.as_bytes(),
    )
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

/// The values of an attribute in a page.
fn values<'a>(page: &'a str, attribute: &'a str) -> impl Iterator<Item = String> {
    let start = format!("{attribute}=\"");
    let parts: Vec<_> = page.split(&start).skip(1).map(str::to_string).collect();
    parts.into_iter().map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"))
}

/// Where a step is live, as the workshop's own page says.
fn live(address: &str, step: u8) -> String {
    let page = get(address, &format!("/steps/{step}"));
    let frame = values(&page, "src").find(|source| source.starts_with("http://127.0.0.1:"));
    frame.expect("a live step").trim_end_matches('/').to_string()
}

/// Every address of the workshop that its pages lead to.
pub fn pages(address: &str) -> BTreeSet<String> {
    let (mut found, mut open) = (BTreeSet::new(), vec!["/".to_string()]);
    while let Some(path) = open.pop() {
        if !found.insert(path.clone()) {
            continue;
        }
        let links = values(&get(address, &path), "href").collect::<Vec<_>>();
        let links = links.into_iter().map(|link| link.split('#').next().unwrap().to_string());
        open.extend(links.filter(|link| link.starts_with('/') && !link.starts_with("/static")));
    }
    found
}

#[test]
fn every_page_answers_with_one_title_and_headings_in_order() {
    let project = Project::new();
    let workshop = project.serve();
    let pages = pages(&workshop.address);
    let journeys: usize = STEPS.iter().map(|step| step.journeys.len()).sum();
    assert_eq!(pages.len(), 3 + 8 * STEPS.len() + 2 * journeys);
    for path in pages {
        let page = get(&workshop.address, &path);
        assert_eq!(status(&page), 200, "{path}");
        let levels = page.split("<h").skip(1).filter_map(|rest| rest[..1].parse::<u8>().ok());
        // A page in a frame has headings of its own; they stand there escaped.
        let levels: Vec<_> = levels.collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{path}: {levels:?}");
        assert_eq!(levels[0], 1, "{path}");
        assert!(levels.windows(2).all(|two| two[1] <= two[0] + 1), "{path}: {levels:?}");
        assert!(!page.contains("style=\"") && !page.contains("<style"), "{path}");
    }
}

#[test]
fn no_page_names_another_host() {
    let project = Project::new();
    let workshop = project.serve();
    let ours = ["http://127.0.0.1", "http://www.w3.org/2000/svg"];
    for path in pages(&workshop.address) {
        let page = get(&workshop.address, &path);
        for attribute in ["href", "src", "action", "xmlns"] {
            for value in values(&page, attribute).filter(|value| value.contains("//")) {
                assert!(ours.iter().any(|own| value.starts_with(own)), "{path}: {value}");
            }
        }
        assert!(page.contains("content-security-policy: default-src 'none'"), "{path}");
    }
}

#[test]
fn a_step_that_is_not_there_is_named_and_so_is_the_one_that_was_meant() {
    let project = Project::new();
    let workshop = project.serve();
    let page = get(&workshop.address, "/steps/33");
    assert_eq!(status(&page), 404);
    assert!(page.contains("There is no step 33; steps are 1 to 7, did you mean 3?"), "{page}");
    for wrong in ["start", "check"] {
        let (worked, said) = project.run(&[wrong, "33"]);
        assert!(
            !worked && said.contains("there is no step 33") && said.lines().count() == 1,
            "{said}"
        );
    }
}

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
        for (address, path) in
            [(&workshop.address, "/steps/3"), (&workshop.address, "/steps/3/events"), (&step, "/")]
        {
            let answer = ask(address, &format!("GET {path} HTTP/1.1\nHost: {host}"), b"");
            assert!(matches!(status(&answer), 421 | 400), "{host} {path}: {answer}");
            assert!(
                !answer.contains("Visit counter") && !answer.contains("record counts"),
                "{host}"
            );
        }
    }
    let two = ask(&workshop.address, "GET / HTTP/1.1\nHost: HOST\nHost: evil.example", b"");
    assert!(matches!(status(&two), 421 | 400), "{two}");
    let named = ask(&workshop.address, "GET / HTTP/1.1\nHost: localhost:3000", b"");
    assert_eq!(status(&named), 200);
}

#[test]
fn a_page_of_another_site_can_neither_post_nor_listen() {
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
        for path in ["/steps/3/mine", "/steps/3/done", "/steps/3/check", "/open"] {
            let head =
                "Host: HOST\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 9";
            let answer = ask(
                &workshop.address,
                &format!("POST {path} HTTP/1.1\n{head}\n{foreign}"),
                b"done=true",
            );
            assert_eq!(status(&answer), 403, "{foreign} {path}");
        }
        let answer = ask(
            &workshop.address,
            &format!("GET /steps/3/events HTTP/1.1\nHost: HOST\n{foreign}"),
            b"",
        );
        assert_eq!(status(&answer), 403, "{foreign}");
    }
    assert_eq!(fs::read_to_string(project.mine()).unwrap(), STUB);
    assert!(!project.0.path().join("progress.json").exists());
    let link = "Sec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate";
    assert_eq!(
        status(&ask(&workshop.address, &format!("GET /steps/3 HTTP/1.1\nHost: HOST\n{link}"), b"")),
        200
    );
}

#[test]
fn no_parameter_leads_out_of_the_project() {
    let project = Project::new();
    fs::write(project.0.path().join("secret.snap"), "---\n---\nsecret").unwrap();
    let workshop = project.serve();
    let address = &workshop.address;
    for out in
        ["../secret", "..%2Fsecret", "%2e%2e%2fsecret", "..%5Csecret", "%00", "%ff", "/etc/passwd"]
    {
        for path in
            ["/steps/3/pages/", "/steps/3/replays/", "/static/", "/steps/", "/steps/3/diff?from="]
        {
            let answer = get(address, &format!("{path}{out}"));
            assert!(matches!(status(&answer), 400 | 404), "{path}{out}: {answer}");
            assert!(!answer.contains("root:") && !answer.contains("secret</"), "{path}{out}");
        }
        let answer = post(address, "/open", &format!("file={out}&line=1"));
        assert!(matches!(status(&answer), 404 | 400 | 422), "{out}: {answer}");
        let answer = post(address, "/steps/3/check", &format!("task={out}"));
        assert!(matches!(status(&answer), 404 | 400 | 422), "{out}: {answer}");
    }
    let bad = [
        ("/steps/3/done", "done=maybe"),
        ("/open", "file=steps/03/main.rs&line=-1"),
        ("/steps/3/done", ""),
    ];
    for (path, form) in bad {
        assert!(matches!(status(&post(address, path, form)), 400 | 422), "{path} {form}");
    }
    assert_eq!(status(&get(address, "/steps/3/events?after=none")), 400);
    assert_eq!(status(&get(address, "/schedule?start=25:00")), 400);
    assert_eq!(status(&get(address, "/steps/3")), 200);
}

#[test]
fn what_a_learner_types_is_shown_as_text() {
    let project = Project::new();
    let workshop = project.serve();
    let script = "%3Cscript%3Ealert(1)%3C/script%3E";
    for path in ["/steps/3?predicted=", "/steps/3/replays/first-visit?predicted="] {
        let page = get(&workshop.address, &format!("{path}{script}"));
        assert!(
            page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>alert"),
            "{path}"
        );
    }
    get(&live(&workshop.address, 3), &format!("/{script}?q={script}"));
    assert!(!get(&workshop.address, "/steps/3").contains("<script>alert"));
}

#[test]
fn a_body_of_ten_megabytes_is_refused() {
    let project = Project::new();
    let workshop = project.serve();
    let body = vec![b'a'; 10_000_000];
    let head =
        "Host: HOST\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 10000000";
    for path in ["/steps/3/done", "/open", "/steps/3/check"] {
        let answer = ask(&workshop.address, &format!("POST {path} HTTP/1.1\n{head}"), &body);
        // The refusal may be lost with the connection while the body is still being sent.
        assert!(matches!(status(&answer), 413 | 0), "{path}: {answer}");
    }
    assert_eq!(status(&get(&workshop.address, "/")), 200);
}

/// Follows a step's timeline over a connection of its own.
struct Follower(TcpStream);

impl Follower {
    fn new(address: &str, step: u8, after: u64) -> Self {
        let host = address.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let request =
            format!("GET /steps/{step}/events?after={after} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        Self(stream)
    }

    /// What has come until these words have.
    fn until(&mut self, words: &str) -> String {
        let (mut seen, mut part) = (String::new(), [0; 4096]);
        while !seen.contains(words) {
            let length = self.0.read(&mut part).unwrap_or_else(|_| panic!("no {words} in {seen}"));
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
    let mut site = Site::over_http(&step);
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
        assert!(!seen.contains(&id[..8]), "more of an id than its beginning: {seen}");
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
        ask(&step, &format!("GET {path} HTTP/1.1\nHost: HOST\n{headers}"), b"")
    };
    ask("/", "Sec-Fetch-Dest: document");
    ask("/static/style.css", &format!("Sec-Fetch-Dest: style\nReferer: {step}/"));
    ask("/static/icon.svg", "Accept: image/*");
    ask("/", "Sec-Purpose: prefetch;prerender");
    let page = get(&workshop.address, "/steps/3");
    for kind in ["page", "style", "icon", "prefetch"] {
        assert!(page.contains(&format!("<span class=\"kind\">{kind}</span>")), "{kind}");
    }
    assert!(page.contains("Part of the page load of /. It is no visit."));
    assert!(page.contains("The browser fetched this page ahead of time"));
}

#[test]
fn a_thousand_events_and_a_reader_that_sleeps_stop_nobody() {
    let project = Project::new();
    let workshop = project.serve();
    let step = live(&workshop.address, 1);
    let _sleeps: Vec<_> = (0..8).map(|_| Follower::new(&workshop.address, 1, 0)).collect();
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
    let mut readers: Vec<_> = (0..64).map(|_| Follower::new(&workshop.address, 3, 0)).collect();
    readers.iter_mut().for_each(|reader| drop(reader.until("200 OK")));
    assert_eq!(status(&get(&workshop.address, "/steps/3/events")), 503);
    assert_eq!(status(&get(&workshop.address, "/steps/3")), 200);
}

#[test]
fn a_taken_step_port_gives_that_step_another_and_all_are_live() {
    let project = Project::new();
    let (taken, port) = loop {
        // The step's port must be taken while the workshop's own, three below, is free.
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port() - 3;
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            break (taken, port);
        }
    };
    let mut command = project.command(&[]);
    command.env("PORT", port.to_string());
    let workshop = start(command);
    for step in STEPS {
        let address = live(&workshop.address, step.number);
        assert!(get(&address, "/").contains("Local Library Home"), "step {}", step.number);
    }
    assert_ne!(live(&workshop.address, 3), format!("http://{}", taken.local_addr().unwrap()));
    let mut again = project.command(&[]);
    again.env("PORT", port.to_string());
    let said = String::from_utf8(again.output().unwrap().stderr).unwrap();
    assert!(said.contains(&format!("port {port} is taken; try PORT=")), "{said}");
    assert!(said.trim_end().ends_with("cargo run") && said.lines().count() == 1, "{said}");
}

#[cfg(unix)]
#[test]
fn it_stops_at_once_though_somebody_follows_the_timeline() {
    let project = Project::new();
    let mut workshop = project.serve();
    let mut follower = Follower::new(&workshop.address, 3, 0);
    follower.until("200 OK");
    let began = Instant::now();
    let pid = workshop.process.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert!(workshop.process.wait().unwrap().success());
    assert!(began.elapsed() < Duration::from_secs(8), "it waited for the stream");
}

#[test]
fn starting_keeps_what_was_there() {
    let project = Project::new();
    let (worked, said) = project.run(&["start", "2"]);
    assert!(worked && !said.contains("backup"), "the stub needs no copy: {said}");
    assert_eq!(fs::read_to_string(project.mine()).unwrap(), STEPS[1].source);
    for (number, words) in [(1, "// mine, first\r\n"), (2, "// mine, second \u{fe0f}\n")] {
        fs::write(project.mine(), words).unwrap();
        let (worked, said) = project.run(&["start", "3"]);
        let kept = format!("main.backup-{number}.rs");
        assert!(worked && said.contains(&kept), "{said}");
        assert_eq!(fs::read_to_string(project.mine().with_file_name(kept)).unwrap(), words);
    }
    let workshop = project.serve();
    fs::write(project.mine(), "// mine, third").unwrap();
    assert!(post(&workshop.address, "/steps/5/mine", "").contains("main.backup-3.rs"));
    assert_eq!(fs::read_to_string(project.mine()).unwrap(), STEPS[4].source);
}

#[test]
fn what_i_still_need_is_shown_line_by_line() {
    let project = Project::new();
    project.run(&["start", "2"]);
    let workshop = project.serve();
    assert!(get(&workshop.address, "/steps/3/mine").contains("const NUM_VISITS: &amp;str"));
    assert!(get(&workshop.address, "/steps/2/mine").contains("Nothing: your program is step 2"));
    let windows = STEPS[1].source.replace('\n', "\r\n");
    fs::write(project.mine(), windows).unwrap();
    assert!(get(&workshop.address, "/steps/2/mine").contains("Nothing: your program is step 2"));
}

#[test]
fn progress_is_kept_in_a_file_and_a_damaged_one_is_put_aside() {
    let project = Project::new();
    let workshop = project.serve();
    let answer = post(&workshop.address, "/steps/1/done", "done=true");
    assert!(answer.contains("location: /steps/2"), "{answer}");
    assert!(get(&workshop.address, "/").contains("Go on with step 2"));
    let (_, json) = project.run(&["progress", "--json"]);
    assert_eq!(json.trim(), r#"{"current":2,"done":[1],"steps":7}"#);
    for (command, place) in
        [("next", "> 3"), ("previous", "> 2"), ("previous", "> 1"), ("previous", "> 1")]
    {
        let (worked, said) = project.run(&[command]);
        assert!(worked && said.contains(place), "{command}: {said}");
    }
    assert!(
        project.run(&["goto", "7"]).1.contains("> 7") && project.run(&["next"]).1.contains("> 7")
    );
    let file = project.0.path().join("progress.json");
    for damaged in ["", "{\"current\":", "[]", "\u{0}"] {
        fs::write(&file, damaged).unwrap();
        let (worked, said) = project.run(&["progress"]);
        assert!(worked && said.contains("progress begins anew") && said.contains("> 1"), "{said}");
    }
    let kept = fs::read_to_string(project.0.path().join("progress.damaged-2.json")).unwrap();
    assert_eq!(kept, "{\"current\":");
}

#[test]
fn the_doctor_says_what_there_is_and_names_no_folder() {
    let project = Project::new();
    let (worked, said) = project.run(&["doctor"]);
    assert!(worked);
    for part in
        ["rustc", "crates", "disk", "port 8000", "port 3000", "pinned pages: all", "browser"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains(project.0.path().to_str().unwrap()), "{said}");
    fs::remove_file(project.0.path().join("snapshots/step3-first-visit.snap")).unwrap();
    assert!(project.run(&["doctor"]).1.contains("look pinned pages: 1 are missing"));
}

#[test]
fn a_check_asks_a_running_site_and_its_exit_status_tells() {
    let project = Project::new();
    let folder = tempfile::tempdir().unwrap();
    let running = start(crate::process::command(3, &folder));
    let (worked, said) = project.run(&["check", "3", &running.address]);
    assert!(
        worked && said.contains("7 hold, 0 missed") && said.contains("skipped  server restarted"),
        "{said}"
    );
    let (worked, said) = project.run(&["check", "3.1", &running.address]);
    assert!(!worked && said.contains("it says “You have visited this page 0 times.”"), "{said}");
    let (worked, said) = project.run(&["check", "1", &running.address]);
    assert!(!worked && said.contains("no answer should set a cookie; an answer set one"), "{said}");
    for (arguments, words) in [
        (
            ["check", "3.7", "http://127.0.0.1:1"],
            "there is no exercise 3.7; step 3 has 3.1 and 3.2",
        ),
        (["check", "3", "http://127.0.0.1:1"], "nothing answers at http://127.0.0.1:1"),
        (["check", "3", "no address"], "no address"),
    ] {
        let (worked, said) = project.run(&arguments);
        assert!(!worked && said.contains(words) && said.lines().count() == 1, "{said}");
    }
}

#[test]
fn a_diff_of_two_steps_is_the_pinned_one() {
    let project = Project::new();
    let (worked, said) = project.run(&["diff", "2", "3"]);
    assert!(worked);
    let changed = |text: &str| -> Vec<String> {
        text.lines()
            .filter(|line| line.starts_with(['+', '-']) && *line != "---")
            .map(str::to_string)
            .collect()
    };
    assert_eq!(changed(&said), changed(&read("snapshots/diff-02-03.snap")));
}

/// A whole project in which the learner's program can be built; it has a folder that stays, so that it is quick.
fn whole_project() -> Project {
    let project = Project::new();
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ours = read("Cargo.toml").replace("name = \"locallibrary\"", "name = \"mine\"");
    let bin = "[[bin]]\nname = \"mine\"\npath = \"steps/mine/main.rs\"\n";
    let (_, dependencies) = ours.split_once("[dependencies]").unwrap();
    let (dependencies, rest) = dependencies.split_once("[build-dependencies]").unwrap();
    let profile =
        rest.split_once("[profile.dev]").unwrap().1.split("[profile.release]").next().unwrap();
    let manifest = format!(
        "[workspace]\n[package]\nname = \"mine\"\nedition = \"2024\"\nresolver = \"1\"\n{bin}\
         [dependencies]\nlocallibrary = {{ path = {home:?} }}{dependencies}\n[profile.dev]{profile}"
    );
    fs::write(project.0.path().join("Cargo.toml"), manifest).unwrap();
    fs::copy(home.join("Cargo.lock"), project.0.path().join("Cargo.lock")).unwrap();
    project
}

#[test]
fn my_own_program_is_built_run_restarted_and_checked() {
    let project = whole_project();
    let mut command = project.command(&[]);
    command.env(
        "CARGO_TARGET_DIR",
        Path::new(env!("CARGO_BIN_EXE_step1")).ancestors().nth(2).unwrap(),
    );
    let workshop = start(command);
    let address = &workshop.address;
    let check = |task: &str| post(address, "/steps/3/check", &format!("task={task}"));

    post(address, "/steps/3/mine", "");
    let held = check("3");
    assert!(held.contains("it holds") && !held.contains("skipped"), "{held}");
    let missed = check("3.1");
    assert!(
        missed.contains("not yet")
            && missed.contains("it says “You have visited this page 0 times.”")
    );

    fs::write(project.mine(), STEPS[2].source.replace("saturating_add(1)", "saturating_add(2)"))
        .unwrap();
    let missed = check("3");
    assert!(missed.contains("The page as it should be"), "{missed}");
    assert!(missed.contains("<del>You have visited this page 2 times.\n</del>"), "{missed}");
    assert!(missed.contains("<ins>You have visited this page 1 time.\n</ins>"), "{missed}");

    fs::write(project.mine(), STEPS[2].source.replace("Ok(page::layout", "Ok(page::lay_out"))
        .unwrap();
    let broken = check("3");
    assert!(broken.contains("It does not compile yet") && broken.contains("lay_out"), "{broken}");
    for step in STEPS {
        assert!(get(&live(address, step.number), "/").contains("Local Library Home"));
    }

    fs::write(project.mine(), "fn main() { eprintln!(\"my own words\"); }").unwrap();
    assert!(check("3").contains("my own words"));
}
