//! Room mode, and strangers on the local network. Observe: the room is all they reach, and it forgets them.

use std::{
    collections::BTreeSet,
    fs,
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    time::Duration,
};

use crate::{
    process::{Running, start, status},
    project::{Project, ask, ask_until_answered, get, pages, post, values},
    steps::STEPS,
};

const ROOM: [&str; 3] = ["room", "--address", "10.1.2.3"];

/// A workshop with a room.
struct WithRoom {
    workshop: Running,
    /// Where guests are, under the name that every machine has for itself.
    room: String,
    code: String,
    project: Project,
}

impl WithRoom {
    fn open() -> Self {
        let project = Project::new();
        let command = project.command(&ROOM);
        Self::start(project, command)
    }

    fn start(project: Project, command: Command) -> Self {
        let workshop = start(command);
        let page = get(&workshop.address, "/steps/3/room");
        let after = |words: &str| page.split(words).nth(1).unwrap().split('<').next().unwrap();
        let room = after("<strong>").replace("10.1.2.3", "127.0.0.1");
        let code = after("code-word\">").to_string();
        Self {
            workshop,
            room,
            code,
            project,
        }
    }

    fn present(&self, form: &str) {
        let answer = post(&self.workshop.address, "/steps/3/room", form);
        assert_eq!(status(&answer), 303, "{answer}");
    }

    /// The presenter's page.
    fn screen(&self) -> String {
        get(&self.workshop.address, "/steps/3/room")
    }

    /// A new guest's cookie.
    fn join(&self) -> String {
        let answer = post(&self.room, "/join", &format!("code={}", self.code));
        assert_eq!(status(&answer), 303, "{answer}");
        let cookie = answer.split("set-cookie: ").nth(1).unwrap();
        assert!(
            cookie.contains("; HttpOnly; SameSite=Strict; Path=/\r\n"),
            "{cookie}"
        );
        cookie.split(';').next().unwrap().to_string()
    }

    fn send(&self, path: &str, cookie: &str, form: &str) -> String {
        let head = format!(
            "POST {path} HTTP/1.1\nHost: HOST\nCookie: {cookie}\n\
             Content-Type: application/x-www-form-urlencoded\nContent-Length: {}",
            form.len()
        );
        ask(&self.room, &head, form.as_bytes())
    }

    fn see(&self, cookie: &str) -> String {
        ask(
            &self.room,
            &format!("GET / HTTP/1.1\nHost: HOST\nCookie: {cookie}"),
            b"",
        )
    }
}

#[test]
fn guests_answer_and_the_presenter_sees_bars_once_the_question_is_closed() {
    let it = WithRoom::open();
    let (ann, ben) = (it.join(), it.join());
    assert_ne!(ann, ben);
    assert!(it.see(&ann).contains("Nothing has been asked yet."));
    it.present("act=ask&choices=");
    let page = it.see(&ann);
    assert!(
        page.contains("Which number does the third page show?") && page.contains("Step 3: "),
        "{page}"
    );
    for (cookie, answer) in [(&ann, "3"), (&ben, "2"), (&ann, "2")] {
        let answer = it.send("/answer", cookie, &format!("question=1&answer={answer}"));
        assert_eq!(status(&answer), 303, "{answer}");
    }
    assert!(it.see(&ann).contains("Your answer: <strong>2</strong>"));
    let screen = it.screen();
    assert!(
        screen.contains("2 of 2") && !screen.contains("<progress"),
        "{screen}"
    );
    it.present("act=close");
    for page in [it.screen(), it.see(&ben)] {
        assert!(
            page.contains("<progress value=\"2\" max=\"2\" aria-label=\"2\">"),
            "{page}"
        );
    }
    let late = it.send("/answer", &ben, "question=1&answer=0");
    assert!(
        status(&late) == 409 && late.contains("This question is closed"),
        "{late}"
    );

    assert_eq!(
        status(&it.send("/passed", &ben, "step=3&exercise=1&passed=true")),
        303
    );
    assert!(
        it.screen()
            .contains("Exercise 1: <output id=\"passed-1\" data-fresh=\"1-2\">1 of 2")
    );
    it.present("act=empty");
    assert!(it.see(&ann).contains("Join the room"));
    assert!(!it.screen().contains(&it.code), "there is a new code");
}

