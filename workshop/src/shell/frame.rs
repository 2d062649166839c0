//! A site's pages inside the workshop's: each in a window that is clearly a browser of its own.

use journey::lines;
use maud::{Markup, html};

use crate::text::{diff, marks::mark_changes};

/// A browser's window: its bar with the address and `controls`, and below it what the window shows.
pub fn window(address: &str, controls: Markup, inside: Markup) -> Markup {
    html! {
        div.browser {
            div.browser-bar {
                span.address { (address) }
                (controls)
            }
            (inside)
        }
    }
}

/// A page that a site has answered, without the site's header and as high as its content.
///
/// It stands in a sandbox: it may use the styles of this origin, and can run no script, send no form, open no window.
pub fn framed(page: &str, title: &str) -> Markup {
    html! {
        @if page.is_empty() { p.note { "This answer has no page." } }
        @else {
            iframe.page sandbox="allow-same-origin" srcdoc=(without_header(page)) title=(title)
                height=(height(page)) loading="lazy" {}
        }
    }
}

/// The same in a window, with marks on what `other` does not say: the page before it, or the page as it should be.
pub fn page_window(address: &str, page: &str, other: &str, title: &str) -> Markup {
    let page = if other.is_empty() || page.is_empty() {
        page.to_string()
    } else {
        mark_changes(page, other)
    };
    window(address, html! {}, framed(&page, title))
}

/// Two pages of one address, `mine` and `expected`: what differs in words, then both pages with the difference marked.
pub fn difference(address: &str, mine: &str, expected: &str) -> Markup {
    let text = |page: &str| lines(page).join("\n");
    html! {
        div.difference {
            (diff::changes(&text(mine), &text(expected)))
            div.split {
                div { h4 { "Your page" } (page_window(address, mine, expected, "Your page")) }
                div {
                    h4 { "The page as it should be" }
                    (page_window(address, expected, mine, "The page as it should be"))
                }
            }
        }
    }
}

/// The page with one more style sheet, which hides the site's header.
fn without_header(page: &str) -> String {
    const STYLES: &str = r#"<link rel="stylesheet" href="/static/framed.css">"#;
    match page.split_once("</head>") {
        Some((head, body)) => format!("{head}{STYLES}</head>{body}"),
        None => format!("{STYLES}{page}"),
    }
}

/// How high a frame is until the script measures its page, in pixels: a guess from the lines that the page has.
fn height(page: &str) -> usize {
    const LETTERS: usize = 60;
    const LINE: usize = 38;
    let rows: usize = lines(page)
        .iter()
        .map(|line| line.chars().count().div_ceil(LETTERS))
        .sum();
    (rows * LINE + LINE).min(600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_framed_page_leaves_out_the_header_and_is_as_high_as_its_lines() {
        let short = framed("<html><head></head><body><p>one</p>", "Page").into_string();
        assert!(short.contains("framed.css"), "{short}");
        assert!(short.contains("height=\"76\""), "{short}");
        let long = framed(&"<p>line</p>".repeat(99), "Page").into_string();
        assert!(long.contains("height=\"600\""), "{long}");
    }
}
