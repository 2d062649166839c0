//! A search in all that can be read here, which asks nobody else.

use axum::extract::State;
use locallibrary::{Error, form::Query};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Context, api, navigation, off_thread, texts};
use crate::{
    course::{Course, Lesson},
    shell::layout::broken,
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
) -> Result<Markup, Error> {
    let words = Words::of(&q);
    let all = workshop.clone();
    off_thread(move || Ok(_ = all.found.get_or_init(|| index(&all.course)))).await?;
    let index = workshop.found.get().ok_or_else(broken)?;
    let found = index.find(&words);
    let mut groups: Vec<(&str, Vec<&Passage>)> = Vec::new();
    for passage in &found {
        match groups.iter_mut().find(|(of, _)| *of == passage.of) {
            Some((_, group)) => group.push(passage),
            None => groups.push((&passage.of, vec![passage])),
        }
    }
    let content = html! {
        p.note role="status" { (how_many(&words, found.len())) }
        @for (of, group) in &groups {
            h2 { (of) }
            ol.results { @for passage in group.iter().take(OF_ONE) { (place(passage, &words)) } }
            @if group.len() > OF_ONE { p.note { "And " (group.len() - OF_ONE) " more here: another word leaves fewer." } }
        }
    };
    Ok(navigation::found_page(&workshop, &q, content))
}

fn how_many(words: &Words, found: usize) -> String {
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
    let lessons = course.lessons().iter();
    let steps = lessons.flat_map(|lesson| slides(lesson).into_iter().chain(source(lesson)));
    Index::new(steps.chain(texts::passages()).chain(api::passages()))
}

/// The slides of a deck: each where a lesson or an exercise has it, and what only its presenter has.
fn slides(lesson: &Lesson) -> Vec<Passage> {
    let (step, title) = (lesson.step.number, title(lesson));
    let (mut exercise, mut passages) = (0, Vec::new());
    for (place, slide) in (1..).zip(&lesson.deck().slides) {
        exercise += usize::from(slide.part() == Part::YourTurn);
        let address = match slide.part() {
            _ if place == 1 => format!("/steps/{step}"),
            Part::Text | Part::Predict | Part::Answer => {
                format!("/steps/{step}#{}", slide.anchor())
            }
            Part::FindTheLine => format!("/steps/{step}/mine#find-the-line"),
            _ => format!("/steps/{step}/mine#exercise-{exercise}"),
        };
        let text = format!("{} {}", slide.words, notes(slide, false));
        let mut passage = Passage::new(&title, &slide.heading, address, text);
        passage.is_folded = slide.part().is_folded();
        passages.push(passage);
        let (heading, shown) = (format!("Presenter: {}", slide.heading), notes(slide, true));
        if !shown.is_empty() {
            let address = format!("/steps/{step}/presenter#slide-{place}");
            passages.push(Passage::new(&title, &heading, address, shown));
        }
    }
    passages
}

/// A slide's notes as words: those for a room alone, or the others. What is right nobody finds before the answer.
fn notes(slide: &Slide, for_a_room: bool) -> String {
    let notes = slide.notes.iter().filter_map(|note| note.split_once(": "));
    let notes = notes.filter(|(kind, _)| !matches!(*kind, "Right" | "Replay"));
    let wanted = notes.filter(|(kind, _)| (*kind == "Demo") == for_a_room);
    let words = wanted.map(|(_, words)| markdown::words(words));
    words.collect::<Vec<_>>().join(" ")
}

/// The step's program in parts, as empty lines divide it.
fn source(lesson: &Lesson) -> impl Iterator<Item = Passage> {
    let (step, title) = (lesson.step.number, title(lesson));
    let mut next = 1;
    lesson.step.source.split("\n\n").map(move |part| {
        let line = next;
        next += part.lines().count() + 1;
        let heading = format!("{}, line {line}", lesson.path());
        let text = part.split_whitespace().collect::<Vec<_>>().join(" ");
        Passage::new(
            &title,
            &heading,
            format!("/steps/{step}/code#L{line}"),
            text,
        )
    })
}

fn title(lesson: &Lesson) -> String {
    format!("Step {}: {}", lesson.step.number, lesson.step.title)
}
