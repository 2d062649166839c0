//! The learner's own work. Observe: nothing of it is ever lost, and a check says in words what is missing.

use std::{
    collections::BTreeSet,
    fs,
    time::{Duration, SystemTime},
};

use crate::{
    process::status,
    project::{Project, STUB, get, live, post, solved, whole_project},
    steps::STEPS,
};

#[test]
fn starting_keeps_what_was_there() {
    let project = Project::new();
    let (worked, said) = project.run(&["start", "2"]);
    assert!(
        worked && !said.contains("backup"),
        "the stub needs no copy: {said}"
    );
    assert_eq!(fs::read_to_string(project.mine()).unwrap(), STEPS[1].source);
    let below_the_stub = format!("{STUB}// mine, third\n");
    let programs = [
        ("own", "// mine, first\r\n"),
        ("own", "// mine, second \u{fe0f}\n"),
        ("own", &below_the_stub),
        ("step2", STEPS[1].source),
    ];
    let mut kept = BTreeSet::new();
    for (began_as, words) in programs {
        fs::write(project.mine(), words).unwrap();
        let (worked, said) = project.run(&["start", "3"]);
        assert!(worked, "{said}");
        let name = said.lines().next().unwrap().rsplit('/').next().unwrap();
        // Like main.step2-2026-11-24-2145.rs; the third in one minute has a number more.
        assert!(name.starts_with(&format!("main.{began_as}-20")), "{said}");
        let copy = fs::read_to_string(project.mine().with_file_name(name)).unwrap();
        assert_eq!(copy, words);
        assert!(kept.insert(name.to_string()), "{name} was there already");
    }
    let workshop = project.serve();
    fs::write(project.mine(), "// mine, last").unwrap();
    assert_eq!(
        status(&post(&workshop.address, "/steps/5/mine", "act=start")),
        303
    );
    let folder = fs::read_dir(project.mine().parent().unwrap()).unwrap();
    let texts = folder.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    assert!(texts.into_iter().any(|text| text == "// mine, last"));
    assert_eq!(fs::read_to_string(project.mine()).unwrap(), STEPS[4].source);
}

#[test]
fn what_i_still_need_is_shown_line_by_line_and_nothing_has_to_be_undone() {
    let project = Project::new();
    project.run(&["start", "2"]);
    let workshop = project.serve();
    let needed = get(&workshop.address, "/steps/3/mine");
    assert!(
        needed.contains("What I still need") && needed.contains("NUM_VISITS"),
        "{needed}"
    );
    let solved = STEPS[1]
        .source
        .replace("mini", "maxi")
        .replace('\n', "\r\n");
    fs::write(project.mine(), solved).unwrap();
    assert!(!get(&workshop.address, "/steps/2/mine").contains("What I still need"));
    let exercise = get(&workshop.address, "/steps/2/mine");
    assert!(
        exercise.contains("What I have changed") && exercise.contains("<mark>maxi</mark>"),
        "{exercise}"
    );
}

#[test]
fn progress_is_kept_in_a_file_and_a_damaged_one_is_put_aside() {
    let project = Project::new();
    let workshop = project.serve();
    post(&workshop.address, "/continue", "step=1&seen=true");
    let (_, json) = project.run(&["progress", "--json"]);
    assert_eq!(
        json.trim(),
        format!(
            r#"{{"current":1,"done":[],"exercises":[],"looked_at":[1],"passed_as_it_is":[],"passed_at":{{}},"steps":{}}}"#,
            STEPS.len()
        )
    );
    for (command, place) in [("next", "> 2"), ("previous", "> 1"), ("previous", "> 1")] {
        let (worked, said) = project.run(&[command]);
        assert!(worked && said.contains(place), "{command}: {said}");
    }
    let (last, place) = (STEPS.len().to_string(), format!("> {}", STEPS.len()));
    for command in [&["goto", &last][..], &["next"]] {
        assert!(project.run(command).1.contains(&place), "{command:?}");
    }
    assert!(
        get(&workshop.address, "/").contains(&format!("of step {last}<")),
        "what a command has done is seen by the workshop that runs"
    );
    let file = project.0.path().join("progress.json");
    for damaged in ["", "{\"current\":", "[]", "\u{0}"] {
        fs::write(&file, damaged).unwrap();
        let (worked, said) = project.run(&["progress"]);
        assert!(
            worked && said.contains("progress begins anew") && said.contains("> 1"),
            "{said}"
        );
    }
    let kept = fs::read_to_string(project.0.path().join("progress.damaged-2.json")).unwrap();
    assert_eq!(kept, "{\"current\":");
}

