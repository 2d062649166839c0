//! Django's session API and ours, side by side. Its one source is the table in the library's documentation, whose every
//! line a test runs.

use axum::extract::State;
use journey::text;
use maud::{Markup, html};

use super::{Context, navigation};
use crate::text::search::Passage;

/// The module whose documentation has the table.
const SOURCE: &str = text!("../../../sessions/src/lib.rs");

/// The columns. In a narrow window a cell says itself in which one it is.
const DJANGO: &str = "Django";
const TITLE: &str = "The session API";
const HERE: &str = "Here";
const GIVES: &str = "Gives";

/// A part of the table, with its heading.
struct Group {
    heading: &'static str,
    rows: Vec<Row>,
}

/// One line: Django's, ours, what ours gives, and a remark.
struct Row([String; 4]);

impl Row {
    /// A bar within a cell is written `\|` in Markdown.
    fn read(line: &str) -> Option<Self> {
        let line = line.strip_prefix("| `")?.replace("\\|", "\u{a6}");
        let mut cells = line
            .split('|')
            .map(|cell| cell.trim().replace('\u{a6}', "|"));
        let mut code = || Some(cells.next()?.trim_matches('`').to_string());
        Some(Self([code()?, code()?, code()?, cells.next()?]))
    }
}

fn groups() -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let documentation = SOURCE.lines().filter_map(|line| line.strip_prefix("//! "));
    for line in documentation {
        if let Some(heading) = line.strip_prefix("### ") {
            groups.push(Group {
                heading,
                rows: Vec::new(),
            });
        } else if let (Some(row), Some(group)) = (Row::read(line), groups.last_mut()) {
            group.rows.push(row);
        }
    }
    groups
}

/// Each line of the table, as it can be found.
pub(super) fn passages() -> impl Iterator<Item = Passage> {
    let rows = groups().into_iter().flat_map(|group| group.rows);
    (1..)
        .zip(rows)
        .map(|(number, Row([django, here, gives, note]))| {
            let text = [here, gives, note.replace('`', "")].join(" ");
            Passage::new(TITLE, &django, format!("/api#line-{number}"), text)
        })
}

/// `/api`.
pub(super) async fn table(State(workshop): State<Context>) -> Markup {
    let (groups, mut numbers) = (groups(), 1..);
    let content = html! {
        p {
            "Each line of Django's session API, and the line that does the same here. A test runs the lines of the "
            "second column in this order, in one session, and compares each result with the third column. That is "
            "empty where a line gives nothing, or something else each time."
        }
        @for group in &groups {
            h2 { (group.heading) }
            table.api {
                thead { tr {
                    th scope="col" { (DJANGO) } th scope="col" { (HERE) }
                    th scope="col" { (GIVES) } th scope="col" { "Note" }
                } }
                tbody { @for row in &group.rows { (line(numbers.next().unwrap_or_default(), row)) } }
            }
        }
    };
    navigation::page(&workshop, TITLE, content)
}

fn line(number: u32, row: &Row) -> Markup {
    let [django, here, gives, note] = &row.0;
    html! {
        tr {
            td id={ "line-" (number) } data-is=(DJANGO) { (code(django)) }
            td data-is=(HERE) { (code(here)) }
            td data-is=(GIVES) { @if !gives.is_empty() { (code(gives)) } }
            // Every other part of a note stands between backticks.
            td { @for (place, part) in note.split('`').enumerate() {
                @if place % 2 == 1 { (code(part)) } @else { (part) }
            } }
        }
    }
}

/// Code that goes on in the next line behind a dot or two colons, rather than within a name.
fn code(text: &str) -> Markup {
    let marked = text.replace('.', ".\0").replace("::", "::\0");
    html! { code { @for part in marked.split('\0') { (part) wbr; } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_whole() {
        let groups = groups();
        assert!(groups.len() >= 6 && groups.iter().all(|group| group.rows.len() >= 5));
        let rows = groups.iter().map(|group| group.rows.len()).sum::<usize>();
        assert_eq!(rows, SOURCE.matches("\n//! | `").count());
    }

    #[test]
    fn a_bar_in_code_does_not_end_its_cell() {
        let row = Row::read(r"| `a` | `edit(\|car\| 1)` | | a `note` |").unwrap();
        assert_eq!(row.0, ["a", "edit(|car| 1)", "", "a `note`"]);
    }
}