#[test]
fn the_step_s_question_comes_with_its_answers_and_the_right_one_is_marked_when_it_is_revealed() {
    let it = WithRoom::open();
    let (ann, ben) = (it.join(), it.join());
    let button = "<button name=\"act\" value=\"begin\">Ask the room</button>";
    assert!(get(&it.workshop.address, "/steps/3/presenter").contains(button));
    it.present("act=begin");
    let page = it.see(&ann);
    let offered = ["0", "1", "2", "3"].map(|it| format!("value=\"{it}\""));
    assert!(offered.iter().all(|it| page.contains(it)), "{page}");
    assert!(!page.contains("Right:") && !page.contains("Replay:"));
    it.send("/answer", &ann, "question=1&answer=3");
    it.send("/answer", &ben, "question=1&answer=3");
    it.present("act=begin");
    assert!(
        it.screen().contains("2 of 2"),
        "it is the same question still"
    );
    it.present("act=close");
    let bar =
        |answer, count| format!("<progress value=\"{count}\" max=\"2\" aria-label=\"{answer}\">");
    for page in [it.screen(), it.see(&ann)] {
        let bars = [bar("0", 0), bar("1", 0), bar("2", 0), bar("3", 2)];
        assert!(bars.iter().all(|bar| page.contains(bar)), "{page}");
        assert!(!page.contains("✓ the answer"), "{page}");
    }
    it.present("act=reveal");
    for page in [it.screen(), it.see(&ann)] {
        let marked = "<tr class=\"right-answer\"><th scope=\"row\">2<";
        assert!(
            page.contains(marked) && page.matches("right-answer").count() == 1,
            "{page}"
        );
    }
    let screen = it.screen();
    assert_eq!(screen.matches("Play the replay that answers").count(), 1);
    assert!(screen.contains("value=\"third-visit\""));

    it.present("act=ask&question=Who+is+tired%3F&choices=I,not+I");
    let page = it.see(&ann);
    assert!(
        page.contains("Who is tired?") && page.contains("value=\"not I\""),
        "{page}"
    );
    it.present("act=close");
    assert!(!it.screen().contains("Mark the answer"), "nobody knows it");
}

#[test]
fn the_room_s_address_is_on_the_instructor_s_page_as_a_qr_code_and_in_letters() {
    let it = WithRoom::open();
    for page in [it.screen(), get(&it.workshop.address, "/instructor")] {
        let picture = page.split("<svg class=\"qr\"").nth(1).unwrap();
        let picture = picture.split("</svg>").next().unwrap();
        assert!(
            picture.contains("aria-label=\"QR code of http://10.1.2.3:"),
            "{page}"
        );
        assert!(
            picture.contains("<rect") && picture.contains("M4 4h1v1h-1z"),
            "{page}"
        );
        assert!(page.contains("<strong>http://10.1.2.3:"), "{page}");
    }
}

#[test]
fn without_the_command_there_is_no_room() {
    let project = Project::new();
    let workshop = project.serve();
    for answer in [
        get(&workshop.address, "/steps/3/room"),
        post(&workshop.address, "/steps/3/room", "act=ask"),
    ] {
        assert_eq!(status(&answer), 404);
        assert!(
            answer.contains("No room is open; cargo run -- room opens one."),
            "{answer}"
        );
    }
    assert!(!get(&workshop.address, "/steps/3/presenter").contains("/room"));
}

#[test]
fn nothing_of_the_workshop_is_reached_through_the_room() {
    let it = WithRoom::open();
    let guest = it.join();
    let mut addresses: BTreeSet<_> = pages(&it.workshop.address).into_keys().collect();
    assert!(addresses.remove("/") && addresses.len() > 5 * STEPS.len());
    addresses.extend(
        [
            "/steps/3/events",
            "/steps/3/room",
            "/steps/3/lab",
            "/continue",
            "/open",
            "/../Cargo.toml",
            "/static/../Cargo.toml",
            "/static/..%2fmain.rs",
            "/progress.json",
        ]
        .map(Into::into),
    );
    for address in addresses {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let head = format!(
                "{method} {address} HTTP/1.1\nHost: HOST\nCookie: {guest}\nContent-Length: 0"
            );
            let answer = ask(&it.room, &head, b"");
            assert!(
                matches!(status(&answer), 404 | 405),
                "{method} {address}: {answer}"
            );
        }
    }
    for page in [get(&it.room, "/"), it.see(&guest)] {
        for link in values(&page, "href")
            .chain(values(&page, "src"))
            .chain(values(&page, "action"))
        {
            let known = ["/", "/join", "/answer", "/passed", "#content"].contains(&link.as_str());
            assert!(known || link.starts_with("/static/"), "{link}");
        }
    }
}

