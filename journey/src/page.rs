//! A page as a visitor reads it, whoever wrote its HTML.

use scraper::{ElementRef, Html, Node, Selector};

/// Elements that stand within a line; every other one begins a new line.
const INLINE: [&str; 14] = [
    "a", "abbr", "b", "cite", "code", "em", "i", "img", "input", "label", "option", "span",
    "strong", "time",
];

/// Elements whose text nobody reads.
const UNREAD: [&str; 4] = ["script", "style", "template", "noscript"];

/// What a person reads of a page: a line per element that begins a line, white space folded.
pub fn lines(page: &str) -> Vec<String> {
    read(page, &UNREAD)
}

fn read(page: &str, unread: &[&str]) -> Vec<String> {
    let document = Html::parse_document(page);
    let mut text = String::new();
    if let Some(body) = document.select(&selector("body")).next() {
        collect(body, unread, &mut text);
    }
    let folded = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    folded.filter(|line| !line.is_empty()).collect()
}

/// What it reads besides the buttons, which say what a visitor may do and not what is so.
pub(crate) fn lines_without_buttons(page: &str) -> Vec<String> {
    read(page, &[&UNREAD[..], &["button"]].concat())
}

/// A number in a line, on its own, and what stands around it.
#[derive(Clone, Copy)]
pub(crate) struct Number<'a> {
    pub before: &'a str,
    pub value: u64,
    pub after: &'a str,
}

/// Every number in a line: `Some(5)` has one, `step3` has none.
pub(crate) fn numbers(line: &str) -> impl Iterator<Item = Number<'_>> {
    let starts = line.char_indices().filter(|&(at, c)| {
        let before = line[..at].chars().next_back();
        c.is_ascii_digit() && before.is_none_or(|c| !c.is_alphanumeric())
    });
    starts.filter_map(|(at, _)| {
        let (before, rest) = line.split_at(at);
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (digits, after) = rest.split_at(end);
        if after.starts_with(char::is_alphabetic) {
            return None;
        }
        let value = digits.parse().ok()?;
        Some(Number {
            before,
            value,
            after,
        })
    })
}

/// The same in one line.
pub(crate) fn text(page: &str) -> String {
    lines(page).join(" ").replace(" .", ".").replace(" ,", ",")
}

fn collect(element: ElementRef, unread: &[&str], text: &mut String) {
    for child in element.children() {
        if let Node::Text(words) = child.value() {
            text.push_str(&words.replace('\n', " "));
        }
        let Some(child) = ElementRef::wrap(child) else {
            continue;
        };
        let name = child.value().name();
        if unread.contains(&name) {
            continue;
        }
        let between = if INLINE.contains(&name) { ' ' } else { '\n' };
        text.push(between);
        collect(child, unread, text);
        text.push(between);
    }
}

/// A form that a visitor can send.
pub(crate) struct Form {
    /// Where it is sent; empty for the page's own address.
    pub action: String,
    /// What goes along unseen, such as Django's token against forged requests: names and values.
    pub hidden: Vec<(String, String)>,
    /// What stands on its buttons: each is a `<button>`, or an `<input type="submit">`.
    pub buttons: Vec<String>,
}

/// Every form of a page.
pub(crate) fn forms(page: &str) -> Vec<Form> {
    let document = Html::parse_document(page);
    let (buttons, hidden) = (selector(BUTTONS), selector("input[type=hidden][name]"));
    let attribute = |element: ElementRef, name| element.attr(name).unwrap_or_default().to_string();
    let form = |form: ElementRef| Form {
        action: attribute(form, "action"),
        hidden: form
            .select(&hidden)
            .map(|input| (attribute(input, "name"), attribute(input, "value")))
            .collect(),
        buttons: form.select(&buttons).map(words_of).collect(),
    };
    document.select(&selector("form")).map(form).collect()
}

const BUTTONS: &str = "button:not([type=button]), input[type=submit]";

/// What stands on a button.
fn words_of(button: ElementRef) -> String {
    let words = match button.attr("value") {
        Some(value) if button.value().name() == "input" => value.to_string(),
        _ => button.text().collect(),
    };
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One of the selectors above.
fn selector(words: &'static str) -> Selector {
    Selector::parse(words).expect("a selector that the tests below use")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_a_visitor_reads_it() {
        let page = "<html><head><title>T</title></head><body class=\"x\"><h1>A &amp; B</h1>\r\n\
                    <p>one\n two <b>three</b>.<script>no</script></p>";
        assert_eq!(lines(page), ["A & B", "one two three ."]);
        assert_eq!(text(page), "A & B one two three.");
    }

    #[test]
    fn a_button_is_found_however_it_is_written() {
        for button in [
            "<button>Start again</button>",
            "<button class=\"b\">\n  Start\n  again </button>",
            "<input type=submit value='Start again'>",
        ] {
            let page = format!(
                "<form action='/other'><button>Other</button></form><form action='/again?a&amp;b'>\
                 <input type=hidden name=token value=t>{button}</form>"
            );
            let forms = forms(&page);
            let mut forms = forms.iter();
            let form = forms.find(|form| form.buttons == ["Start again"]);
            let form = form.expect(button);
            assert_eq!(form.action, "/again?a&b");
            assert_eq!(form.hidden, [("token".into(), "t".into())]);
        }
    }
}
