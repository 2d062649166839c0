//! The workshop itself. Observe: every page is there, and what goes wrong in one place stops no other.

use std::{fs, process::Command};

use locallibrary::Library;
use lossless_sessions::SqliteStore;
use rusqlite::Connection;

use crate::{
    process::{start, status},
    project::{Project, get, live, pages, post, values},
    steps::STEPS,
};

#[test]
fn every_page_has_one_title_headings_in_order_and_names_no_other_host() {
    let project = Project::new();
    let workshop = project.serve();
    let pages = pages(&workshop.address);
    // Lesson, My work, Code, Slides and the presenter's page for each.
    assert_eq!(pages.len(), 8 + 5 * STEPS.len());
    let ours = ["http://127.0.0.1", "http://www.w3.org/2000/svg"];
    for (path, page) in pages {
        assert_eq!(status(&page), 200, "{path}");
        let levels = page
            .split("<h")
            .skip(1)
            .filter_map(|rest| rest[..1].parse::<u8>().ok());
        // A page in a frame has headings of its own; they stand there escaped.
        let levels: Vec<_> = levels.collect();
        assert_eq!(
            levels.iter().filter(|level| **level == 1).count(),
            1,
            "{path}: {levels:?}"
        );
        assert_eq!(levels[0], 1, "{path}");
        assert!(
            levels.windows(2).all(|two| two[1] <= two[0] + 1),
            "{path}: {levels:?}"
        );
        assert!(
            !page.contains("style=\"") && !page.contains("<style"),
            "{path}"
        );
        assert!(
            page.contains("content-security-policy: default-src 'none'"),
            "{path}"
        );
        for attribute in ["href", "src", "action", "xmlns"] {
            for value in values(&page, attribute).filter(|value| value.contains("//")) {
                // A link to read on leads elsewhere when somebody follows it, and not before.
                if attribute == "href" && page.contains(&format!("<a href=\"{value}\"")) {
                    continue;
                }
                assert!(
                    ours.iter().any(|own| value.starts_with(own)),
                    "{path}: {value}"
                );
            }
        }
    }
}

#[test]
fn a_lesson_has_djangos_lines_beside_its_rust_and_a_switch_that_shows_them() {
    let project = Project::new();
    let workshop = project.serve();
    let page = get(&workshop.address, "/steps/3");
    assert!(
        page.contains("<input id=\"django\" type=\"checkbox\""),
        "{page}"
    );
    let shown = page.matches("<div class=\"twins\">").count();
    let rust = STEPS[2].slides.matches("```rust").count();
    assert_eq!(shown, rust);
    let (_, twin) = page.split_once("<figure class=\"django\">").unwrap();
    let (twin, _) = twin.split_once("</figure>").unwrap();
    assert!(twin.contains("num_visits"), "{twin}");
    // The whole program has the blocks of it that are the same, line by line.
    let code = get(&workshop.address, "/steps/3/code");
    assert!(
        code.matches("<figure class=\"django\">").count() >= 2,
        "{code}"
    );
    let listed = code.matches("<span id=\"L").count();
    assert_eq!(listed, STEPS[2].source.lines().count());
    // A slide shows none: it has no switch.
    assert!(!get(&workshop.address, "/steps/3/slides").contains("id=\"django\""));
}

#[test]
fn the_overview_draws_the_whole_path_with_a_link_to_each_step() {
    let project = Project::new();
    let workshop = project.serve();
    let page = get(&workshop.address, "/");
    let (_, path) = page.split_once("<nav class=\"path\"").unwrap();
    let (path, _) = path.split_once("</nav>").unwrap();
    for step in STEPS {
        let (number, title) = (step.number, step.title);
        let link = format!("<a href=\"/steps/{number}\"><title>Step {number}: {title}</title>");
        assert!(path.contains(&link), "{link}");
    }
    assert_eq!(path.matches("<a ").count(), STEPS.len());
}

