//! The texts of this project, alike on every machine.
//!
//! Git for Windows gives files `\r\n` at the ends of lines unless a repository says otherwise, and some editors put a byte
//! order mark at the beginning. Decks, sources and snapshots are compared character by character, so each of them is
//! read through this module, which leaves out both. What is compiled in is read with [`text!`](macro@crate::text).

use std::{borrow::Cow, fs, io, path::Path};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The text of a file.
///
/// # Errors
/// When the file cannot be read, or is not UTF-8.
pub fn read(file: impl AsRef<Path>) -> io::Result<String> {
    let text = fs::read_to_string(file)?;
    Ok(normal(&text).into_owned())
}

/// The text with `\n` at the end of each line, and without a byte order mark.
pub fn normal(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    if text.contains('\r') {
        text.replace("\r\n", "\n").into()
    } else {
        text.into()
    }
}

/// The text of a file that is compiled in: `include_str!`, but alike on every machine.
#[macro_export]
macro_rules! text {
    ($file:expr) => {{
        const FILE: &str = include_str!($file);
        const SURPLUS: usize = $crate::text::surplus(FILE);
        // A text as it should be is not copied.
        const COPY: [u8; if SURPLUS == 0 {
            0
        } else {
            FILE.len() - SURPLUS
        }] = $crate::text::copy(FILE);
        if SURPLUS == 0 {
            FILE
        } else {
            match str::from_utf8(&COPY) {
                Ok(text) => text,
                Err(_) => panic!("only whole characters are left out"),
            }
        }
    }};
}

/// How many bytes [`text!`](macro@crate::text) leaves out.
pub const fn surplus(file: &str) -> usize {
    let (mut at, mut surplus) = (0, 0);
    while at < file.len() {
        if !stays(file.as_bytes(), at) {
            surplus += 1;
        }
        at += 1;
    }
    surplus
}

/// The first `LENGTH` bytes that [`text!`](macro@crate::text) does not leave out.
pub const fn copy<const LENGTH: usize>(file: &str) -> [u8; LENGTH] {
    let mut copy = [0; LENGTH];
    let (mut from, mut to) = (0, 0);
    while to < LENGTH {
        if stays(file.as_bytes(), from) {
            copy[to] = file.as_bytes()[from];
            to += 1;
        }
        from += 1;
    }
    copy
}

/// Whether the byte here is neither the `\r` of a line's end nor a part of a byte order mark at the beginning.
const fn stays(file: &[u8], at: usize) -> bool {
    match file[at] {
        b'\r' => at + 1 == file.len() || file[at + 1] != b'\n',
        0xef | 0xbb | 0xbf => at >= BYTE_ORDER_MARK.len() || !begins_with_mark(file),
        _ => true,
    }
}

const fn begins_with_mark(file: &[u8]) -> bool {
    matches!(file, [0xef, 0xbb, 0xbf, ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOWS: &str = "\u{feff}// Ünicode\r\n\r\nfn main() {}\r\n";
    const PLAIN: &str = "// Ünicode\n\nfn main() {}\n";

    #[test]
    fn line_ends_are_alike_and_a_byte_order_mark_is_left_out() {
        assert_eq!(normal(WINDOWS), PLAIN);
        assert!(matches!(normal(PLAIN), Cow::Borrowed(PLAIN)));
    }

    #[test]
    fn what_is_compiled_in_is_the_same_text() {
        const LENGTH: usize = WINDOWS.len() - surplus(WINDOWS);
        assert_eq!(copy::<LENGTH>(WINDOWS), PLAIN.as_bytes());
        assert_eq!(surplus(PLAIN), 0);
        assert_eq!(surplus("\r"), 0);
    }
}
