//! The command line, as somebody uses it who has never seen it. Observe: each wrong argument gets one sentence that
//! helps, and an exit status that is not 0.

use std::{
    io::Read,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use crate::{
    project::{Project, live},
    steps::STEPS,
};

/// What a command says to wrong arguments: one line, and a failure.
fn refused(project: &Project, arguments: &[&str]) -> String {
    let (worked, said) = project.run(arguments);
    assert!(!worked, "{arguments:?}: {said}");
    assert_eq!(said.lines().count(), 1, "{arguments:?}: {said}");
    assert!(said.starts_with("Error: "), "{arguments:?}: {said}");
    said
}

#[test]
fn each_wrong_argument_gets_one_sentence_that_helps() {
    let project = Project::new();
    let steps = format!("steps are 1 to {}", STEPS.len());
    for (step, words) in [
        (
            "33",
            format!("there is no step 33; {steps}, did you mean 3?"),
        ),
        ("-1", format!("there is no step -1; {steps}")),
        ("", format!("no step was named; {steps}")),
        (
            " 3\n\u{1b}[31m",
            format!(r"there is no step  3\n\u{{1b}}[31m; {steps}"),
        ),
    ] {
        let said = refused(&project, &["goto", step]);
        assert!(said.contains(&words), "{step}: {said}");
    }
    for (arguments, words) in [
        (&["goto"][..], "<STEP> is missing: cargo run -- goto <STEP>"),
        (&["check"], "<TASK> is missing: cargo run -- check"),
        (&["diff"], "<FROM> is missing: cargo run -- diff"),
        (&["export", ""], "a value is required for '<FOLDER>'"),
        (
            &["diff", "1"],
            "step 1 builds on no other; all of it is in steps/01/main.rs",
        ),
        (
            &["diagnose", "3", "x"],
            "'x' for '[LINE]': a line has a number, like 27",
        ),
        (
            &["diagnose", "3", "-1"],
            "'-1' for '[LINE]': a line has a number, like 27",
        ),
        (
            &["room", "--address", "home"],
            "'home' for '--address <ADDRESS>': an address has four numbers, like 192.168.1.20",
        ),
        (&["strat"], "there is no command strat; did you mean start?"),
        (&["\u{1b}[31m"], r"there is no command \u{1b}[31m"),
        (&["clearsessions", "all"], "unexpected argument 'all' found"),
        (&["watch", "33"], "there is no step 33"),
        (
            &["watch", "3.9"],
            "there is no exercise 3.9; step 3 has 3.1 and 3.2",
        ),
    ] {
        let said = refused(&project, arguments);
        assert!(said.contains(words), "{arguments:?}: {said}");
        assert!(!said.contains("try '--help'"), "{said}");
    }
}

#[test]
fn the_address_of_a_site_is_understood_as_it_is_typed() {
    let project = Project::new();
    let workshop = project.serve();
    let address = live(&workshop.address, 3);
    let host = address.trim_start_matches("http://");
    let port = host.rsplit(':').next().unwrap();
    for typed in [
        host,
        port,
        &format!("localhost:{port}"),
        &format!("{address}/"),
    ] {
        let (worked, said) = project.run(&["check", "3", typed]);
        assert!(
            worked && said.contains("7 hold, 0 missed"),
            "{typed}: {said}"
        );
    }
    for (typed, words) in [
        (
            "",
            "no address was given; one looks like http://127.0.0.1:8000",
        ),
        (
            "no address",
            "“no address” is no address; one looks like http://127.0.0.1:8000",
        ),
        ("localhost:99999", "“localhost:99999” is no address"),
        (
            "https://localhost:8000",
            "a site is asked over plain http; try http://localhost:8000",
        ),
        (
            "ftp://localhost",
            "a site is asked over plain http; try http://localhost",
        ),
        (
            "localhost:8000/catalog/",
            "an address has no path here; try http://localhost:8000",
        ),
        (
            "http://127.0.0.1:1",
            "nothing answers at http://127.0.0.1:1; is it running?",
        ),
    ] {
        let said = refused(&project, &["check", "3", typed]);
        assert!(said.contains(words), "{typed}: {said}");
    }
}

#[test]
#[ignore = "takes its time: cargo test -- --ignored"]
fn a_site_that_takes_a_request_and_never_answers_is_told() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let said = refused(&Project::new(), &["check", "3", &address]);
    assert!(
        said.contains(&format!(
            "http://{address} takes requests and does not answer"
        )),
        "{said}"
    );
}