#[test]
fn every_page_has_one_primary_button_at_most() {
    let project = Project::new();
    project.run(&["start", "3"]);
    let workshop = project.serve();
    post(&workshop.address, "/steps/3/predictions", "predicted=2");
    let mut pages = pages(&workshop.address);
    pages.insert("/steps/33".into(), get(&workshop.address, "/steps/33"));
    for (path, page) in pages {
        let primary = page.matches("primary\"").count();
        assert!(primary <= 1, "{path}: {primary}");
    }
}

#[test]
fn the_bar_has_four_places_three_links_and_the_one_button_that_goes_on() {
    let project = Project::new();
    let workshop = project.serve();
    for (path, page) in pages(&workshop.address) {
        let links = |class: &str| {
            let nav = page.split(&format!("<nav class=\"{class}\"")).nth(1)?;
            Some(nav.split("</nav>").next()?.matches("<a ").count())
        };
        if path.ends_with("/slides") || path.ends_with("/presenter") {
            continue; // They fill a projector, and have a bar of their own.
        }
        let places = path.starts_with("/steps/").then_some(4);
        assert_eq!((links("tabs"), links("more")), (places, Some(3)), "{path}");
        let bar = page.split("</header>").next().unwrap();
        assert_eq!(bar.matches("action=\"/continue\"").count(), 1, "{path}");
    }
}

#[test]
fn the_schedule_has_ten_steps_in_a_day_and_goes_on_the_next_morning() {
    let project = Project::new();
    let workshop = project.serve();
    let answer = post(&workshop.address, "/instructor", "start=09:30&anew=yes");
    assert_eq!(status(&answer), 303, "{answer}");
    let page = get(&workshop.address, "/instructor");
    let (first, second) = page.split_once("Day 2").unwrap();
    assert!(first.contains(">10. ") && !first.contains(">11. "));
    assert!(second.contains(">11. ") && second.contains("<td>09:30</td>"));
}

#[test]
fn breaks_and_lunch_are_moved_and_the_presenter_keeps_to_the_plan() {
    let project = Project::new();
    let (plan, rest) = ("start=10:00&breaks=2&break_minutes=20", "lunch_minutes=45");
    let form = |lunches: &str| format!("{plan}&lunches={lunches}&{rest}");
    {
        let workshop = project.serve();
        let send = |form: &str| post(&workshop.address, "/instructor", form);
        assert_eq!(status(&send(&form("4"))), 303);
        assert_eq!(status(&send(&(form("4") + "&shift=4 3"))), 303);
        let with = |right: &str, wrong: &str| form("4").replace(right, wrong);
        for (wrong, sentence) in [
            (
                with("lunches=4", "lunches=99"),
                "There is no step 99; steps are 1 to 13",
            ),
            (
                with("lunches=4", "lunches=2"),
                "After step 2 comes a break or lunch, not both.",
            ),
            (
                with("10:00", "25:00"),
                "“25:00” is no time of day; write it like 09:30.",
            ),
            (
                with("s=20", "s=0"),
                "A break takes 1 to 240 minutes, not “0”.",
            ),
        ] {
            let page = send(&wrong);
            assert!(status(&page) == 422 && page.contains(sentence), "{page}");
            assert!(page.contains("value=\"2\""), "what was typed stays");
        }
    }
    // Another day, another run of the workshop.
    let workshop = project.serve();
    let page = get(&workshop.address, "/instructor");
    let first = page.split("Day 2").next().unwrap();
    let after = |what: &str| {
        first
            .split(what)
            .next()
            .unwrap()
            .matches("/slides\"")
            .count()
    };
    assert_eq!((after("<td>Break</td>"), after("<td>Lunch</td>")), (2, 3));
    let minutes = |step: usize| {
        let deck = STEPS[step - 1].slides.split("minutes: ").nth(1).unwrap();
        deck.split('\n').next().unwrap().parse::<u32>().unwrap()
    };
    let begins = 600 + minutes(1) + minutes(2) + 20 + minutes(3) + 45;
    let presenter = get(&workshop.address, "/steps/4/presenter");
    assert!(
        presenter.contains(&format!("data-from=\"{begins}\"")),
        "{presenter}"
    );
}

