//! A search in all that can be read here, which asks nobody else.

use axum::extract::State;
use locallibrary::form::Query;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Context, api, navigation, texts};
use crate::{
    course::{Course, Lesson},
    text::{
        deck::{Part, Slide},
        markdown,
        search::{Index, Passage, Words},
    },
};

/// How many places are shown of one step.
const OF_ONE: usize = 8;

/// What somebody looks for.
#[derive(Deserialize)]
pub(super) struct Question {
    #[serde(default)]
    q: String,
}

/// `/search?q=cookie`. A link leads to each place, and the steps are in the order of what was found.
pub(super) async fn page(
    State(workshop): State<Context>,
    Query(Question { q }): Query<Question>,
) -> Markup {
    let words = Words::of(&q);
    let index = workshop.found.get_or_init(|| index(&workshop.course));
    let found = index.find(&words);
    let mut groups: Vec<(&str, Vec<&Passage>)> = Vec::new();
    for passage in &found {
        match groups.iter_mut().find(|(of, _)| *of == passage.of) {
            Some((_, group)) => group.push(passage),
            None => groups.push((&passage.of, vec![passage])),
        }
    }
    let content = html! {
        p.note role="status" { (said(&words, found.len())) }
        @for (of, group) in &groups {
            h2 { (of) }
            ol.results { @for passage in group.iter().take(OF_ONE) { (place(passage, &words)) } }
            @if group.len() > OF_ONE { p.note { "And " (group.len() - OF_ONE) " more here: another word leaves fewer." } }
        }
    };
    navigation::found_page(&workshop, &q, content)
}

fn said(words: &Words, found: usize) -> String {
    match found {
        _ if words.is_empty() => "Type words of two letters or more: the search looks in the lessons, the exercises, the \
            presenter’s notes, the sources of the steps, the glossary and the session API."
            .into(),
        0 => "Nothing has all of these words. Try fewer of them, or the beginning of one: “sess” finds “session”.".into(),
        1 => "One place has all of these words.".into(),
        found => format!("{found} places have all of these words."),
    }
}

/// A heading that leads there, and where the words stand; an answer keeps to itself what it says.
fn place(passage: &Passage, words: &Words) -> Markup {
    html! {
        li {
            a href=(passage.address) { (marked(&passage.heading, words)) }
            @if passage.is_folded { p.note { "Folded, until you open it." } }
            @else { p { (marked(&passage.text, words)) } }
        }
    }
}

fn marked(text: &str, words: &Words) -> Markup {
    html! {
        @for (piece, is_found) in words.excerpt(text) {
            @if is_found { mark { (piece) } } @else { (piece) }
        }
    }
}

fn index(course: &Course) -> Index {
    let steps = course.lessons().iter().flat_map(|lesson| {
        let title = format!("Step {}: {}", lesson.step.number, lesson.step.title);
        let found = slides(lesson).chain(source(lesson));
        found.map(move |passage| Passage {
            of: title.clone(),
            ..passage
        })
    });
    Index::new(steps.chain(texts::passages()).chain(api::passages()))
}

/// The slides of a deck: each where a lesson or an exercise has it, and what is only for its presenter.
fn slides(lesson: &Lesson) -> impl Iterator<Item = Passage> {
    let step = lesson.step.number;
    let mut exercise = 0;
    (1..)
        .zip(&lesson.deck().slides)
        .flat_map(move |(place, slide)| {
            exercise += usize::from(slide.part() == Part::YourTurn);
            let address = match slide.part() {
                _ if place == 1 => format!("/steps/{step}"),
                Part::Text | Part::Predict | Part::Answer => {
                    format!("/steps/{step}#{}", slide.anchor())
                }
                Part::FindTheLine => format!("/steps/{step}/mine#find-the-line"),
                Part::YourTurn | Part::Hint | Part::Solution => {
                    format!("/steps/{step}/mine#exercise-{exercise}")
                }
            };
            let read = notes(slide, |kind| kind != "Demo");
            let shown = notes(slide, |kind| kind == "Demo");
            let presenter = (!shown.is_empty()).then(|| Passage {
                of: String::new(),
                heading: format!("For the presenter: {}", slide.heading),
                address: format!("/steps/{step}/presenter#slide-{place}"),
                text: shown,
                is_folded: false,
            });
            let passage = Passage {
                of: String::new(),
                heading: slide.heading.clone(),
                address,
                text: format!("{} {read}", slide.words),
                is_folded: slide.part().is_folded(),
            };
            [passage].into_iter().chain(presenter)
        })
}

/// The notes of some kinds, as words.
fn notes(slide: &Slide, is_wanted: impl Fn(&str) -> bool) -> String {
    let notes = slide.notes.iter().filter_map(|note| note.split_once(": "));
    let wanted = notes
        .filter(|(kind, _)| is_wanted(kind))
        .map(|(_, words)| markdown::words(words));
    wanted.collect::<Vec<_>>().join(" ")
}

/// The step's program in parts, as empty lines divide it.
fn source(lesson: &Lesson) -> impl Iterator<Item = Passage> {
    let step = lesson.step.number;
    let mut line = 1;
    lesson.step.source.split("\n\n").map(move |part| {
        let first = line;
        line += part.lines().count() + 1;
        Passage {
            of: String::new(),
            heading: format!("{}, line {first}", lesson.path()),
            address: format!("/steps/{step}/code#L{first}"),
            text: part.split_whitespace().collect::<Vec<_>>().join(" "),
            is_folded: false,
        }
    })
}
