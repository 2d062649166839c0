//! The solutions that stand in the decks.

/// The solution of each exercise of a deck: the diffs between one "Your turn" and the next.
pub fn solutions(deck: &str) -> Vec<String> {
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
pub fn apply(source: &str, diff: &str) -> String {
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
