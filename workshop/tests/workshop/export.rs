//! The workshop as files. Observe: every link leads to a file, nothing needs a server, and nothing is overwritten.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use scraper::{Html, Selector};

use crate::{
    project::{Project, STUB},
    steps::STEPS,
};

/// Every file below a folder, by its path.
fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path.clone(), fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

/// A page that was written, and the pages in its frames.
fn with_frames(page: &str) -> Vec<Html> {
    let page = Html::parse_document(page);
    let frames = attributes(&page, "srcdoc").into_iter();
    let frames: Vec<_> = frames.map(|inner| Html::parse_document(&inner)).collect();
    [page].into_iter().chain(frames).collect()
}

/// What an attribute says, wherever the page has it.
fn attributes(page: &Html, name: &str) -> Vec<String> {
    let selector = Selector::parse(&format!("[{name}]")).unwrap();
    let found = page.select(&selector);
    found.map(|it| it.attr(name).unwrap().to_string()).collect()
}

/// Where the links lead that an exported page and its frames have.
fn links(path: &Path, text: &str) -> Vec<PathBuf> {
    let mut links = Vec::new();
    let pages = with_frames(text);
    for page in &pages {
        for live in ["action", "data-live", "data-events", "data-stream"] {
            assert_eq!(
                attributes(page, live),
                [""; 0],
                "{} still has {live}",
                path.display()
            );
        }
        for link in ["href", "src"]
            .iter()
            .flat_map(|name| attributes(page, name))
        {
            if link.starts_with("https://") {
                continue; // A reader may follow it; no page loads it, as the browser's tests show.
            }
            assert!(
                !link.starts_with('/') && !link.contains("://"),
                "{}: {link}",
                path.display()
            );
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = match file {
                "" => path.to_path_buf(),
                file => normal(&path.parent().unwrap().join(file)),
            };
            links.push(target.join(format!("#{anchor}")));
        }
    }
    links
}

#[test]
#[ignore = "takes its time: cargo test -- --ignored"]
fn every_link_of_an_exported_page_leads_to_a_file_and_to_a_place_in_it() {
    let project = Project::new();
    fs::write(project.mine(), "fn main() { /* my own secret */ }").unwrap();
    project.run(&["next"]);
    let folder = project.0.path().join("out/workshop");
    fs::create_dir_all(&folder).unwrap();
    let (worked, said) = project.run(&["export", folder.to_str().unwrap()]);
    assert!(worked, "{said}");
    assert!(said.ends_with("out/workshop/index.html\n"), "{said}");
    let files = files(&folder);
    let pages = files
        .iter()
        .filter(|(path, _)| path.extension().is_some_and(|ending| ending == "html"));
    let mut seen = 0;
    for (path, page) in pages {
        let name = path.display();
        assert!(
            !page.contains("type=\"module\"")
                && !page.contains("my own secret")
                && !page.contains(", done"),
            "{name}"
        );
        for link in links(path, page) {
            let anchor = link
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .trim_start_matches('#');
            let there = files
                .get(link.parent().unwrap())
                .unwrap_or_else(|| panic!("{name}: {}", link.display()));
            let is_there = anchor.is_empty() || there.contains(&format!("id=\"{anchor}\""));
            assert!(is_there, "{name}: {}", link.display());
            seen += 1;
        }
    }
    assert!(seen > 1000, "{seen} links");
    let instructor = &files[&folder.join("instructor.html")];
    let schedule = instructor.contains(">10. ") && instructor.contains(">Lunch<");
    assert!(schedule && !instructor.contains("earlier"), "{instructor}");
    for step in STEPS {
        let page = |name: String| &files[&folder.join(format!("steps/{}{name}.html", step.number))];
        let lesson = page(String::new());
        assert!(
            lesson.contains(&format!(
                "http://127.0.0.1:3000/steps/{}</code>",
                step.number
            )),
            "the lesson says how to run what is live"
        );
        let code = page("/code".into());
        assert!(code.contains("async") && code.contains("id=\"L9\""));
        for journey in step.journeys {
            assert!(code.contains(&format!("id=\"{}\"", journey.slug())));
        }
        assert!(code.contains("srcdoc="), "step {}", step.number);
        assert!(
            !lesson.contains("Continue:"),
            "nobody notes how far a reader is"
        );
    }
}

/// The path without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => _ = normal.pop(),
            part => normal.push(part),
        }
    }
    normal
}

#[test]
fn a_folder_that_holds_something_is_left_as_it_is() {
    let project = Project::new();
    let folder = project.0.path().join("mine");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("index.html"), "my own page").unwrap();
    for (folder, words) in [
        (
            folder.clone(),
            "is not empty, and nothing in it was changed; name a folder that is new or empty",
        ),
        (project.mine(), "cannot be used as a folder"),
        (project.mine().join("below"), "cannot be used as a folder"),
    ] {
        let (worked, said) = project.run(&["export", folder.to_str().unwrap()]);
        assert!(
            !worked && said.contains(words) && said.lines().count() == 1,
            "{said}"
        );
    }
    assert_eq!(files(&folder).len(), 1);
    assert_eq!(
        fs::read_to_string(folder.join("index.html")).unwrap(),
        "my own page"
    );
    assert_eq!(fs::read_to_string(project.mine()).unwrap(), STUB);
}
