//! Every exercise. Observe: where it begins its check fails, and with the deck's solution it passes.

use std::{fs, path::PathBuf, process::Command};

use journey::{Exercise, Journey, Program, Site, Step};
use locallibrary::Library;

use crate::{
    binary::binary,
    steps::STEPS,
    support::{read, site},
};

/// The solution of each exercise of a deck: the diffs between one "Your turn" and the next.
fn solutions(deck: &str) -> Vec<String> {
    let mut solutions: Vec<String> = Vec::new();
    for slide in deck.split("\n---\n") {
        if slide.contains("## Your turn") {
            solutions.push(String::new());
        }
        if slide.contains("## Solution") {
            let diff = slide
                .split("```diff\n")
                .nth(1)
                .and_then(|rest| rest.split("\n```").next());
            let solution = solutions
                .last_mut()
                .expect("an exercise before its solution");
            solution.push_str(diff.expect("a solution is a diff"));
            solution.push_str("\n\n");
        }
    }
    solutions
}

/// Applies a diff as a reader does: each part, up to a blank line, stands where its kept or removed lines stand.
/// A part that only adds is a new function; it goes before `main`.
fn apply(source: &str, diff: &str) -> String {
    let mut lines: Vec<String> = source.lines().map(str::to_string).collect();
    for part in diff.replace("\n+\n", "\n+ \n").split("\n\n") {
        let part: Vec<_> = part.lines().filter(|line| !line.is_empty()).collect();
        let Some(known) = part.iter().find_map(|line| line.strip_prefix([' ', '-'])) else {
            let main = lines
                .iter()
                .position(|line| line == "#[tokio::main]")
                .unwrap();
            let added = part
                .iter()
                .map(|line| line[1..].to_string())
                .chain([String::new()]);
            lines.splice(main..main, added);
            continue;
        };
        let mut at = lines
            .iter()
            .position(|line| line.trim() == known.trim())
            .unwrap_or_else(|| panic!("no such line: {known}"));
        for line in part {
            match line.split_at(1) {
                ("+", new) => {
                    lines.insert(at, new.to_string());
                    at += 1;
                }
                ("-", _) => drop(lines.remove(at)),
                _ => at += 1,
            }
        }
    }
    lines.join("\n") + "\n"
}

/// Whether everything holds that the exercise asks for; else the first thing that does not.
async fn check(exercise: &Exercise, site: &mut dyn Site, source: &str) -> Result<(), String> {
    let dense = |text: &str| text.split_whitespace().collect::<String>();
    for part in exercise.source {
        if !dense(source).contains(&dense(part)) {
            return Err(format!("the source has no {part}"));
        }
    }
    for journey in exercise.journeys {
        holds(journey, site).await?;
    }
    Ok(())
}

async fn holds(journey: &Journey, site: &mut dyn Site) -> Result<(), String> {
    let seen = journey.run(site).await.map_err(|cause| cause.to_string())?;
    let missed = journey
        .expects
        .iter()
        .find_map(|expect| expect.check(&seen).err());
    missed.map_or(Ok(()), |missed| {
        Err(format!("{}: {}", journey.title, missed))
    })
}

#[tokio::test]
async fn every_step_holds_what_its_journeys_expect() {
    for step in STEPS {
        for journey in step.journeys {
            assert!(
                !journey.expects.is_empty(),
                "step {}: {}",
                step.number,
                journey.title
            );
            let held = holds(journey, &mut site(step.number).await).await;
            assert_eq!(held, Ok(()), "step {}", step.number);
        }
    }
}

#[test]
fn every_your_turn_has_its_check_and_its_solution() {
    for step in STEPS {
        assert_eq!(
            solutions(step.slides).len(),
            step.exercises.len(),
            "step {}",
            step.number
        );
    }
}

#[tokio::test]
async fn every_exercise_begins_undone() {
    for step in STEPS {
        for exercise in step.exercises {
            let library = Library::in_memory().unwrap();
            let mut start = step.site(library).unwrap();
            let checked = check(exercise, &mut start, step.source).await;
            assert!(
                checked.is_err(),
                "step {} is done before it is begun",
                step.number
            );
        }
    }
}

/// A package of the solutions, each a binary, with the dependencies of this one.
fn package() -> (PathBuf, Vec<(&'static Step, usize, String)>) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("solutions");
    fs::create_dir_all(&folder).unwrap();
    let (before, dependencies) = ours()
        .split_once("[dependencies]")
        .map(|(a, b)| (a.to_string(), b.to_string()))
        .unwrap();
    assert!(before.contains("resolver = \"1\""));
    let dependencies = dependencies
        .split("[build-dependencies]")
        .next()
        .unwrap()
        .to_string();
    let profile = ours()
        .split_once("[profile.dev]")
        .unwrap()
        .1
        .split("[profile.release]")
        .next()
        .unwrap()
        .to_string();
    let mut manifest = format!(
        "[workspace]\n[package]\nname = \"solutions\"\nedition = \"2024\"\nresolver = \"1\"\n\
         [dependencies]\nlocallibrary = {{ path = {:?} }}{dependencies}\n[profile.dev]{profile}\n",
        env!("CARGO_MANIFEST_DIR")
    );
    let mut all = Vec::new();
    for step in STEPS {
        for (number, diff) in (1..).zip(solutions(step.slides)) {
            let (name, source) = (
                format!("solution-{}-{number}", step.number),
                apply(step.source, &diff),
            );
            let file = folder.join(format!("{name}.rs"));
            // An unchanged file keeps its time, so cargo does not build it again.
            if fs::read_to_string(&file).ok().as_deref() != Some(&source) {
                fs::write(&file, &source).unwrap();
            }
            manifest += &format!("[[bin]]\nname = {name:?}\npath = \"{name}.rs\"\n");
            all.push((step, number, source));
        }
    }
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy(
        concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"),
        folder.join("Cargo.lock"),
    )
    .unwrap();
    (folder, all)
}

fn ours() -> String {
    read("Cargo.toml")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_solution_passes_the_check_of_its_exercise() {
    let (folder, solutions) = package();
    let target = PathBuf::from(binary(1))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_path_buf();
    let built = Command::new(env!("CARGO"))
        .args(["build", "--offline", "--quiet"])
        .env("CARGO_TARGET_DIR", &target)
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    for (step, number, source) in solutions {
        let program = target.join(format!("debug/solution-{}-{number}", step.number));
        let mut site = Program::start(program).await.unwrap();
        let checked = check(&step.exercises[number - 1], &mut site, &source).await;
        assert_eq!(checked, Ok(()), "exercise {number} of step {}", step.number);
    }
}
