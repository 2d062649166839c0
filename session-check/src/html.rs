//! The links and forms of a page.

use scraper::{ElementRef, Html, Selector};
use url::Url;

/// A form that posts to this site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The path that it posts to.
    pub action: String,
    /// Its fields with what stands in them, such as a token against forged requests.
    pub fields: Vec<(String, String)>,
}

/// What a page leads to on its own site.
#[derive(Debug, Default)]
pub struct Page {
    /// The paths of its links.
    pub links: Vec<String>,
    /// The paths of its pictures, styles and scripts.
    pub files: Vec<String>,
    /// Its forms that post.
    pub forms: Vec<Form>,
}

/// Reads a page of the site at `host` that was found at `path`.
pub fn read(text: &str, host: &str, path: &str) -> Page {
    let document = Html::parse_document(text);
    let here = |address: &str| on_this_site(address, host, path);
    let all = |selector: &'static str, attribute: &'static str| {
        let found = document.select(&parsed(selector)).collect::<Vec<_>>();
        let addresses = found
            .into_iter()
            .filter_map(move |element| element.attr(attribute));
        addresses.filter_map(here).collect::<Vec<_>>()
    };
    let posts = parsed("form[method=post i]");
    let forms = document.select(&posts).filter_map(|form| {
        Some(Form {
            action: here(form.attr("action").unwrap_or(path))?,
            fields: fields(form),
        })
    });
    Page {
        links: all("a[href]", "href"),
        files: [all("[src]", "src"), all("link[href]", "href")].concat(),
        forms: forms.collect(),
    }
}

fn fields(form: ElementRef) -> Vec<(String, String)> {
    let named = parsed("input[name], textarea[name], select[name], button[name]");
    let inputs = form.select(&named);
    let (chosen, options) = (parsed("option[selected]"), parsed("option"));
    // A choice is sent as its option says: the one that is selected, or else the first.
    let value = |input: ElementRef| {
        let option = input.select(&chosen).chain(input.select(&options)).next();
        let words = option.map(|option| option.text().collect::<String>());
        let value = option.unwrap_or(input).attr("value").map(str::to_string);
        value.or(words).unwrap_or_default()
    };
    inputs
        .map(|input| {
            (
                input.attr("name").unwrap_or_default().to_string(),
                value(input),
            )
        })
        .collect()
}

/// The path that an address on a page leads to; `None` when a browser would leave the site (the URL standard).
pub fn on_this_site(address: &str, host: &str, path: &str) -> Option<String> {
    let site = Url::parse(&format!("http://{host}/")).ok()?;
    let there = site.join(path).ok()?.join(address).ok()?;
    let same = there.host() == site.host()
        && there.port_or_known_default() == site.port_or_known_default()
        && matches!(there.scheme(), "http" | "https");
    same.then(|| there[url::Position::BeforePath..url::Position::AfterQuery].to_string())
}

fn parsed(selector: &'static str) -> Selector {
    Selector::parse(selector).expect("a selector that the tests use")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_for_what_stays_on_its_site() {
        let page = "<a href='/books?page=2#top'>1</a> <a href='http://elsewhere.example/'>2</a> <a href='8'>3</a>
            <link rel=stylesheet href=/style.css> <img src='//elsewhere.example/a.png'>
            <form method=POST action=end><input type=hidden name=token value=t>
                <select name=stay><option value=no>No<option value=yes selected>Yes</select>
                <select name=book><option>Emma<option>Villette</select></form> <form action=/search></form>";
        let page = read(page, "127.0.0.1:8000", "/books/7");
        assert_eq!(page.links, ["/books?page=2", "/books/8"]);
        assert_eq!(page.files, ["/style.css"]);
        let form = Form {
            action: "/books/end".into(),
            fields: [("token", "t"), ("stay", "yes"), ("book", "Emma")]
                .map(|(name, value)| (name.into(), value.into()))
                .to_vec(),
        };
        assert_eq!(page.forms, [form]);
    }
}