#[test]
fn another_name_and_another_site_are_refused() {
    let it = WithRoom::open();
    let guest = it.join();
    let port = it.room.rsplit(':').next().unwrap();
    let strange = [
        "evil.example".to_string(),
        format!("evil.example:{port}"),
        format!("10.1.2.3.evil.example:{port}"),
        format!("10.1.2.4:{port}"),
        format!("0.0.0.0:{port}"),
        "10.1.2.3".into(),
        "10.1.2.3:80".into(),
        String::new(),
    ];
    for host in &strange {
        for head in [
            "GET / HTTP/1.1",
            "GET /static/room.js HTTP/1.1",
            "POST /join HTTP/1.1",
            "POST /answer HTTP/1.1",
            "POST /passed HTTP/1.1",
        ] {
            let answer = ask(
                &it.room,
                &format!("{head}\nHost: {host}\nCookie: {guest}\nContent-Length: 0"),
                b"",
            );
            assert!(
                matches!(status(&answer), 421 | 400),
                "{host} {head}: {answer}"
            );
            assert!(!answer.contains("<main"), "{host}");
        }
    }
    let two = ask(
        &it.room,
        "GET / HTTP/1.1\nHost: HOST\nHost: evil.example",
        b"",
    );
    assert!(matches!(status(&two), 421 | 400), "{two}");
    for host in [format!("10.1.2.3:{port}"), format!("localhost:{port}")] {
        assert_eq!(
            status(&ask(
                &it.room,
                &format!("GET / HTTP/1.1\nHost: {host}"),
                b""
            )),
            200,
            "{host}"
        );
    }

    it.present("act=ask&choices=");
    let workshop = &it.workshop.address;
    for foreign in [
        "Origin: http://evil.example",
        "Origin: null",
        &format!("Origin: {workshop}"),
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ] {
        for (path, form) in [
            ("/join", format!("code={}", it.code)),
            ("/answer", "question=1&answer=9".into()),
            ("/passed", "step=3&exercise=1&passed=true".into()),
        ] {
            let head = format!(
                "POST {path} HTTP/1.1\nHost: HOST\nCookie: {guest}\n{foreign}\nContent-Type: application/x-www-form-urlencoded\nContent-Length: {}",
                form.len()
            );
            assert_eq!(
                status(&ask(&it.room, &head, form.as_bytes())),
                403,
                "{foreign} {path}"
            );
        }
    }
    // The presenter's buttons are for the presenter's page alone: a page of the room cannot press them either.
    for origin in ["http://evil.example", "null", &it.room] {
        let head = "Host: HOST\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 9";
        let head = format!("POST /steps/3/room HTTP/1.1\n{head}\nOrigin: {origin}");
        let answer = ask(workshop, &head, b"act=empty");
        assert_eq!(status(&answer), 403, "{origin}");
    }
    let screen = it.screen();
    assert!(
        screen.contains("0 of 1") && !screen.contains("1 of 1"),
        "{screen}"
    );
}

#[test]
fn whoever_guesses_codes_or_plants_a_ticket_stays_outside() {
    let it = WithRoom::open();
    it.present("act=ask&choices=");
    for planted in [
        "room=",
        "room=x",
        "room=AAAAAAAAAAAAAAAAAAAAAA",
        "room=\"; room=%00",
        "other=1",
    ] {
        assert!(it.see(planted).contains("Join the room"), "{planted}");
        for (path, form) in [
            ("/answer", "question=1&answer=2"),
            ("/passed", "step=3&exercise=1&passed=true"),
        ] {
            assert_eq!(
                status(&it.send(path, planted, form)),
                403,
                "{planted} {path}"
            );
        }
    }
    let planted = it.send(
        "/join",
        "room=AAAAAAAAAAAAAAAAAAAAAA",
        &format!("code={}", it.code),
    );
    assert!(
        planted.contains("set-cookie: room=") && !planted.contains("room=AAAAAAA"),
        "{planted}"
    );
    let guest = it.join();
    let again = it.send("/join", &guest, "code=whatever");
    assert!(
        status(&again) == 303 && !again.contains("set-cookie"),
        "who is inside stays the same guest"
    );
    assert!(it.screen().contains("Guests: 2"));

    let guess = |number| post(&it.room, "/join", &format!("code=GUESS{number}"));
    let answers: Vec<_> = (0..12).map(guess).collect();
    for answer in &answers {
        let can_try_again = answer.contains("action=\"/join\"") && answer.contains("name=\"code\"");
        assert!(can_try_again, "{answer}");
    }
    let said = "This is not the room's code; the presenter shows it.";
    assert!(
        answers[0].replace("&#39;", "'").contains(said),
        "{}",
        answers[0]
    );
    assert!(
        answers[0].contains("value=\"GUESS0\""),
        "what was typed stays"
    );
    let guesses: Vec<_> = answers.iter().map(|answer| status(answer)).collect();
    assert_eq!((guesses[0], guesses[11]), (403, 429), "{guesses:?}");
    assert_eq!(
        status(&it.send("/answer", &guest, "question=1&answer=2")),
        303,
        "guests go on"
    );
}

