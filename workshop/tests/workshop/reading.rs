//! Reading a lesson. Observe: its contents lead to each section, and the one that somebody has reached is kept.

use std::fs;

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
    let next = post(&workshop.address, "/continue", "");
    assert!(next.contains("location: /steps/3#trap"), "{next}");
    // What stood in the file of before still does.
    let kept = fs::read_to_string(file).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept["reached"], serde_json::json!({ "3": "trap" }));
    assert_eq!(kept["exercises"].as_array().unwrap().len(), 4);
}
