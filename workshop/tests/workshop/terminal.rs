//! What the terminal shows. Observe: the difference of two pages in words and in colour, and a program to be diagnosed.

use std::{fs, process::Command, thread, time::Duration};

use crate::{
    project::{Project, whole_project},
    steps::STEPS,
};

#[test]
fn the_pages_of_a_step_are_compared_with_the_pinned_ones() {
    let project = Project::new();
    let (worked, said) = project.run(&["compare", "3"]);
    assert!(
        worked && said.contains("All 8 pages of step 3 are as pinned."),
        "{said}"
    );
    let pinned = project.0.path().join("snapshots/step3-second-visit.snap");
    let page = fs::read_to_string(&pinned).unwrap();
    fs::write(
        &pinned,
        page.replace("this page 1 time.", "this page 4 times."),
    )
    .unwrap();
    let (worked, said) = project.run(&["compare", "3"]);
    assert!(
        !worked && !said.contains('\u{1b}'),
        "no terminal, no colours: {said:?}"
    );
    for words in [
        "pinned  <p>You have visited this page 4 times.</p>",
        "now     <p>You have visited this page 1 time.</p>",
        "1 instead of 4: 3 too few",
        "step3-second-visit.snap:29",
        "One file of step 3 differ",
        "leave them as they are",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let coloured = |setting: &str| {
        let mut command = project.command(&["compare", "3"]);
        command.env("CLICOLOR_FORCE", "1").env(setting, "1");
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let marked = "\u{1b}[1m\u{1b}[4m\u{1b}[32m1\u{1b}[0m";
    assert!(
        coloured("CLICOLOR").contains(marked),
        "{:?}",
        coloured("CLICOLOR")
    );
    assert!(!coloured("NO_COLOR").contains('\u{1b}'));
}

#[test]
#[ignore = "takes its time: cargo test -- --ignored"]
fn my_copy_is_compared_when_it_is_one_of_that_step() {
    let project = whole_project();
    let (worked, said) = project.run(&["compare", "3", "--mine"]);
    assert!(
        !worked && said.contains("steps/mine is no copy of step 3"),
        "{said}"
    );
    let greeting = STEPS[2].source.replace("Welcome. Every", "Welcome! Every");
    fs::write(project.mine(), greeting).unwrap();
    let (worked, said) = project.run(&["compare", "3", "--mine"]);
    assert!(
        !worked && said.contains("now     <p>Welcome! Every book here"),
        "{said}"
    );
    assert!(
        said.contains("step3-first-visit.snap:20, and 6 more places"),
        "{said}"
    );
    fs::write(project.mine(), STEPS[2].source).unwrap();
    let (worked, said) = project.run(&["compare", "3", "--mine"]);
    assert!(
        worked && said.contains("All 8 pages of step 3 are as pinned."),
        "{said}"
    );
}

#[test]
fn a_broken_program_is_shown_with_its_wire_and_an_answer_is_judged() {
    let project = Project::new();
    for step in STEPS {
        let number = step.number.to_string();
        let (worked, said) = project.run(&["diagnose", &number]);
        assert!(worked, "{said}");
        for (number, line) in (1..).zip(step.diagnosis.source.lines()) {
            assert!(said.contains(&format!("{number:>4}  {line}")), "{said}");
        }
        assert!(said.contains(step.diagnosis.symptom), "{said}");
        assert!(said.contains("Ann's browser: "), "{said}");
        let line = step.diagnosis.line();
        let (worked, said) = project.run(&["diagnose", &number, &line.to_string()]);
        let right = said.contains(step.diagnosis.why) && said.contains(step.diagnosis.right);
        assert!(worked && right, "{said}");
        let (worked, said) = project.run(&["diagnose", &number, &(line - 1).to_string()]);
        assert!(!worked && said.contains("is not to blame."), "{said}");
        assert!(!said.contains(step.diagnosis.wrong), "{said}");
    }
    let (worked, said) = project.run(&["diagnose", "3", "999"]);
    assert!(
        !worked && said.contains("there is no line 999") && said.lines().count() == 1,
        "{said}"
    );
}

/// A temporary folder belongs to the command, and goes with it.
#[cfg(unix)]
#[test]
fn a_command_whose_terminal_is_closed_leaves_no_temporary_folder() {
    if crate::hangup::is_ignored() {
        println!("skipped: these tests were started with nohup");
        return;
    }
    let project = Project::new();
    let temporary = tempfile::tempdir().unwrap();
    let is_empty = || fs::read_dir(temporary.path()).unwrap().next().is_none();
    let mut export = project.command(&["export", "out"]);
    export
        .env("TMPDIR", temporary.path())
        .current_dir(project.0.path());
    let mut process = export.spawn().unwrap();
    while is_empty() {
        assert_eq!(process.try_wait().unwrap(), None, "it has ended");
        thread::sleep(Duration::from_millis(2));
    }
    let mut kill = Command::new("kill");
    kill.args(["-s", "HUP", &process.id().to_string()]);
    assert!(kill.status().unwrap().success());
    assert!(!process.wait().unwrap().success());
    assert!(is_empty(), "{:?}", fs::read_dir(temporary.path()).unwrap());
}

#[cfg(target_os = "linux")]
#[test]
fn a_command_whose_output_and_log_are_refused_does_its_work() {
    let project = Project::new();
    let full = || fs::File::options().write(true).open("/dev/full").unwrap();
    for arguments in [&["diff", "2", "3"][..], &["diff", "3", "3"], &["progress"]] {
        // Progress that cannot be read is put aside, which is told in the log.
        fs::write(project.0.path().join("progress.json"), "damaged").unwrap();
        let mut command = project.command(arguments);
        let ended = command.stdout(full()).stderr(full()).status().unwrap();
        assert!(ended.success(), "{arguments:?}: {ended}");
    }
}
