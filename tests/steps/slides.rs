//! Nothing on a slide that is not run: code is an excerpt, a quoted page is a snapshot, a command exists.

use std::{fs, path::Path};

use crate::steps::STEPS;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The headings that every deck has, in this order, among others.
const HEADINGS: [&str; 13] = [
    "Predict",
    "Run it",
    "Answer",
    "Look",
    "In Django",
    "In Rust",
    "Trap",
    "Your turn",
    "Hint 1",
    "Hint 2",
    "Hint 3",
    "Solution",
    "What you know now",
];

/// A fenced block: its language and its lines.
struct Block {
    language: String,
    lines: Vec<String>,
}

fn blocks(deck: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in deck.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(_), Some(block)) => blocks.push(block),
            (Some(language), None) => {
                open = Some(Block {
                    language: language.into(),
                    lines: Vec::new(),
                });
            }
            (None, Some(mut block)) => {
                block.lines.push(line.into());
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    blocks
}

fn blocks_in(deck: &str, language: &str) -> Vec<Block> {
    blocks(deck)
        .into_iter()
        .filter(|block| block.language == language)
        .collect()
}

/// Lines without the indentation that all of them have.
fn dedented<'a>(lines: impl Iterator<Item = &'a str> + Clone) -> Vec<&'a str> {
    let full = lines.clone().filter(|line| !line.trim().is_empty());
    let indent = full
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    lines.map(|line| line.get(indent..).unwrap_or("")).collect()
}

fn is_excerpt(block: &[String], source: &str) -> bool {
    let wanted = dedented(block.iter().map(String::as_str));
    let lines: Vec<_> = source.lines().collect();
    lines
        .windows(wanted.len())
        .any(|window| dedented(window.iter().copied()) == wanted)
}

/// The text of every file below `folder` whose name ends so.
fn texts(folder: &str, ending: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut folders = vec![Path::new(ROOT).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_str().unwrap().ends_with(ending) {
                texts.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    texts
}

/// What a person reads of a page: no tags, entities resolved, white space folded.
fn visible(page: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for c in page.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    let text = text
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">");
    text.replace("&amp;", "&")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn every_rust_block_is_an_excerpt_of_the_source() {
    let sources = [texts("steps", ".rs"), texts("src", ".rs")].concat();
    for step in STEPS {
        for block in blocks_in(step.slides, "rust") {
            let found = sources
                .iter()
                .any(|source| is_excerpt(&block.lines, source));
            assert!(
                found,
                "deck {}: in no source:\n{}",
                step.number,
                block.lines.join("\n")
            );
        }
    }
}

#[test]
fn what_a_solution_takes_away_or_keeps_stands_in_the_step() {
    for step in STEPS {
        let source: Vec<_> = step.source.lines().map(str::trim).collect();
        for block in blocks_in(step.slides, "diff") {
            for line in block.lines.iter().filter(|line| !line.starts_with('+')) {
                let line = line.strip_prefix('-').unwrap_or(line).trim();
                assert!(source.contains(&line), "deck {}: {line}", step.number);
            }
        }
    }
}

#[test]
fn every_quoted_page_text_is_in_a_snapshot() {
    let pages = texts("snapshots", ".snap");
    let pages: Vec<_> = pages
        .iter()
        .filter(|text| text.contains("<html"))
        .map(|page| visible(page))
        .collect();
    for step in STEPS {
        for line in step.slides.lines() {
            let Some(quote) = line.strip_prefix("> ") else {
                continue;
            };
            assert!(
                pages.iter().any(|page| page.contains(quote)),
                "deck {}: {quote}",
                step.number
            );
        }
    }
}

#[test]
fn every_quoted_header_is_in_a_snapshot() {
    let wires = texts("snapshots", "-wire.snap");
    for step in STEPS {
        for line in blocks_in(step.slides, "http")
            .iter()
            .flat_map(|block| &block.lines)
        {
            let found = wires
                .iter()
                .any(|wire| wire.lines().any(|sent| sent.trim() == line.trim()));
            assert!(
                found || line.trim().is_empty(),
                "deck {}: {line}",
                step.number
            );
        }
    }
}

#[test]
fn every_quoted_command_names_a_binary() {
    let manifest = fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).unwrap();
    let texts = [
        texts("slides", ".md"),
        vec![fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap()],
    ];
    for text in texts.iter().flatten() {
        for (_, rest) in text
            .match_indices("--bin ")
            .map(|(at, found)| text.split_at(at + found.len()))
        {
            let name: String = rest
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect();
            assert!(
                manifest.contains(&format!("name = \"{name}\"")),
                "no binary {name}"
            );
        }
    }
}

#[test]
fn every_deck_is_marp_with_minutes_and_the_fixed_headings() {
    for step in STEPS {
        let deck = step.slides;
        for line in ["marp: true", "theme: gaia", "minutes: "] {
            assert!(
                deck.contains(&format!("\n{line}")),
                "deck {}: {line}",
                step.number
            );
        }
        let mut headings = deck.lines().filter_map(|line| line.strip_prefix("## "));
        for wanted in HEADINGS {
            assert!(
                headings.any(|heading| heading == wanted),
                "deck {}: {wanted}",
                step.number
            );
        }
    }
}

#[test]
fn every_slide_but_the_first_has_notes() {
    for step in STEPS {
        let slides = step.slides.split("\n---\n").skip(2); // The front matter and the title.
        for slide in slides {
            let notes = ["Ask:", "Demo:", "Say:"]
                .iter()
                .any(|word| slide.contains(word));
            assert!(
                notes && slide.contains("<!--"),
                "deck {}:\n{slide}",
                step.number
            );
        }
    }
}