#[test]
fn floods_and_forms_that_nobody_offers_change_nothing() {
    let it = WithRoom::open();
    let guest = it.join();
    it.present("act=ask&choices=0,1,2");
    let long = format!("question=1&answer={}", "a".repeat(101));
    for (path, form, expected) in [
        ("/answer", "question=1&answer=4", 422),
        ("/answer", long.as_str(), 422),
        ("/answer", "question=1&answer=%07", 422),
        ("/answer", "question=1&answer=%ff", 422),
        ("/answer", "question=-1&answer=2", 422),
        ("/answer", "question=2&answer=2", 409),
        ("/answer", "answer=2", 422),
        ("/answer", "", 422),
        ("/passed", "step=3&exercise=99&passed=true", 409),
        ("/passed", "step=4&exercise=1&passed=true", 409),
        ("/passed", "step=3&exercise=1&passed=maybe", 422),
        ("/join", "", 422),
    ] {
        let answer = it.send(path, &guest, form);
        assert_eq!(status(&answer), expected, "{path} {form}: {answer}");
        assert!(answer.contains("Go back to the room"), "{path} {form}");
    }
    let body = vec![b'a'; 10_000_000];
    for path in ["/join", "/answer", "/passed"] {
        let head = format!(
            "POST {path} HTTP/1.1\nHost: HOST\nCookie: {guest}\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 10000000"
        );
        let answer = ask_until_answered(&it.room, &head, &body);
        assert_eq!(status(&answer), 413, "{path}: {answer}");
    }
    let other = it.join();
    let flood: BTreeSet<_> = (0..50)
        .map(|_| status(&it.send("/answer", &other, "question=1&answer=2")))
        .collect();
    assert_eq!(flood, BTreeSet::from([303, 429]));
    let screen = it.screen();
    assert!(
        screen.contains("1 of 2") && !screen.contains("2 of 2"),
        "one answer, however often: {screen}"
    );

    it.present("act=ask&choices=");
    let script = "%3Cscript%3Ealert(1)%3C/script%3E";
    let third = it.join();
    it.send("/answer", &third, &format!("question=2&answer={script}"));
    it.present("act=close");
    for page in [it.screen(), it.see(&third)] {
        assert!(
            page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>alert"),
            "{page}"
        );
    }
    assert_eq!(
        status(&post(&it.workshop.address, "/steps/3/room", "act=explode")),
        422
    );
}

#[test]
#[ignore = "takes its time: cargo test -- --ignored"]
fn a_body_that_never_ends_is_given_up() {
    let it = WithRoom::open();
    let host = it.room.trim_start_matches("http://");
    let mut slow = TcpStream::connect(host).unwrap();
    write!(slow, "POST /join HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\nConnection: close\r\n\r\ncode").unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert_eq!(status(&answer), 408, "{answer}");
}

#[cfg(unix)]
#[test]
#[ignore = "takes its time: cargo test -- --ignored"]
fn a_flood_of_connections_does_not_reach_the_presenter() {
    let project = Project::new();
    let usual = project.command(&ROOM);
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 500 && exec \"$0\" \"$@\""]);
    command.arg(usual.get_program()).args(ROOM);
    for (name, value) in usual.get_envs() {
        match value {
            Some(value) => _ = command.env(name, value),
            None => _ = command.env_remove(name),
        }
    }
    let it = WithRoom::start(project, command);
    let host = it.room.trim_start_matches("http://");
    let flood: Vec<_> = (0..600)
        .map(|_| TcpStream::connect(host).unwrap())
        .collect();
    // An idle connection is closed after ten seconds; the presenter is not to wait for that.
    let host = it.workshop.address.trim_start_matches("http://");
    let mut presenter = TcpStream::connect(host).unwrap();
    let patience = Duration::from_secs(5);
    presenter.set_read_timeout(Some(patience)).unwrap();
    write!(
        presenter,
        "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    presenter.read_to_string(&mut answer).unwrap();
    assert_eq!(status(&answer), 200, "{answer}");
    drop(flood);
    assert!(it.see(&it.join()).contains("Nothing has been asked yet."));
}

#[test]
fn the_room_leaves_nothing_on_the_disk() {
    let it = WithRoom::open();
    let files = || {
        let found = fs::read_dir(it.project.0.path()).unwrap();
        let names = found.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names
            .filter(|name| !name.starts_with("library.db"))
            .collect::<BTreeSet<_>>()
    };
    let before = files();
    it.present("act=ask&choices=");
    let guest = it.join();
    it.send("/answer", &guest, "question=1&answer=a-word-of-a-guest");
    it.send("/passed", &guest, "step=3&exercise=1&passed=true");
    assert_eq!(files(), before);
    let database = fs::read(it.project.0.path().join("library.db")).unwrap();
    assert!(!String::from_utf8_lossy(&database).contains("a-word-of-a-guest"));
}
