//! My work, live. Observe: a save is enough, and an error never takes the last good page away.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use crate::{
    process::{Running, status},
    project::{Project, get, post, solved, values, whole_project},
    steps::STEPS,
    talking::Talking,
};

/// The page of an exercise, followed as a browser follows it.
struct Page {
    stream: TcpStream,
    seen: String,
}

impl Page {
    fn follow(workshop: &Running, exercise: &str) -> Self {
        let host = workshop.address.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let request = format!("GET {exercise}/events HTTP/1.1\r\nHost: {host}\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        Self {
            stream,
            seen: String::new(),
        }
    }

    /// What has come from the last such moment until these words have.
    fn until(&mut self, words: &str) -> String {
        let mut part = [0; 4096];
        // The stream says now and then that it is alive, so reading alone would go on for ever.
        let began = Instant::now();
        loop {
            assert!(began.elapsed() < PATIENCE, "no {words} in {}", self.seen);
            if let Some(at) = self.seen.find(words) {
                let rest = self.seen.split_off(at + words.len());
                return std::mem::replace(&mut self.seen, rest);
            }
            let length = self.stream.read(&mut part);
            let length = length.unwrap_or_else(|_| panic!("no {words} in {}", self.seen));
            assert!(
                length > 0,
                "the stream ended without {words}: {}",
                self.seen
            );
            self.seen
                .push_str(&String::from_utf8_lossy(&part[..length]));
        }
    }
}

/// A build on a busy machine takes its time.
const PATIENCE: Duration = Duration::from_secs(100);

const MINE: &str = "/steps/3/mine";

/// Where the frame of the page looks.
fn frame(workshop: &Running) -> String {
    let page = get(&workshop.address, MINE);
    let address = values(&page, "src")
        .find(|source| source.contains("/.show"))
        .expect("a frame");
    address.split("/.show").next().unwrap().to_string()
}