#[test]
fn addresses_from_before_lead_to_where_their_content_is_now() {
    let project = Project::new();
    let workshop = project.serve();
    for (before, now) in [
        ("/schedule", "/instructor"),
        ("/steps/3/source", "/steps/3/code"),
        ("/steps/3/diff?from=1", "/steps/3/code"),
        ("/steps/3/pages", "/steps/3/code"),
        ("/steps/3/pages/second-visit", "/steps/3/code#second-visit"),
        ("/steps/3/replays", "/steps/3#replays"),
        ("/steps/3/replays/second-visit", "/steps/3#replays"),
        ("/steps/3/exercises/2", "/steps/3/mine#exercise-2"),
    ] {
        let answer = get(&workshop.address, before);
        assert!(
            answer.contains(&format!("location: {now}\r")),
            "{before}: {answer}"
        );
    }
    for nowhere in [
        "/steps/33/source",
        "/steps/3/pages/%0a",
        "/steps/3/exercises/x",
    ] {
        let status = status(&get(&workshop.address, nowhere));
        assert!(matches!(status, 400 | 404), "{nowhere}: {status}");
    }
}

#[test]
fn one_button_leads_through_lessons_and_exercises_and_only_exercises_make_a_step_done() {
    let project = Project::new();
    let workshop = project.serve();
    let words = |path: &str| {
        let page = get(&workshop.address, path);
        let form = page.split("action=\"/continue\"").nth(1).unwrap();
        let form = form.split("</form>").next().unwrap();
        let said = journey::lines(&format!("<body><p>{}", form.split_once('>').unwrap().1));
        said.concat().replace(" ,", ",")
    };
    let go_on = |form: &str, to: &str| {
        let answer = post(&workshop.address, "/continue", form);
        assert!(
            answer.contains(&format!("location: {to}\r")),
            "{form}: {answer}"
        );
    };
    assert_eq!(words("/"), "Begin: step 1, The index page");
    go_on("", "/steps/1");
    assert_eq!(words("/steps/1"), "Continue: exercise 1 of step 1");
    go_on("step=1&seen=true", "/steps/1/mine#exercise-1");
    assert_eq!(words("/"), "Continue: exercise 1 of step 1");
    assert_eq!(words("/steps/3/code"), "Continue: step 3, Visit counter");
    let (_, said) = project.run(&["progress"]);
    let first = said.lines().find(|line| line.starts_with("> 1")).unwrap();
    assert!(first.ends_with("looked at"), "{said}");

    fs::write(
        project.0.path().join("progress.json"),
        r#"{"current":1,"looked_at":[1],"exercises":["1.1"]}"#,
    )
    .unwrap();
    assert_eq!(words("/"), "Continue: step 2, Session dictionary");
    let home = get(&workshop.address, "/");
    assert_eq!(home.matches("<b class=\"good\">done</b>").count(), 1);
    // A step that is not there changes nothing.
    go_on("step=99&seen=true", "/steps/2");
}

#[test]
fn a_step_that_is_not_there_is_named_and_so_is_the_one_that_was_meant() {
    let project = Project::new();
    let workshop = project.serve();
    let page = get(&workshop.address, "/steps/33");
    assert_eq!(status(&page), 404);
    assert!(
        page.contains("did you mean 3?") && page.contains("href=\"/steps/7\""),
        "the sentence, and the header with the steps: {page}"
    );
    for wrong in ["start", "check"] {
        let (worked, said) = project.run(&[wrong, "33"]);
        assert!(
            !worked && said.contains("there is no step 33") && said.lines().count() == 1,
            "{said}"
        );
    }
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
        assert!(
            get(&address, "/").contains("Local Library Home"),
            "step {}",
            step.number
        );
    }
    assert_ne!(
        live(&workshop.address, 3),
        format!("http://{}", taken.local_addr().unwrap())
    );
}

