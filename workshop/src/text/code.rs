//! Code with colours: a handful of classes, so that a page stays small and one style sheet serves light and dark.

use std::sync::LazyLock;

use maud::{Markup, PreEscaped, Render, html};
use syntect::{
    easy::ScopeRegionIterator,
    parsing::{ParseState, ScopeStack, SyntaxSet},
};

/// The languages that syntect knows. Reading them takes some milliseconds, so it happens once.
static LANGUAGES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// How syntect's scopes begin, and the class that they get here. The first that fits counts.
const CLASSES: [(&str, &str); 12] = [
    ("comment", "c"),
    ("string", "s"),
    ("constant", "n"),
    ("storage.type.function", "k"),
    ("keyword", "k"),
    ("storage", "k"),
    ("entity.name", "f"),
    ("support.function", "f"),
    ("support.macro", "f"),
    ("support.type", "t"),
    ("markup.inserted", "i"),
    ("markup.deleted", "d"),
];

/// A longer line needs smaller letters to stand on a slide, in characters.
const WIDE: usize = 78;

/// A block of code in `language`, as a word after the fence names it.
pub fn block(language: &str, code: &str) -> Markup {
    let wide = code.lines().any(|line| line.chars().count() > WIDE);
    html! {
        pre.code.wide[wide] tabindex="0" {
            code { @for line in lines(language, code) { (line) "\n" } }
        }
    }
}

/// Each line of `code` as HTML of its own, without its end.
pub fn lines(language: &str, code: &str) -> Vec<PreEscaped<String>> {
    let lines = pieces(language, code);
    lines.iter().map(|line| painted(line, &[])).collect()
}

/// A part of a line that has one colour: its class, if it has one, and its text.
pub type Piece = (Option<&'static str>, String);

/// Each line of `code` in pieces, without its end.
pub fn pieces(language: &str, code: &str) -> Vec<Vec<Piece>> {
    if language == "http" {
        return code.lines().map(wire).collect();
    }
    let Some(syntax) = LANGUAGES.find_syntax_by_token(language) else {
        let plain = code.lines().map(|line| vec![(None, line.to_string())]);
        return plain.collect();
    };
    let (mut state, mut scopes) = (ParseState::new(syntax), ScopeStack::new());
    let line = |line: &str| coloured(&format!("{line}\n"), &mut state, &mut scopes);
    code.lines().map(line).collect()
}

/// A line of the wire or of the store: `Cookie: step3=...`, `store: load {"num_visits":1}`.
fn wire(line: &str) -> Vec<Piece> {
    let Some((name, rest)) = line.split_once(": ") else {
        return vec![(None, line.into())];
    };
    let class = match name {
        "store" => "k",
        name if name.ends_with("browser") => "c",
        _ => "f",
    };
    let data = rest.find(['{', '"']).unwrap_or(rest.len());
    let (rest, data) = rest.split_at(data);
    let (name, colon) = (name.to_string(), format!(": {rest}"));
    vec![(Some(class), name), (None, colon), (Some("s"), data.into())]
}

/// The pieces of one line, with its end. A line that cannot be read stays without colours.
fn coloured(line: &str, state: &mut ParseState, scopes: &mut ScopeStack) -> Vec<Piece> {
    let changes = state.parse_line(line, &LANGUAGES).unwrap_or_default();
    let mut pieces: Vec<Piece> = Vec::new();
    for (text, change) in ScopeRegionIterator::new(&changes, line) {
        let applied = scopes.apply(change);
        let text = text.trim_end_matches('\n');
        let class = applied.ok().and_then(|()| class(scopes));
        let class = class.filter(|_| !text.trim().is_empty());
        match pieces.last_mut() {
            Some((None, before)) if class.is_none() => before.push_str(text),
            _ => pieces.push((class, text.to_string())),
        }
    }
    pieces
}

/// A line as HTML. `parts` are the same line cut elsewhere, and say of each part whether it is marked.
pub fn painted(pieces: &[Piece], parts: &[(bool, &str)]) -> PreEscaped<String> {
    let mut page = String::new();
    let mut parts = parts.iter().map(|(mark, part)| (*mark, part.len()));
    let (mut mark, mut left) = (false, 0);
    for (class, text) in pieces {
        if let Some(class) = class {
            page.extend([r#"<i class=""#, class, r#"">"#]);
        }
        let mut rest = text.as_str();
        while !rest.is_empty() {
            if left == 0 {
                (mark, left) = parts.next().unwrap_or((false, rest.len()));
            }
            let (now, later) = rest.split_at(left.min(rest.len()));
            let (begin, end) = if mark {
                ("<mark>", "</mark>")
            } else {
                ("", "")
            };
            page.extend([begin, &escaped(now), end]);
            (rest, left) = (later, left - now.len());
        }
        if class.is_some() {
            page.push_str("</i>");
        }
    }
    PreEscaped(page)
}

fn class(scopes: &ScopeStack) -> Option<&'static str> {
    scopes.scopes.iter().rev().find_map(|scope| {
        let name = scope.build_string();
        CLASSES
            .iter()
            .find(|(start, _)| name.starts_with(start))
            .map(|(_, class)| *class)
    })
}

fn escaped(text: &str) -> String {
    text.render().into_string()
}