#[test]
fn a_pass_has_its_time_on_the_page_and_in_the_terminal_and_a_file_from_before_has_none() {
    let project = Project::new();
    let file = project.0.path().join("progress.json");
    let kept = r#"{"current":3,"exercises":["3.1"]}"#;
    fs::write(&file, kept).unwrap();
    let workshop = project.serve();
    let page = || get(&workshop.address, "/steps/3/mine");
    assert!(page().contains("✓ done<"), "{}", page());
    let at = r#","passed_at":{"3.1":"2026-11-28T18:23:05Z"}}"#;
    fs::write(&file, kept.replacen("]}", &format!("]{at}"), 1)).unwrap();
    let when = "2026-11-28 18:23 UTC";
    assert!(
        page().contains(&format!("✓ done<span class=\"note\"> {when}<")),
        "{}",
        page()
    );
    let (_, said) = project.run(&["progress"]);
    let row = said.lines().find(|line| line.starts_with("> 3")).unwrap();
    assert!(row.ends_with(when) && row.contains("1 of 2"), "{said}");
    let (_, json) = project.run(&["progress", "--json"]);
    assert!(
        json.contains(r#""passed_at":{"3.1":"2026-11-28T18:23:05Z"}"#),
        "{json}"
    );
}

#[test]
fn the_doctor_says_what_there_is_and_names_no_folder() {
    let project = Project::new();
    let mut command = project.command(&["doctor"]);
    let output = command.env_remove("PORT").output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    for part in [
        "rustc",
        "crates",
        "disk",
        "port 8000",
        "port 3000",
        "pinned pages  all",
        "browser",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains(project.0.path().to_str().unwrap()), "{said}");
    fs::remove_file(project.0.path().join("snapshots/step3-first-visit.snap")).unwrap();
    assert!(
        project
            .run(&["doctor"])
            .1
            .contains("look  pinned pages  1 are missing")
    );
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
    let pinned = fs::read_to_string(project.0.path().join("snapshots/diff-02-03.snap")).unwrap();
    assert_eq!(changed(&said), changed(&pinned));
}

#[test]
#[ignore = "takes its time: cargo test -- --ignored"]
fn my_own_program_is_built_run_restarted_and_checked() {
    let project = whole_project();
    let workshop = project.serve();
    let address = &workshop.address;
    let check = |task: &str| {
        post(address, "/steps/3/mine", &format!("act=check&task={task}"));
        // The save itself may be noticed only now, and is then built once more.
        let pages = std::iter::repeat_with(|| get(address, "/steps/3/mine"));
        let is_done = |page: &String| !page.contains("Building …") && !page.contains("Checking ");
        pages.into_iter().find(is_done).unwrap()
    };

    post(address, "/steps/3/mine", "act=start");
    let held = check("3");
    assert!(held.contains("Step 3 holds."), "{held}");
    let missed = check("3.1");
    assert!(
        missed.contains("not yet.")
            && missed.contains("The count of visits should be 1; it is 0, one too few")
    );

    fs::write(
        project.mine(),
        STEPS[2]
            .source
            .replace("saturating_add(1)", "saturating_add(2)"),
    )
    .unwrap();
    let missed = check("3");
    assert!(missed.contains("The page as it should be"), "{missed}");
    assert!(
        missed
            .contains("<del>You have visited this page <mark>2</mark> <mark>times</mark>.\n</del>"),
        "{missed}"
    );
    assert!(
        missed
            .contains("<ins>You have visited this page <mark>1</mark> <mark>time</mark>.\n</ins>"),
        "{missed}"
    );

    fs::write(
        project.mine(),
        STEPS[2]
            .source
            .replace("Ok(page::layout", "Ok(page::lay_out"),
    )
    .unwrap();
    let broken = check("3");
    assert!(
        broken.contains("It does not compile yet.") && broken.contains("lay_out"),
        "{broken}"
    );
    for step in STEPS {
        assert!(get(&live(address, step.number), "/").contains("Local Library Home"));
    }

    fs::write(project.mine(), "fn main() { eprintln!(\"my own words\"); }").unwrap();
    assert!(check("3").contains("my own words"));
}

/// A file that is put back may be older than the build of what stood there in the meantime.
#[test]
#[ignore = "takes its time: cargo test -- --ignored"]
fn a_check_is_about_the_file_as_it_is_whatever_its_time_says() {
    let project = whole_project();
    let an_hour_ago = SystemTime::now() - Duration::from_secs(3600);
    for (step, holds) in [(2, true), (1, false), (2, true)] {
        fs::write(project.mine(), STEPS[step].source).unwrap();
        let file = fs::File::options().write(true).open(project.mine());
        file.unwrap().set_modified(an_hour_ago).unwrap();
        for command in [["check", "3", "--mine"], ["compare", "3", "--mine"]] {
            let (worked, said) = project.run(&command);
            assert_eq!(worked, holds, "{command:?} with step {}: {said}", step + 1);
        }
    }
}

#[test]
#[ignore = "takes its time: cargo test -- --ignored"]
fn a_pass_is_kept_with_its_program_and_names_what_comes_next() {
    let project = whole_project();
    project.run(&["start", "3"]);
    let (_, json) = project.run(&["progress", "--json"]);
    assert!(json.contains(r#""current":3"#), "{json}");
    let (worked, said) = project.run(&["check", "4.1", "--mine"]);
    let other = "steps/mine began as a copy of step 3, and this is about step 4";
    assert!(!worked && said.contains(other), "{said}");
    let (_, said) = project.run(&["compare", "3", "--mine"]);
    assert!(said.contains("All 8 pages"), "{said}");

    fs::write(project.mine(), solved()).unwrap();
    let (_, said) = project.run(&["compare", "3", "--mine"]);
    let advice = "An exercise changes pages on purpose";
    assert!(said.contains(advice), "{said}");
    let (worked, said) = project.run(&["check", "3.1", "--mine"]);
    let next = "\nnext is 3.2: cargo run -- watch 3.2\n";
    assert!(
        worked && said.contains("3.1 is done\n") && said.ends_with(next),
        "{said}"
    );
    let learnt = said.lines().rev().nth(1).unwrap();
    assert!(
        learnt.ends_with('.') && STEPS[2].slides.contains(learnt),
        "{said}"
    );
    let (_, json) = project.run(&["progress", "--json"]);
    assert!(json.contains(r#""passed_at":{"3.1":"20"#), "{json}");
    let (_, said) = project.run(&["progress"]);
    let passed = "steps/mine, as it is now, has passed 3.1";
    assert!(said.contains("1 of 2") && said.contains(passed), "{said}");
    let (_, said) = project.run(&["compare", "3", "--mine"]);
    let advice = "Your program has passed 3.1, so what belongs to that is as it should be";
    assert!(said.contains(advice), "{said}");

    // What an exercise changes is said before what the step itself misses.
    let other = solved().replace("typed.text.0)", "typed.text.0.replace('b', \"p\"))");
    fs::write(project.mine(), other).unwrap();
    assert!(project.run(&["check", "3.1", "--mine"]).0);
    let (worked, said) = project.run(&["check", "3", "--mine"]);
    let first = "Your program has passed 3.1, so what belongs to that is as it should be";
    assert!(!worked && said.starts_with(first), "{said}");

    fs::write(project.mine(), format!("{}// and on\n", solved())).unwrap();
    let (_, json) = project.run(&["progress", "--json"]);
    assert!(
        json.contains(r#""exercises":["3.1"],"looked_at":[3],"passed_as_it_is":[]"#),
        "{json}"
    );
}

#[test]
fn what_cargo_says_comes_without_its_colours() {
    let project = whole_project();
    fs::write(project.0.path().join("Cargo.toml"), "no manifest").unwrap();
    fs::write(project.mine(), STEPS[2].source).unwrap();
    let mut command = project.command(&["check", "3", "--mine"]);
    let output = command.env("CARGO_TERM_COLOR", "always").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("error: ") && !said.contains('\u{1b}'),
        "{said}"
    );
}
