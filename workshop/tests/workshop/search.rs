//! The search. Observe: it finds what is written anywhere here, says where, and shows what was typed as text.

use crate::{
    process::status,
    project::{Project, get, values},
};

#[test]
fn a_search_finds_lessons_exercises_notes_sources_the_glossary_and_the_api_at_their_place() {
    let project = Project::new();
    let workshop = project.serve();
    let ask = |question: &str| get(&workshop.address, &format!("/search?q={question}"));
    for (question, place) in [
        ("third+visit+reads", "/steps/3#the-third-visit"),
        ("ADD+button+%22Start+again%22", "/steps/3/mine#exercise-2"),
        ("count+hands+number", "/steps/3/presenter#slide-5"),
        ("num_visits.saturating_add", "/steps/3/code#L"),
        ("bearer+tok", "/glossary#bearer-token"),
        ("question+mark+exceptions", "/primer#the-question-mark"),
        ("setdefault", "/api#line-"),
        ("EXPIRY+browser+close", "/api#line-"),
    ] {
        let page = ask(question);
        let (_, results) = page.split_once("<main").unwrap();
        let links: Vec<_> = values(results, "href").collect();
        let link = links.iter().find(|link| link.starts_with(place));
        let link = link.unwrap_or_else(|| panic!("{question}: {links:?}"));
        assert!(results.contains("<mark>"), "{question}: {results}");
        let (path, anchor) = link.split_once('#').unwrap();
        let there = get(&workshop.address, path);
        assert_eq!(status(&there), 200, "{link}");
        assert!(there.contains(&format!("id=\"{anchor}\"")), "{link}");
    }
    // A heading comes first, and an answer is not given away.
    let page = ask("answer");
    let (_, first) = page.split_once("<ol class=\"results\">").unwrap();
    assert!(
        first.starts_with(
            "<li><a href=\"/steps/1#answer\"><mark>Answer</mark></a><p class=\"note\">Folded"
        ),
        "{first}"
    );
    // Nor is the replay that the presenter's notes name, or what they say is right.
    assert!(!ask("the-next-person").contains("/steps/13#predict"));
}

#[test]
fn a_search_in_vain_says_what_to_try_and_what_was_typed_is_text() {
    let project = Project::new();
    let workshop = project.serve();
    let ask = |question: &str| get(&workshop.address, &format!("/search{question}"));
    for nothing in ["", "?q=", "?q=a", "?q=%22%3C%3E"] {
        assert!(
            ask(nothing).contains("Type words of two letters or more"),
            "{nothing}"
        );
    }
    let hostile = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    let page = ask(&format!("?q={hostile}"));
    assert!(
        page.contains("Try fewer of them, or the beginning of one"),
        "{page}"
    );
    assert!(
        !page.contains("<script>") && page.contains("value=\"&quot;&gt;&lt;script&gt;"),
        "{page}"
    );
    let long = ask(&format!("?q={}", "cookie+".repeat(1000)));
    assert_eq!(status(&long), 200);
    assert!(long.len() < 60_000, "{}", long.len());
    assert_eq!(status(&ask("?q=%ff%fe")), 200);
}
