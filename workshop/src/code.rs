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
    let Some(syntax) = LANGUAGES.find_syntax_by_token(language) else {
        return code.lines().map(|line| PreEscaped(escaped(line))).collect();
    };
    let (mut state, mut scopes) = (ParseState::new(syntax), ScopeStack::new());
    let line = |line: &str| coloured(&format!("{line}\n"), &mut state, &mut scopes);
    code.lines().map(line).collect()
}

/// One line, with its end, as HTML. A line that cannot be read stays without colours.
fn coloured(line: &str, state: &mut ParseState, scopes: &mut ScopeStack) -> PreEscaped<String> {
    let changes = state.parse_line(line, &LANGUAGES).unwrap_or_default();
    let mut page = String::with_capacity(line.len() * 2);
    for (text, change) in ScopeRegionIterator::new(&changes, line) {
        let applied = scopes.apply(change);
        let text = escaped(text.trim_end_matches('\n'));
        match applied.ok().and_then(|()| class(scopes)) {
            Some(class) if !text.trim().is_empty() => {
                page.extend([r#"<i class=""#, class, r#"">"#, &text, "</i>"]);
            }
            _ => page.push_str(&text),
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