#[test]
fn start_alone_lists_the_steps_and_diff_says_why_it_is_empty() {
    let project = Project::new();
    let (worked, said) = project.run(&["start"]);
    assert!(worked, "{said}");
    for step in STEPS {
        assert!(said.contains(step.title), "{}: {said}", step.title);
    }
    assert!(said.contains("cargo run -- start 3"), "{said}");
    assert_eq!(
        std::fs::read_to_string(project.mine()).unwrap(),
        crate::project::STUB
    );

    let (worked, said) = project.run(&["diff", "3", "3"]);
    assert!(
        worked && said == "step 3 was compared with itself, so nothing differs\n",
        "{said}"
    );
    // One step alone is compared with the one that it builds on.
    let alone = project.run(&["diff", "3"]);
    assert!(
        alone.0 && alone == project.run(&["diff", "2", "3"]),
        "{alone:?}"
    );
}

#[test]
fn progress_is_a_table_and_moving_on_says_where_one_is() {
    let project = Project::new();
    let (_, said) = project.run(&["progress"]);
    let columns = |line: &str| {
        (
            line.find("Step"),
            line.find("Minutes"),
            line.find("Exercises"),
        )
    };
    let head = said
        .lines()
        .find(|line| line.contains("Minutes"))
        .expect("a head");
    assert!(
        columns(head).1.is_some() && columns(head).2.is_some(),
        "{said}"
    );
    let line = said
        .lines()
        .find(|line| line.contains("Visit counter"))
        .unwrap();
    assert!(line.contains("30") && line.contains("0 of 2"), "{said}");
    let (_, said) = project.run(&["previous"]);
    assert!(said.contains("step 1 is the first"), "{said}");
    let (_, said) = project.run(&["next"]);
    assert!(said.contains("you are at step 2"), "{said}");
    let last = STEPS.len();
    project.run(&["goto", &last.to_string()]);
    let (_, said) = project.run(&["next"]);
    assert!(said.contains(&format!("step {last} is the last")), "{said}");
    let (_, said) = project.run(&["goto", "03"]);
    assert!(said.contains("you are at step 3"), "{said}");
    // A file from elsewhere may name a step that is not there.
    let file = project.0.path().join("progress.json");
    std::fs::write(&file, r#"{"current":99,"done":[]}"#).unwrap();
    let (_, said) = project.run(&["previous"]);
    let words = format!("you are at step {}", last - 1);
    assert!(said.contains(&words), "{said}");
}

#[test]
fn help_names_the_programs_of_the_steps() {
    let (worked, said) = Project::new().run(&["help"]);
    assert!(worked, "{said}");
    for words in [
        "cargo run --bin step3",
        &format!("step1 to step{}", STEPS.len()),
        "cargo run --bin mine",
    ] {
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn a_second_workshop_says_where_the_first_one_runs() {
    let project = Project::new();
    let first = project.serve();
    let port = first.address.rsplit(':').next().unwrap();
    let second = |port: &str| {
        let mut command = project.command(&[]);
        command.env("PORT", port);
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    let running = format!("the workshop is running already at {}", first.address);
    let said = second(port);
    // The ports just above belong to the steps of the workshop that runs.
    let number: u16 = port.parse().unwrap();
    let other = if number <= 65435 { number + 100 } else { 3100 };
    let running = format!("Error: {running}; PORT={other} cargo run starts another\n");
    assert_eq!(said, running);
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    thread::spawn(move || other.incoming().for_each(drop));
    assert!(second(&port).contains(&format!("port {port} is taken; try PORT=")));
}

/// Crates for Windows, for a feature that is off and for the tests may well be missing.
#[test]
fn the_doctor_asks_for_no_crate_that_a_build_does_not_need() {
    let project = Project::new();
    let doctor = |root: &Path| {
        let mut command = project.command(&["doctor"]);
        let output = command.env("LOCALLIBRARY_ROOT", root).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let said = doctor(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    assert!(said.contains("all that a build needs are here"), "{said}");
    let said = doctor(project.0.path());
    assert!(said.contains("cargo cannot read this project"), "{said}");
}

#[test]
fn the_doctor_looks_at_the_folder_of_the_database_and_not_at_the_current_one() {
    let project = Project::new();
    let folder = project.0.path();
    for (file, word, words) in [
        (
            folder.join("library.db"),
            "ok",
            "its folder can be written to",
        ),
        (
            folder.join("no such folder/library.db"),
            "look",
            "cannot be written to",
        ),
        (PathBuf::new(), "look", "LOCALLIBRARY_DB is set and empty"),
    ] {
        let mut command = project.command(&["doctor"]);
        let output = command.env("LOCALLIBRARY_DB", file).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let line = said.lines().find(|line| line.contains("database")).unwrap();
        assert!(line.starts_with(word) && line.contains(words), "{said}");
    }
}

/// What the doctor says about a port must not frighten somebody whose workshop runs there.
#[test]
fn the_doctor_knows_the_workshop_and_its_sites_by_their_answers() {
    let project = Project::new();
    let workshop = project.serve();
    let stranger = TcpListener::bind("127.0.0.1:0").unwrap();
    let other = stranger.local_addr().unwrap();
    thread::spawn(move || stranger.incoming().for_each(drop));
    for (address, word, words) in [
        (workshop.address.clone(), "ok", "the workshop runs there"),
        (
            live(&workshop.address, 3),
            "ok",
            "a LocalLibrary site runs there",
        ),
        (
            other.to_string(),
            "look",
            "another program has it; PORT=3100 cargo run takes another",
        ),
    ] {
        let port = address.rsplit(':').next().unwrap();
        let mut command = project.command(&["doctor"]);
        let output = command.env("PORT", port).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let mut lines = said.lines();
        let line = lines
            .find(|line| line.contains(&format!("port {port}")))
            .unwrap();
        assert!(line.starts_with(word) && line.ends_with(words), "{said}");
    }
}

#[test]
fn colours_are_there_when_asked_for_and_not_where_nobody_sees_them() {
    let project = Project::new();
    for arguments in [
        &["progress"][..],
        &["doctor"],
        &["diff", "2", "3"],
        &["help"],
        &["goto", "33"],
    ] {
        let said = |setting: &str| {
            let mut command = project.command(arguments);
            command.env("CLICOLOR_FORCE", "1").env(setting, "1");
            let output = command.output().unwrap();
            String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
        };
        assert!(said("CLICOLOR").contains('\u{1b}'), "{arguments:?}");
        assert!(!said("NO_COLOR").contains('\u{1b}'), "{arguments:?}");
        assert!(
            !project.run(arguments).1.contains('\u{1b}'),
            "{arguments:?}"
        );
    }
}

/// `cargo run -- diff 2 3 | head -1`
#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let project = Project::new();
    for arguments in [
        &["diff", "2", "8"][..],
        &["progress"],
        &["doctor"],
        &["diagnose", "3"],
    ] {
        let mut command: Command = project.command(arguments);
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(process.stdout.take());
        let mut said = String::new();
        process
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        assert!(
            process.wait().unwrap().success() && said.is_empty(),
            "{arguments:?}: {said}"
        );
    }
}

#[test]
fn a_watch_names_the_command_that_takes_another_port() {
    let project = Project::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut command = project.command(&["watch"]);
    let output = command.env("PORT", &port).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains(&format!("port {port} is taken; try PORT=")),
        "{said}"
    );
    assert!(
        said.contains("cargo run -- watch") && !output.status.success(),
        "{said}"
    );
    // A wrong exercise is told first: another port would not help.
    let mut command = project.command(&["watch", "33"]);
    let said = command.env("PORT", &port).output().unwrap().stderr;
    assert!(
        String::from_utf8(said)
            .unwrap()
            .contains("there is no step 33")
    );
}
