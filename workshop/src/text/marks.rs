//! A page with marks on what another page does not say.

use scraper::{Html, Node, node::Text};
use similar::{Algorithm, DiffTag, capture_diff_slices};

/// Stand for `<mark>` and `</mark>` while the page is a tree. Unicode keeps them for private use.
const BEGIN: char = '\u{e000}';
const END: char = '\u{e001}';

/// Elements whose text is not part of the page, or may hold no other element.
const UNMARKED: [&str; 6] = ["title", "script", "style", "option", "textarea", "noscript"];

/// `page` with a `<mark>` around each text that has no counterpart in `other`.
pub fn mark_changes(page: &str, other: &str) -> String {
    let (mut document, other) = (Html::parse_document(page), Html::parse_document(other));
    let texts = texts(&document);
    let words = |texts: &[(_, String)]| {
        texts
            .iter()
            .map(|(_, text)| text.clone())
            .collect::<Vec<_>>()
    };
    let (new, old) = (words(&texts), words(&self::texts(&other)));
    for change in capture_diff_slices(Algorithm::Myers, &old, &new) {
        if change.tag() == DiffTag::Equal {
            continue;
        }
        for (id, _) in &texts[change.new_range()] {
            let mut node = document.tree.get_mut(*id).expect("a node of this page");
            if let Node::Text(Text { text }) = node.value() {
                *text = format!("{BEGIN}{text}{END}").into();
            }
        }
    }
    document
        .html()
        .replace(BEGIN, "<mark>")
        .replace(END, "</mark>")
}

/// Each text of a page that a visitor reads, and the node that holds it.
fn texts(document: &Html) -> Vec<(ego_tree::NodeId, String)> {
    let nodes = document.tree.root().descendants();
    let texts = nodes.filter_map(|node| {
        let text = node.value().as_text()?.trim();
        let around = node.parent()?;
        let read = around
            .value()
            .as_element()
            .is_none_or(|element| !UNMARKED.contains(&element.name()));
        (read && !text.is_empty()).then(|| (node.id(), text.to_string()))
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_the_other_page_lacks_is_marked_and_nothing_else() {
        let page = |count: u8, title| {
            format!(
                "<html><head><title>{title}</title></head><body><h1>Home</h1>\
                 <p>You were here {count} times &amp; more.</p></body></html>"
            )
        };
        let seen = mark_changes(&page(2, "a"), &page(1, "b"));
        let expected = page(2, "a")
            .replace("<p>You", "<p><mark>You")
            .replace("more.", "more.</mark>");
        assert_eq!(seen, expected);
        assert_eq!(mark_changes(&page(1, "a"), &page(1, "b")), page(1, "a"));
    }

    #[test]
    fn a_text_that_stands_elsewhere_on_the_other_page_is_marked_too() {
        let (before, after) = ("<p>true</p><p>false</p>", "<p>false</p><p>false</p>");
        assert!(mark_changes(after, before).contains("<mark>false</mark>"));
    }
}
