//! Nothing on a slide that is not run: code is an excerpt, a quoted page is a snapshot, a command exists.

use std::{fs, path::Path};

use journey::text;

use crate::{steps::STEPS, support::read};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The headings that every deck has, in this order, among others.
const HEADINGS: [&str; 15] = [
    "What you will be able to do",
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
    "Read on",
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
                texts.push(text::read(path).unwrap());
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

/// The program after the change is the example, and the change is short.
#[test]
fn taking_the_sessions_home_is_at_most_25_lines_more() {
    let text = read("slides/take-it-home.md");
    let diff = text.split("```diff\n").nth(1).unwrap();
    let (diff, _) = diff.split_once("```").unwrap();
    let after = diff.lines().filter(|line| !line.starts_with('-'));
    let after: Vec<_> = after.map(|line| line.get(1..).unwrap_or("")).collect();
    let example = read("sessions/examples/production.rs");
    assert!(
        example.ends_with(&(after.join("\n") + "\n")),
        "{}",
        after.join("\n")
    );
    let count = |sign| diff.lines().filter(|line| line.starts_with(sign)).count();
    let gained = count('+') - count('-');
    assert!(gained <= 25, "{gained} lines");
}

#[test]
fn every_rust_block_is_an_excerpt_of_the_source() {
    let sources = ["steps", "src", "sessions/src", "sessions/examples"]
        .map(|folder| texts(folder, ".rs"))
        .concat();
    let missing: Vec<_> = texts("slides", ".md")
        .iter()
        .flat_map(|text| blocks_in(text, "rust"))
        .map(|block| block.lines)
        .filter(|lines| !sources.iter().any(|source| is_excerpt(lines, source)))
        .map(|lines| lines.join("\n"))
        .collect();
    assert!(
        missing.is_empty(),
        "in no source:\n{}",
        missing.join("\n\n")
    );
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
            if quote.starts_with("In a terminal: ") {
                continue;
            }
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
    let manifest = read("Cargo.toml");
    let texts = [texts("slides", ".md"), vec![read("README.md")]];
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

/// What the README promises is what the decks add up to.
#[test]
fn the_readme_says_how_long_the_steps_take() {
    let minutes = STEPS.iter().map(|step| {
        let line = step
            .slides
            .lines()
            .find_map(|line| line.strip_prefix("minutes: "));
        line.unwrap().parse::<u32>().unwrap()
    });
    let minutes: Vec<_> = minutes.collect();
    let (least, most) = (minutes.iter().min().unwrap(), minutes.iter().max().unwrap());
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let readme = readme.split_whitespace().collect::<Vec<_>>().join(" ");
    let all: u32 = minutes.iter().sum();
    let promise = format!("Each step takes {least} to {most} minutes, and all of them {all}.");
    assert!(
        readme.contains(&promise),
        "README.md does not say: {promise}"
    );
}

#[test]
fn every_deck_opens_with_a_symptom_that_is_a_question() {
    for step in STEPS {
        let symptom = step.slides.split("\n---\n").nth(2).unwrap_or_default();
        let (shown, _) = symptom.split_once("<!--").unwrap_or((symptom, ""));
        assert!(shown.contains('?'), "deck {}:{shown}", step.number);
    }
}

/// Whoever presents starts a poll with one button, and shows the answer with another.
#[test]
fn every_prediction_offers_answers_and_names_the_right_one_and_a_replay() {
    for step in STEPS {
        let predict = step.slides.split("\n## Predict\n").nth(1).unwrap();
        let predict = predict.split("\n---\n").next().unwrap();
        let (shown, notes) = predict.split_once("<!--").unwrap();
        let (_, list) = shown.rsplit_once("\n\n- ").unwrap();
        let answers = list.split("\n- ").map(|it| it.trim().replace('`', ""));
        let answers: Vec<_> = answers.collect();
        let note = |kind| notes.lines().find_map(|line| line.strip_prefix(kind));
        let right = note("Right: ").unwrap();
        assert!((2..=8).contains(&answers.len()), "deck {}", step.number);
        let same = answers.iter().filter(|answer| *answer == right);
        assert_eq!(same.count(), 1, "deck {}: {right}", step.number);
        let replay = note("Replay: ").unwrap();
        let mut replays = step.journeys.iter().map(|journey| journey.slug());
        assert!(
            replays.any(|it| it == replay),
            "deck {}: {replay}",
            step.number
        );
    }
}

/// A lone learner reads what is said, and finds the answer to what is asked behind a fold.
#[test]
fn every_slide_has_notes_and_every_question_in_them_its_answer() {
    for step in STEPS {
        for slide in step.slides.split("\n---\n").skip(1) {
            let (_, notes) = slide.rsplit_once("<!--").unwrap_or_default();
            let notes: Vec<_> = notes
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty() && *line != "-->")
                .collect();
            let kinds: Vec<_> = notes
                .iter()
                .map(|note| note.split_once(": ").map_or("", |(kind, _)| kind))
                .collect();
            let known = ["Ask", "Answer", "Demo", "Say", "Right", "Replay"];
            let place = format!("deck {}:\n{slide}", step.number);
            assert!(!kinds.is_empty(), "{place}");
            assert!(kinds.iter().all(|kind| known.contains(kind)), "{place}");
            for (at, kind) in kinds.iter().enumerate() {
                let answered = kinds.get(at + 1) == Some(&"Answer");
                assert_eq!(*kind == "Ask", answered, "{place}");
            }
        }
    }
}

/// Whoever reads a deck takes an HTML comment for a note, so it would vanish from the code.
#[test]
fn no_code_on_a_slide_has_an_html_comment() {
    for step in STEPS {
        for block in blocks(step.slides) {
            let lines = block.lines.join("\n");
            assert!(!lines.contains("<!--"), "deck {}:\n{lines}", step.number);
        }
    }
}

#[test]
fn every_link_is_https_or_the_step_itself() {
    for text in texts("slides", ".md") {
        for (at, _) in text.match_indices("](") {
            let address = text[at + 2..].split(')').next().unwrap();
            let known = [
                "https://",
                "http://127.0.0.1:8000",
                "drawings/",
                "take-it-home.md",
            ];
            assert!(
                known.iter().any(|start| address.starts_with(start)),
                "{address}"
            );
        }
    }
}

/// A slide sends a reader to a file, so the file is there.
#[test]
fn every_file_that_is_named_is_there() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let folders = [
        "src/",
        "sessions/",
        "steps/",
        "tests/",
        "benches/",
        "journey/",
    ];
    for text in texts("slides", ".md").iter().chain([&readme]) {
        for name in text.split('`').skip(1).step_by(2) {
            let named = folders.iter().any(|folder| name.starts_with(folder));
            if named && !name.contains(char::is_whitespace) {
                assert!(Path::new(ROOT).join(name).exists(), "there is no {name}");
            }
        }
    }
}

#[test]
fn the_glossary_is_in_alphabetical_order() {
    let glossary = read("slides/glossary.md");
    let rows = glossary.lines().filter_map(|line| line.strip_prefix("| "));
    let words: Vec<_> = rows
        .skip(1)
        .map(|row| row.split(" | ").next().unwrap().to_lowercase())
        .collect();
    assert!(words.len() > 30 && words.is_sorted(), "{words:?}");
}
