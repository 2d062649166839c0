//! What a step consists of, held together: bin row, list entry, deck, tests, snapshots, length.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use crate::{
    steps::STEPS,
    support::{read, step},
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A step is read in one go; a library file nearly so.
const LONGEST_STEP: usize = 160;
const LONGEST_LIBRARY_FILE: usize = 300;

fn names(folder: &str) -> BTreeSet<String> {
    fs::read_dir(Path::new(ROOT).join(folder))
        .unwrap_or_else(|cause| panic!("{folder}: {cause}"))
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn steps_are_numbered_from_one_and_build_on_earlier_ones() {
    for (index, step) in STEPS.iter().enumerate() {
        assert_eq!(usize::from(step.number), index + 1);
        assert!(
            step.builds_on.is_none_or(|base| base < step.number),
            "step {}",
            step.number
        );
    }
}

#[test]
fn every_step_has_its_bin_row_source_and_tests() {
    let manifest = read("Cargo.toml");
    let test_crate = read("tests/steps/main.rs");
    for step in STEPS {
        let number = step.number;
        let row = format!("name = \"step{number}\"\npath = \"steps/{number:02}/main.rs\"");
        assert!(manifest.contains(&row), "no [[bin]] row for step {number}");
        assert!(
            test_crate.contains(&format!("mod step{number};")),
            "no tests for step {number}"
        );
        assert_eq!(step.source, read(format!("steps/{number:02}/main.rs")));
    }
    let folders = names("steps")
        .into_iter()
        .filter(|name| name.parse::<u8>().is_ok());
    assert_eq!(
        folders.count(),
        STEPS.len(),
        "a folder in steps/ is not in the list"
    );
}

#[test]
fn every_step_opens_with_its_number_its_command_and_what_is_new() {
    for step in STEPS {
        let (number, source) = (step.number, step.source);
        assert!(
            source.starts_with(&format!("//! Step {number}: ")),
            "step {number}"
        );
        assert!(
            source.contains(&format!("`cargo run --bin step{number}`")),
            "step {number}"
        );
        assert!(
            step.builds_on
                .is_none_or(|base| source.contains(&format!("New since step {base}")))
        );
        let cookie = format!("const COOKIE: &str = \"step{number}\";");
        assert!(
            number == 1 || source.contains(&cookie),
            "step {number} names its cookie after itself"
        );
    }
}

#[test]
fn every_step_says_bind_and_serve_alike() {
    for step in STEPS {
        assert!(
            step.source.ends_with("    serve(app).await\n}\n"),
            "step {}",
            step.number
        );
    }
}

/// Step 5 leaves `/my-car` behind, which has taught what it can by then, so that later steps show their own idea alone.
#[test]
fn the_car_is_in_steps_two_to_four_and_in_no_later_one() {
    for step in STEPS {
        assert_eq!(
            step.source.contains("my_car"),
            (2..=4).contains(&step.number),
            "step {}",
            step.number
        );
    }
}

/// Whoever copies a program gets the line with it, and may not notice it.
#[test]
fn no_program_that_is_read_as_an_example_switches_secure_off() {
    for step in STEPS {
        let programs = [step.source, step.diagnosis.source];
        for program in programs
            .iter()
            .filter(|program| program.contains("with_name"))
        {
            assert!(
                program.contains(".with_secure(secure_cookies())"),
                "step {}: {program}",
                step.number
            );
        }
    }
    for bench in ["rusqlite-store", "sqlx-store"] {
        let program = read(format!("benches/load/{bench}/src/main.rs"));
        assert!(!program.contains("with_secure(false)"), "{bench}");
    }
}

/// What a learner reads before the first step, beside all of them, and after the last: these belong to no step.
const TEXTS: [&str; 3] = ["00-rust-primer.md", "glossary.md", "take-it-home.md"];

#[test]
fn every_step_has_a_deck_of_its_number() {
    let (texts, decks): (Vec<_>, Vec<_>) = names("slides")
        .into_iter()
        .filter(|name| name.ends_with(".md"))
        .partition(|name| TEXTS.contains(&name.as_str()));
    assert_eq!(texts, TEXTS);
    for step in STEPS {
        let mine = decks
            .iter()
            .filter(|name| name.starts_with(&format!("{:02}-", step.number)));
        let mine: Vec<_> = mine.collect();
        assert_eq!(mine.len(), 1, "step {}: {mine:?}", step.number);
        assert_eq!(step.slides, read(format!("slides/{}", mine[0])));
    }
    assert_eq!(decks.len(), STEPS.len());
}

#[test]
fn every_snapshot_belongs_to_a_test() {
    let mut wanted = BTreeSet::new();
    for step in STEPS {
        for journey in step.journeys {
            let caption = format!("step{}-{}", step.number, journey.slug());
            wanted.insert(format!("{caption}-wire.snap"));
            wanted.insert(format!("{caption}.snap"));
        }
        let diff = step
            .builds_on
            .map(|base| format!("diff-{base:02}-{:02}.snap", step.number));
        wanted.extend(diff);
        wanted.insert(format!("diagnosis{}-wire.snap", step.number));
    }
    let pinned = names("snapshots")
        .into_iter()
        .filter(|name| !name.ends_with(".snap.new"))
        .collect();
    let odd: Vec<_> = wanted.symmetric_difference(&pinned).collect();
    assert!(odd.is_empty(), "missing, or of no journey: {odd:?}");
}

#[test]
fn a_fresh_clone_has_the_stub_of_the_learners_program() {
    let mut git = std::process::Command::new("git");
    let committed = git
        .args(["show", ":steps/mine/main.rs"])
        .current_dir(ROOT)
        .output();
    let committed = committed.ok().filter(|output| output.status.success());
    // Without git there is no commit to look at; a learner's own program is none of our business.
    let Some(committed) = committed else { return };
    assert_eq!(
        String::from_utf8_lossy(&committed.stdout),
        read("workshop/src/learner/stub.txt")
    );
}

#[test]
fn journeys_have_titles_of_their_own() {
    for step in STEPS {
        let titles: BTreeSet<_> = step.journeys.iter().map(|journey| journey.title).collect();
        assert_eq!(titles.len(), step.journeys.len(), "step {}", step.number);
    }
}

#[test]
fn no_file_is_longer_than_one_can_read() {
    for step in STEPS {
        let length = step.source.lines().count();
        assert!(
            length <= LONGEST_STEP,
            "step {} has {length} lines",
            step.number
        );
    }
    assert!(step(1).source.lines().count() <= 40);
    let mut folders = [
        "src",
        "sessions/src",
        "journey/src",
        "session-check/src",
        "workshop/src",
    ]
    .map(|folder| Path::new(ROOT).join(folder))
    .to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let length = fs::read_to_string(&path).unwrap().lines().count();
                assert!(
                    length <= LONGEST_LIBRARY_FILE,
                    "{}: {length} lines",
                    path.display()
                );
            }
        }
    }
}

/// `Cargo.toml` promises a compiler, and every dependency in `Cargo.lock` has to keep that promise on every platform.
#[test]
#[ignore = "asks for the packages of every platform: cargo test -- --ignored"]
fn no_dependency_needs_a_newer_compiler_than_promised() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1"])
        .current_dir(ROOT)
        .output()
        .expect("cargo can be run");
    assert!(output.status.success(), "{output:?}");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    // 1.89 and 1.89.0 are the same.
    let version = |text: &str| -> (u32, u32) {
        let mut parts = text.split('.').map(|part| part.parse().unwrap());
        (parts.next().unwrap(), parts.next().unwrap_or_default())
    };
    let promised = version(env!("CARGO_PKG_RUST_VERSION"));
    let packages = metadata["packages"].as_array().unwrap();
    let too_new: Vec<_> = packages
        .iter()
        .filter(|package| {
            package["rust_version"]
                .as_str()
                .is_some_and(|needed| version(needed) > promised)
        })
        .map(|package| {
            format!(
                "{} {} needs Rust {}",
                package["name"], package["version"], package["rust_version"]
            )
        })
        .collect();
    assert!(too_new.is_empty(), "{}", too_new.join("\n"));
}