#[test]
fn each_save_is_built_run_and_checked_and_a_pass_is_kept() {
    let project = whole_project();
    let mut workshop = project.serve();
    let mut page = Page::follow(&workshop, MINE);
    page.until("There is no program of yours yet.");
    project.run(&["start", "3"]);
    let seen = page.until("Exercise 1 of step 3: not yet.");
    assert!(
        seen.contains("/.show?1"),
        "the page of the new build is opened: {seen}"
    );
    let open = get(&workshop.address, MINE);
    assert!(
        open.contains("The count of visits should be 1; it is 0, one too few."),
        "{open}"
    );
    assert!(
        open.contains("num_visits none"),
        "the calls of its store are seen: {open}"
    );

    fs::write(
        project.mine(),
        STEPS[2].source.replace("page::layout", "page::lay_out"),
    )
    .unwrap();
    let seen = page.until("What runs below is your last good build.");
    assert!(seen.contains("Building …"), "{seen}");
    let broken = get(&workshop.address, MINE);
    let line = 1 + STEPS[2]
        .source
        .lines()
        .position(|line| line.contains("page::layout"))
        .unwrap();
    assert!(
        broken.contains(&format!("Open line {line}")) && broken.contains("lay_out"),
        "{broken}"
    );
    assert!(get(&frame(&workshop), "/").contains("You have visited this page 1 time."));

    fs::write(project.mine(), solved()).unwrap();
    let seen = page.until("Exercise 1 of step 3 holds.");
    assert!(seen.contains("Exercise 1 of step 3 is done"), "{seen}");
    let passed = get(&workshop.address, MINE);
    assert!(
        passed.contains("Continue: exercise 2 of step 3") && !passed.contains("What I still need")
    );
    assert!(passed.contains("What I have changed"), "{passed}");
    post(&workshop.address, MINE, "act=follow&task=3.2");
    let seen = page.until("Exercise 2 of step 3: not yet.");
    assert!(!seen.contains("Exercise 2 of step 3 holds"), "{seen}");
    let (_, json) = project.run(&["progress", "--json"]);
    assert!(json.contains(r#""exercises":["3.1"]"#), "{json}");
    assert_eq!(get(&workshop.address, MINE).matches("✓ done").count(), 1);
    stop(&mut workshop);
}

#[test]
#[ignore = "takes its time: cargo test -- --ignored"]
fn without_script_a_button_builds_and_checks_and_the_page_shows_what_came_of_it() {
    let project = whole_project();
    let mut workshop = project.serve();
    let press = |act: &str| {
        let form = format!("act={act}&task=3.2");
        let answer = post(&workshop.address, MINE, &form);
        assert!(
            answer.contains("location: /steps/3/mine#exercise-2\r"),
            "{answer}"
        );
        get(&workshop.address, MINE)
    };
    assert!(press("check").contains("There is no program of yours yet."));
    let started = press("start");
    assert!(
        started.contains("Exercise 2 of step 3: not yet."),
        "{started}"
    );
    assert!(
        started.contains("no form with a button “Start again”"),
        "{started}"
    );
    fs::write(project.mine(), "fn main() { eprintln!(\"my own words\"); }").unwrap();
    assert!(press("check").contains("my own words"));
    stop(&mut workshop);
}

/// Step 1 names no session engine, and a learner may write what no step has.
#[test]
#[ignore = "takes its time: cargo test -- --ignored"]
fn a_program_of_another_shape_runs_as_it_is() {
    let project = whole_project();
    let mut workshop = project.serve();
    for source in [
        STEPS[0].source.to_string(),
        STEPS[2]
            .source
            .replace(
                "app(library: Library, sessions",
                "app(sessions_first: u8, library: Library, sessions",
            )
            .replace("app(Library::open()?,", "app(7, Library::open()?,"),
    ] {
        fs::write(project.mine(), source).unwrap();
        post(&workshop.address, MINE, "act=check");
        let page = get(&workshop.address, MINE);
        assert!(page.contains("Exercise 1 of step 3: not yet."), "{page}");
        assert!(get(&frame(&workshop), "/").contains("record counts"));
    }
    stop(&mut workshop);
}

/// Some systems watch few folders, and some file systems none; the button works all the same.
#[test]
fn where_the_folder_cannot_be_watched_the_button_still_builds_and_checks() {
    let project = Project::new();
    fs::remove_dir_all(project.0.path().join("steps/mine")).unwrap();
    let mut workshop = project.serve();
    post(&workshop.address, MINE, "act=check");
    let page = get(&workshop.address, MINE);
    assert!(page.contains("There is no program of yours yet."), "{page}");
    stop(&mut workshop);
}

#[cfg(unix)]
#[test]
#[ignore = "takes its time: cargo test -- --ignored"]
fn the_terminal_watches_too() {
    let project = whole_project();
    project.run(&["start", "3"]);
    let mut command = project.command(&["watch"]);
    command.stdin(std::process::Stdio::piped());
    let mut watch = Talking::start(command);
    watch.until("your program is at http://127.0.0.1:");
    watch.until("GET / 200  create {\"num_visits\":1}");
    watch.until("the count of visits should be 1; it is 0");
    fs::write(project.mine(), "fn main() { nothing_here() }").unwrap();
    watch.until("--> steps/mine/main.rs:1:13");
    watch.until("steps/mine does not compile; the last good build goes on");
    fs::write(project.mine(), solved()).unwrap();
    watch.until("3.1 is done");
    watch.until("press Enter to go on with 3.2");
    let mut keyboard = watch.process.stdin.take().unwrap();
    keyboard.write_all(b"\n").unwrap();
    watch.until("Exercise 2 of step 3");
    let pid = watch.process.id().to_string();
    let killed = std::process::Command::new("kill").arg(pid).status();
    assert!(killed.unwrap().success());
    assert!(watch.process.wait().unwrap().success());
}

#[test]
fn an_exercise_that_is_not_there_is_said_so() {
    let project = Project::new();
    let workshop = project.serve();
    for task in ["3.7", "3.0", "4.1"] {
        let form = format!("act=check&task={task}");
        assert_eq!(status(&post(&workshop.address, MINE, &form)), 404, "{task}");
    }
    assert!(matches!(
        status(&post(&workshop.address, MINE, "act=dance")),
        400 | 422
    ));
}

#[test]
fn too_many_readers_of_an_exercise_or_a_lab_are_told_so() {
    let project = Project::new();
    let mut workshop = project.serve();
    for page in [MINE, "/steps/3/lab"] {
        let mut readers: Vec<_> = (0..64).map(|_| Page::follow(&workshop, page)).collect();
        for reader in &mut readers {
            reader.until("200 OK");
        }
        let one_more = get(&workshop.address, &format!("{page}/events"));
        assert_eq!(status(&one_more), 503, "{page}");
        assert_eq!(status(&get(&workshop.address, "/steps/3")), 200);
    }
    // They are still there when it stops, and do not hold it.
    stop(&mut workshop);
}

/// Ends the workshop as Ctrl-C does, so that it ends the learner's program.
fn stop(workshop: &mut Running) {
    #[cfg(unix)]
    {
        workshop.terminate();
        assert!(workshop.process.wait().unwrap().success());
    }
}
