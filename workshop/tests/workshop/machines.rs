//! The processes of step 10. Observe: which of them answered, and that a visitor goes on being counted when one is killed.

use std::collections::BTreeSet;

use crate::process::status;
use crate::project::{Project, get, post};

/// The lab of step 10, seen through the lesson's page.
struct Lab<'a>(&'a str);

impl Lab<'_> {
    fn press(&self, act: &str) {
        let pressed = post(self.0, "/steps/10/lab", &format!("act={act}&name=Ann"));
        assert_eq!(status(&pressed), 303, "{act}: {pressed}");
    }

    /// Ann opens the home page twice; the processes that answered, and what was counted last.
    fn two_visits(&self) -> (BTreeSet<String>, String) {
        self.press("reload");
        self.press("reload");
        let page = self.page();
        let events = page.split("<li class=\"event\"").skip(1).take(2);
        let answered = events.map(|event| {
            assert!(event.contains(">Ann<"), "{event}");
            let (_, process) = event.split_once(">process ").expect("a process");
            process.split('<').next().unwrap().to_string()
        });
        let rows = page.split("<tbody>").nth(1).unwrap_or_default();
        (
            answered.collect(),
            journey::lines(&format!("<body><table>{rows}")).join(" "),
        )
    }

    fn page(&self) -> String {
        get(self.0, "/steps/10")
    }
}

#[test]
fn a_killed_process_costs_no_visit_and_another_takes_its_place() {
    let project = Project::new();
    let workshop = project.serve();
    let lab = Lab(&workshop.address);
    assert!(
        lab.page().contains("No process runs"),
        "nobody has come yet"
    );
    let (both, rows) = lab.two_visits();
    assert_eq!(both.len(), 2, "{both:?}");
    assert!(rows.contains("num_visits 1 → 2"), "{rows}");

    lab.press("kill");
    let (left, rows) = lab.two_visits();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(left.is_subset(&both), "{left:?} of {both:?}");
    assert!(rows.contains("num_visits 3 → 4"), "{rows}");
    let one = left.first().unwrap();
    assert!(
        lab.page()
            .contains(&format!("Process {one} answers every request."))
    );

    lab.press("bring-back");
    let (again, rows) = lab.two_visits();
    assert!(
        again.len() == 2 && again != both && again.is_superset(&left),
        "{again:?}"
    );
    assert!(rows.contains("num_visits 5 → 6"), "{rows}");

    // With no process left a sentence says so, and the sessions are still there.
    lab.press("kill");
    lab.press("kill");
    lab.press("reload");
    let page = lab.page();
    assert!(page.contains("Ann opened /: 503"), "{page}");
    lab.press("bring-back");
    assert!(lab.two_visits().1.contains("num_visits 7 → 8"));
    assert!(page.contains("in the site’s SQLite file"));
}

#[test]
fn only_a_step_of_several_processes_has_one_to_kill() {
    let project = Project::new();
    let workshop = project.serve();
    for act in ["kill", "bring-back"] {
        let answer = post(
            &workshop.address,
            "/steps/3/lab",
            &format!("act={act}&name="),
        );
        assert_eq!(status(&answer), 404, "{act}");
    }
}
