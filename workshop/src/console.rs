//! What is printed: an answer, a warning, and rows whose cells stand below each other, in colour where the terminal has
//! colours and `NO_COLOR` is not set.

use std::{fmt, io::Write, process::ExitCode};

use anstyle::{AnsiColor, Style};
use locallibrary::Error;

pub const GOOD: Style = AnsiColor::Green.on_default();
pub const BAD: Style = AnsiColor::Red.on_default();
pub const UNSURE: Style = AnsiColor::Yellow.on_default();
pub const FAINT: Style = Style::new().dimmed();
pub const STRONG: Style = Style::new().bold();

/// Prints an answer. Whoever reads it may have seen enough and be gone, as `head` is: that is no error.
pub fn say(words: impl fmt::Display) {
    let _ = writeln!(anstream::stdout(), "{words}");
}

/// Prints what went wrong beside an answer, or beside what goes on all the same.
pub fn warn(words: impl fmt::Display) {
    let _ = writeln!(anstream::stderr(), "{words}");
}

/// Prints why something could not be done; returns the exit status that says so.
pub fn fail(cause: &Error) -> ExitCode {
    let style = BAD.bold();
    warn(format_args!("{style}Error:{style:#} {cause}"));
    ExitCode::FAILURE
}

/// Somebody's words without what would move the cursor or change a terminal's colours.
pub fn printable(words: &str) -> String {
    let one = |c: char| match c.is_control() {
        true => c.escape_default().to_string(),
        false => c.to_string(),
    };
    words.chars().map(one).collect()
}

/// A cell: its colour, and its words.
pub type Cell = (Style, String);

/// The rows as lines. Each column is as wide as its widest cell; the last one ends where its words do.
pub fn table<const COLUMNS: usize>(rows: &[[Cell; COLUMNS]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].1.chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: [usize; COLUMNS] = std::array::from_fn(width);
    let lines = rows.iter().map(|row| line(row, &widths));
    lines.collect::<Vec<_>>().join("\n")
}

fn line(row: &[Cell], widths: &[usize]) -> String {
    let filled = row.iter().rposition(|(_, words)| !words.is_empty());
    let cells = &row[..filled.map_or(0, |last| last + 1)];
    let padded = cells
        .iter()
        .zip(widths)
        .enumerate()
        .map(|(at, ((style, words), width))| {
            let gap = match at + 1 == cells.len() {
                true => 0,
                false => width - words.chars().count() + 2,
            };
            format!("{style}{words}{style:#}{:gap$}", "")
        });
    padded.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stand_below_each_other_and_nothing_follows_the_last_word() {
        let plain = |words: &str| (Style::new(), words.to_string());
        let rows = [
            [plain("1"), plain("škoda"), plain("done")],
            [plain("10"), plain("mini"), plain("")],
        ];
        assert_eq!(table(&rows), "1   škoda  done\n10  mini");
    }
}
