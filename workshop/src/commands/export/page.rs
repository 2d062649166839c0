//! A page of the workshop as a file: links lead to files, and what needs a server says how to start one.

use maud::{Markup, PreEscaped, html};
use scraper::{ElementRef, Html, Node, Selector, node::Element};

use super::address;
use crate::machine::neighbour::PORT;

/// A page that needs no server.
pub struct Still {
    /// The page.
    pub html: String,
    /// The addresses that it leads to.
    pub links: Vec<String>,
}

impl Still {
    /// The page at `address`.
    pub fn of(html: &str, address: &str) -> Self {
        let mut page = Html::parse_document(html);
        replace(&mut page, "[data-live]", |part| {
            let what = part.attr("data-live").unwrap_or_default();
            html! { p.note { (what) " " (needs_the_workshop("That needs", address)) } }
        });
        // Nobody notes how far a reader is, and nobody searches for one. A button may belong to a form elsewhere.
        replace(
            &mut page,
            "form.go-on, form.find, button[form]",
            |_| html! {},
        );
        replace(&mut page, "form", |form| instead_of(form, address));
        let mut links = Vec::new();
        change(&mut page, |element| {
            on_file(element, address, &mut links);
        });
        Self {
            html: page.html(),
            links,
        }
    }
}

fn needs_the_workshop(subject: &str, address: &str) -> Markup {
    html! {
        (subject) " the workshop: run " code { "cargo run" } " and open "
        code { "http://127.0.0.1:" (PORT) (address) } "."
    }
}

/// What stands for a form: nobody is there to read what it sends.
fn instead_of(form: ElementRef<'_>, address: &str) -> Markup {
    let action = form.attr("action").unwrap_or_default();
    if let Some(code) = form.select(&selector(".program, pre")).next() {
        return PreEscaped(code.html()); // Only its line numbers were buttons.
    }
    if action.ends_with("/predictions") {
        return html! { p { "Write your answer down. Then open " a href="#answer" { "what is right" } "." } };
    }
    let button = form.select(&selector("button")).next();
    let button: String = button.map(|it| it.text().collect()).unwrap_or_default();
    html! { p.note { "“" (button.trim()) "” " (needs_the_workshop("needs", address)) } }
}

/// Makes an element's addresses lead to files. A link to where nobody listens becomes plain text.
fn on_file(element: &mut Element, page: &str, links: &mut Vec<String>) {
    if element.attr("href").is_some_and(is_live) {
        element.name.local = "span".into();
        element.attrs.clear();
    }
    // Nobody sends what is new, or keeps how far somebody has read.
    let served = |name: &str| matches!(name, "data-stream" | "data-reached");
    element.attrs.retain(|(name, _)| !served(&name.local));
    let is_button = element.name() == "button";
    let is_module = element.name() == "script" && element.attr("type") == Some("module");
    for (name, value) in &mut element.attrs {
        match &*name.local {
            "href" | "src" if value.starts_with('/') => {
                let to = value.split('#').next().unwrap_or_default();
                links.push(to.to_string());
                *value = address::link(page, value).as_str().into();
            }
            "srcdoc" => *value = framed(value, page, links).as_str().into(),
            "name" if is_button => {
                name.local = "disabled".into(); // Its form is gone.
                value.clear();
            }
            "type" if is_module => {
                name.local = "defer".into();
                value.clear();
            }
            _ => {}
        }
    }
}

/// Whether a step answers there while the workshop runs.
fn is_live(address: &str) -> bool {
    ["http://127.0.0.1", "http://localhost"]
        .iter()
        .any(|host| address.starts_with(host))
}

/// A site's page in a frame: it keeps its styles, and its links and forms lead nowhere, as nobody serves that site.
fn framed(html: &str, page: &str, links: &mut Vec<String>) -> String {
    let mut inner = Html::parse_document(html);
    replace(&mut inner, "script", |_| html! {}); // An attack of step 11 stores one that leads to its own site.
    change(&mut inner, |element| {
        let is_link = element.name() == "a";
        let dead = |name: &str| name == "action" || (is_link && name == "href");
        element.attrs.retain(|(name, _)| !dead(&name.local));
        on_file(element, page, links);
    });
    inner.html()
}

fn change(page: &mut Html, mut change: impl FnMut(&mut Element)) {
    let nodes: Vec<_> = page
        .tree
        .root()
        .descendants()
        .map(|node| node.id())
        .collect();
    for id in nodes {
        if let Some(Node::Element(element)) =
            page.tree.get_mut(id).as_mut().map(|node| node.value())
        {
            change(element);
        }
    }
}

/// Puts something else in the place of each element that a selector names.
fn replace(page: &mut Html, css: &str, instead: impl Fn(ElementRef<'_>) -> Markup) {
    let chosen = selector(css);
    let found = page.select(&chosen);
    let found: Vec<_> = found
        .map(|it| (it.id(), instead(it).into_string()))
        .collect();
    for (id, html) in found {
        let new = page.tree.extend_tree(Html::parse_fragment(&html).tree).id();
        let new = page.tree.get(new).and_then(|root| root.first_child());
        let new: Vec<_> = new
            .into_iter()
            .flat_map(|html| html.children())
            .map(|node| node.id())
            .collect();
        let Some(mut old) = page.tree.get_mut(id) else {
            continue;
        };
        if old.parent().is_none() {
            continue; // It stood in a part that is gone.
        }
        for node in new {
            old.insert_id_before(node);
        }
        old.detach();
    }
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).expect("a selector of ours is valid")
}