#[test]
fn the_site_that_attacks_step_11_runs_beside_it_and_the_step_leads_there() {
    let project = Project::new();
    let workshop = project.serve();
    let attacks = get(&live(&workshop.address, 11), "/attacks");
    let mallorys =
        values(&attacks, "href").find_map(|link| Some(link.strip_suffix("/ask")?.to_string()));
    let mallorys = mallorys.expect("a link to Mallory's site");
    // She asks the step for its pages, wherever the step is.
    assert!(get(&mallorys, "/plant").contains("This is Mallory's site"));
    let asked = get(&mallorys, "/ask");
    assert!(
        asked.contains("303"),
        "nobody is signed in at the step: {asked}"
    );
}

#[test]
fn code_in_a_lesson_leads_to_its_line_in_the_source() {
    let project = Project::new();
    let workshop = project.serve();
    for step in STEPS {
        let page = get(&workshop.address, &format!("/steps/{}", step.number));
        let start = format!("/steps/{}/code#L", step.number);
        let lines: Vec<usize> = values(&page, "href")
            .filter_map(|link| link.strip_prefix(&start)?.parse().ok())
            .collect();
        assert!(!lines.is_empty(), "step {}", step.number);
        assert!(
            lines
                .iter()
                .all(|line| *line <= step.source.lines().count())
        );
    }
    let line = STEPS[2]
        .source
        .lines()
        .position(|line| line.contains("let num_visits"))
        .unwrap()
        + 1;
    assert!(get(&workshop.address, "/steps/3").contains(&format!("/steps/3/code#L{line}\"")));
}

#[cfg(unix)]
#[test]
fn a_file_opens_in_the_editor_at_its_line_or_its_path_is_shown() {
    use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

    let project = Project::new();
    let program = |name: &str, script: &str| {
        let path = project.0.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    };
    let said = project.0.path().join("said");
    let write = format!("echo \"$@\" > {}.new; mv {0}.new {0}", said.display());
    let (other, code) = (program("my-editor", &write), program("code", &write));
    let (broken, vim) = (program("broken", "exit 3"), program("vim", &write));
    let file = project
        .0
        .path()
        .join("steps/03/main.rs")
        .canonicalize()
        .unwrap();
    let open = |editor: &str| {
        let mut command = project.command(&[]);
        command.env("VISUAL", editor);
        post(
            &start(command).address,
            "/open",
            "file=steps/03/main.rs&line=12",
        )
    };
    let wanted = [
        (
            other.display().to_string(),
            format!("{}:12:1", file.display()),
        ),
        (
            format!("{} --wait", code.display()),
            format!("--wait --goto {}:12", file.display()),
        ),
    ];
    for (editor, wanted) in wanted {
        let answer = open(&editor);
        assert_eq!(status(&answer), 200, "{answer}");
        for _ in 0..100 {
            if said.exists() {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(fs::read_to_string(&said).unwrap().trim(), wanted);
        fs::remove_file(&said).unwrap();
    }
    for (editor, reason) in [
        (broken, "The editor broken could not open the file"),
        (vim, "The editor vim needs a terminal of its own"),
    ] {
        let answer = open(editor.to_str().unwrap());
        assert_eq!(status(&answer), 409, "{answer}");
        assert!(
            answer.contains(reason) && answer.contains(&format!("{}:12", file.display())),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn the_command_clearsessions_deletes_expired_rows_and_says_how_many() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let library = Library::open_file(&path).unwrap();
    let _store = SqliteStore::on(library.database()).unwrap();
    let insert = "insert into session (key, data, expires, created, saved, version, writer)
         values (randomblob(32), '{}', ?, unixepoch(), unixepoch(), 0, 0)";
    let connection = Connection::open(&path).unwrap();
    for expires in [1, 2, 4_000_000_000_i64] {
        connection.execute(insert, [expires]).unwrap();
    }
    for (expected, left) in [
        ("2 expired sessions deleted\n", 1),
        ("0 expired sessions deleted\n", 1),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_workshop"))
            .arg("clearsessions")
            .env("LOCALLIBRARY_DB", &path)
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
        assert!(output.status.success());
        assert_eq!(rows(&connection), left);
    }
}

fn rows(connection: &Connection) -> i64 {
    connection
        .query_row("select count(*) from session", [], |row| row.get(0))
        .unwrap()
}
