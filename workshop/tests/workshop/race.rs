//! The race of step 9. Observe: what a store does with saves that come too late, in the row, the count, the drawing and the
//! letters.

use crate::process::status;
use crate::project::{Project, get, post};

/// The race of a workshop, seen through the lesson's page.
struct Race<'a>(&'a str);

impl Race<'_> {
    fn press(&self, act: &str, store: &str, tabs: &str) -> String {
        let store = store.replace(' ', "+");
        post(
            self.0,
            "/steps/9/race",
            &format!("act={act}&store={store}&tabs={tabs}"),
        )
    }

    /// What the race says now, line by line.
    fn says(&self) -> Vec<String> {
        let page = get(self.0, "/steps/9");
        let part = page.split("data-part=\"race\">").nth(1).expect("a race");
        let part = part.split("<section").next().unwrap();
        journey::lines(&format!("<body>{part}"))
    }

    fn outcome(&self) -> String {
        self.says().swap_remove(0)
    }
}

/// The numbers in a text.
fn numbers(text: &str) -> Vec<usize> {
    let words = text.split(|c: char| !c.is_ascii_digit());
    words.filter_map(|word| word.parse().ok()).collect()
}

fn find<'a>(lines: &'a [String], words: &str) -> &'a str {
    let found = lines.iter().find(|line| line.contains(words));
    found.unwrap_or_else(|| panic!("{words} in {lines:#?}"))
}

#[test]
fn visits_are_lost_refused_or_counted_by_the_store() {
    let project = Project::new();
    let workshop = project.serve();
    let race = Race(&workshop.address);
    for (store, words) in [
        ("MemoryStore", "lost."),
        ("SqliteStore", "refused, and none lost unnoticed."),
        ("SqliteStore, run again", "none lost, none refused."),
    ] {
        let answer = race.press("race", store, "21");
        assert!(answer.contains("location: /steps/9#race\r"), "{answer}");
        let lines = race.says();
        assert!(lines[0].ends_with(words), "{store}: {lines:#?}");
        let outcome = numbers(&lines[0]);
        let (wanted, counted) = (outcome[0], outcome[1]);
        let missing: usize = outcome[2..].iter().sum();
        assert_eq!(
            [wanted, counted + missing],
            [21, 21],
            "{store}: {outcome:?}"
        );
        assert_eq!(
            missing == 0,
            store.ends_with("run again"),
            "{store}: {outcome:?}"
        );
        let row = format!("num_visits 1 → {}", counted + 1);
        find(&lines, &row);

        // The drawing's text says the same as the count.
        let tabs: Vec<_> = lines
            .iter()
            .filter(|line| line.contains("loads 1"))
            .collect();
        let ends = |words: &str| lines.iter().filter(|line| line.contains(words)).count();
        assert!(!tabs.is_empty(), "{lines:#?}");
        match store {
            "MemoryStore" => {
                // A save over a higher number loses more than one visit.
                let words = lines.join(", ");
                let over = words
                    .split(" of another tab")
                    .filter_map(|it| it.rsplit_once("saves "));
                let saved = over.map(|(_, saved)| numbers(saved));
                let lost = saved.filter(|it| it.len() == 2).map(|it| it[1] + 1 - it[0]);
                assert_eq!(lost.sum::<usize>(), missing, "{lines:#?}");
            }
            "SqliteStore" => assert_eq!(ends("is answered with an error"), missing, "{lines:#?}"),
            _ => {
                let letters = numbers(find(&lines, "The outbox:"));
                let again = lines.join(" ").matches("runs again").count() - 1;
                assert_eq!(
                    letters,
                    [22 + again, 22],
                    "one letter more for each second run"
                );
            }
        }
    }
}

#[test]
fn in_slow_motion_each_press_lets_exactly_the_next_call_go_on() {
    let project = Project::new();
    let workshop = project.serve();
    let race = Race(&workshop.address);
    const BOTH_LOAD: [&str; 3] = ["Tab 1 loads 1.", "Tab 2 loads 1.", "Tab 1 saves 2."];
    let stores: [(&str, &[&str]); 3] = [
        (
            "MemoryStore",
            &["Tab 2 saves 2 over the 2 of another tab. 2 wanted, 1 counted: 1 visit lost."],
        ),
        (
            "SqliteStore",
            &[
                "Tab 2 is refused, because the row has changed to 2. 2 wanted, 1 counted: 1 tab refused, and none lost \
                 unnoticed.",
            ],
        ),
        (
            "SqliteStore, run again",
            &[
                "Tab 2 is refused, because the row has changed to 2.",
                "Tab 2 runs again and loads 2.",
                "Tab 2 saves 3. 2 wanted, 2 counted: none lost, none refused.",
            ],
        ),
    ];
    for (store, ends) in stores {
        for (calls, words) in BOTH_LOAD.iter().chain(ends).enumerate() {
            race.press("next", store, "");
            let lines = race.says();
            assert!(lines[0].starts_with(words), "{store}: {lines:#?}");
            let said = lines.join(" ");
            let seen = ["loads ", "saves ", "is refused, "].map(|call| said.matches(call).count());
            // The last call stands in the sentence above the drawing as well.
            assert_eq!(seen.iter().sum::<usize>(), calls + 2, "{store}: {lines:#?}");
        }
    }
}

#[test]
fn a_race_ends_when_it_is_stopped_or_another_begins() {
    let project = Project::new();
    let workshop = project.serve();
    let race = Race(&workshop.address);
    race.press("stop", "MemoryStore", "21");
    assert!(race.outcome().ends_with("Nobody has raced yet."));
    for _ in 0..2 {
        race.press("next", "MemoryStore", "");
        assert!(race.outcome().starts_with("Tab 1 loads 1. Each tab waits"));
        race.press("stop", "MemoryStore", "");
        assert_eq!(race.outcome(), "Tab 1 loads 1. The race was stopped.");
    }
    race.press("next", "MemoryStore", "");
    race.press("race", "MemoryStore", "2");
    assert!(
        race.outcome().starts_with("2 wanted, "),
        "{}",
        race.outcome()
    );
    race.press("next", "SqliteStore", "");
    assert!(race.outcome().starts_with("Tab 1 loads 1."));
}

#[test]
fn a_race_that_cannot_be_is_refused_in_a_sentence() {
    let project = Project::new();
    let workshop = project.serve();
    let race = Race(&workshop.address);
    for tabs in ["1", "65", "", "many", "-3"] {
        let answer = race.press("race", "MemoryStore", tabs);
        assert_eq!(status(&answer), 422, "{tabs}: {answer}");
        assert!(answer.contains("2 to 64 tabs"), "{tabs}: {answer}");
    }
    let answer = race.press("race", "Redis", "2");
    assert_eq!(status(&answer), 422);
    assert!(answer.contains("MemoryStore; SqliteStore; "), "{answer}");
    let elsewhere = post(race.0, "/steps/3/race", "act=race&store=MemoryStore&tabs=2");
    assert_eq!(status(&elsewhere), 404);
}

#[test]
fn a_lesson_with_the_largest_race_is_no_large_page() {
    let project = Project::new();
    let workshop = project.serve();
    let race = Race(&workshop.address);
    race.press("race", "SqliteStore, run again", "64");
    assert!(race.outcome().starts_with("64 wanted, "));
    let page = get(race.0, "/steps/9");
    assert!(page.len() <= 60_000, "{} bytes", page.len());
}
