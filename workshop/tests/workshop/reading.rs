//! Reading a lesson. Observe: its contents lead to each section, and the one that somebody has reached is kept.

use std::{collections::BTreeSet, fs};

use crate::{
    process::status,
    project::{Project, get, post},
    steps::STEPS,
};

/// The parts of a lesson that its contents may lead to, with their headings.
fn listed(lesson: &str) -> Vec<(&str, &str)> {
    let (_, list) = lesson.split_once("<nav class=\"contents\"").unwrap();
    let (list, _) = list.split_once("</nav>").unwrap();
    let links = list.split("<a href=\"#").skip(1);
    links
        .map(|link| {
            let (anchor, rest) = link.split_once("\">").unwrap();
            (anchor, rest.split("</a>").next().unwrap())
        })
        .collect()
}

#[test]
fn the_contents_lead_to_each_section_of_a_lesson_in_order_and_no_lesson_is_large() {
    let project = Project::new();
    let workshop = project.serve();
    for step in STEPS {
        let page = get(&workshop.address, &format!("/steps/{}", step.number));
        assert!(page.len() <= 60_000, "{}: {}", step.number, page.len());
        let (_, text) = page.split_once("<div class=\"lesson opening\">").unwrap();
        let (_, before_list) = page.split_once("<main").unwrap();
        let sections = before_list.matches("<h2>").count();
        let links = listed(&page);
        assert_eq!(links.len(), sections, "step {}: {links:?}", step.number);
        let places = links.iter().map(|(anchor, heading)| {
            let place = text.find(&format!("id=\"{anchor}\""));
            let place = place.unwrap_or_else(|| panic!("step {}: no {anchor}", step.number));
            let rest = text[place..].split_once("<h2>").unwrap().1;
            assert!(rest.starts_with(heading), "step {}: {anchor}", step.number);
            place
        });
        let places: Vec<_> = places.collect();
        assert!(places.is_sorted(), "step {}: {links:?}", step.number);
    }
}

#[test]
fn the_section_that_was_reached_is_kept_and_continue_leads_there() {
    let project = Project::new();
    let file = project.0.path().join("progress.json");
    fs::write(
        &file,
        r#"{"current":3,"looked_at":[1,2],"exercises":["1.1","1.2","2.1","2.2"]}"#,
    )
    .unwrap();
    let workshop = project.serve();
    let go_on = "Go on at: ";
    assert!(!get(&workshop.address, "/steps/3").contains(go_on));
    let kept = post(&workshop.address, "/steps/3/reached", "section=trap");
    assert_eq!(status(&kept), 204, "{kept}");
    for unknown in ["section=hint-1", "section=%22%3E", ""] {
        let refused = post(&workshop.address, "/steps/3/reached", unknown);
        assert!((400..500).contains(&status(&refused)), "{refused}");
    }
    let lesson = get(&workshop.address, "/steps/3");
    assert!(
        lesson.contains("<a href=\"#trap\">Go on at: Trap</a>"),
        "{lesson}"
    );
    assert!(!get(&workshop.address, "/steps/4").contains(go_on));
    // A step that was begun goes on.
    let fresh = Project::new();
    let begun = fresh.serve();
    assert!(get(&begun.address, "/").contains("Begin: step 1"));
    post(&begun.address, "/steps/1/reached", "section=look");
    assert!(get(&begun.address, "/").contains("Continue: step 1"));
    let next = post(&workshop.address, "/continue", "");
    assert!(next.contains("location: /steps/3#trap"), "{next}");
    // What stood in the file of before still does.
    let kept = fs::read_to_string(file).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept["reached"], serde_json::json!({ "3": "trap" }));
    assert_eq!(kept["exercises"].as_array().unwrap().len(), 4);
}

/// A page without the folds that say what a terminal does.
fn outside_the_terminal(page: &str) -> String {
    let mut parts = page.split("<summary>In a terminal</summary>");
    let first = parts.next().unwrap().to_string();
    let rest = parts.map(|part| part.split_once("</details>").unwrap().1);
    first + &rest.collect::<String>()
}

#[test]
fn a_page_speaks_of_itself_and_folds_what_a_terminal_does() {
    let project = Project::new();
    let workshop = project.serve();
    for step in STEPS {
        for place in ["", "/mine"] {
            let path = format!("/steps/{}{place}", step.number);
            let page = get(&workshop.address, &path);
            let text = outside_the_terminal(&page);
            let commands = ["--bin mine", "-- start", "-- check", "-- diagnose"];
            for command in commands.map(|it| format!("cargo run {it}")) {
                assert!(!text.contains(&command), "{path}: {command}");
            }
            let run = format!("cargo run --bin step{}", step.number);
            assert!(!text.contains(&run), "{path}: {run}");
            assert!(!text.contains("rite the number down"), "{path}");
        }
        // Whoever has a terminal only finds the commands on the slides.
        let slides = get(&workshop.address, &format!("/steps/{}/slides", step.number));
        assert!(slides.contains(&format!("cargo run --bin step{}", step.number)));
    }
}

#[test]
fn a_button_that_a_lesson_names_is_one_of_its_lab_and_the_lab_has_no_other() {
    let project = Project::new();
    let workshop = project.serve();
    let mut named = 0;
    for step in STEPS {
        let page = get(&workshop.address, &format!("/steps/{}", step.number));
        let (_, server) = page.split_once("<form id=\"lab-server\"").unwrap();
        let (server, _) = server.split_once("</form>").unwrap();
        let buttons = |part: &str| -> BTreeSet<String> {
            let acts = part.split("name=\"act\" value=\"").skip(1);
            acts.map(|rest| rest.split("</button>").next().unwrap().to_string())
                .collect()
        };
        let texts: Vec<_> = page
            .split("<button class=\"named\" form=\"")
            .skip(1)
            .collect();
        let of = |form: &str| {
            let texts = texts.iter().filter(|text| text.starts_with(form));
            texts
                .flat_map(|text| {
                    buttons(
                        text.split_once("</button>")
                            .map_or("", |it| &text[..it.0.len() + 9]),
                    )
                })
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(of("lab-server"), buttons(server), "step {}", step.number);
        let (_, ann) = page.split_once("<form id=\"lab-Ann\"").unwrap();
        let ann = buttons(ann.split("</form>").next().unwrap());
        assert!(of("lab-Ann").is_subset(&ann), "step {}", step.number);
        named += texts.len();
    }
    assert!(named > 10, "{named}");
    // Without script, the lesson is shown again with what the button did.
    let pressed = post(&workshop.address, "/steps/3/lab", "act=restart");
    assert!(pressed.contains("location: /steps/3#lab"), "{pressed}");
}
