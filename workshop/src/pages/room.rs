//! The presenter's page of the room: the code for everybody, the step's question, and what the room says to it.

use axum::{extract::State, response::Redirect};
use locallibrary::{Error, form::Form};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;

use super::{Context, StepNumber};
use crate::{
    course::Lesson,
    room::{Room, Topic, View, bars, heads},
    shell::layout::{self, not_found},
    text::{
        deck::{Deck, Part},
        markdown::Source,
        twins::Twins,
    },
};

/// `/steps/3/room`.
pub(super) async fn page(
    State(workshop): State<Context>,
    number: StepNumber,
) -> Result<Markup, Error> {
    let room = open(&workshop)?;
    let lesson = workshop.lesson(number);
    let (code, seen) = {
        let state = room.state();
        (state.code().to_string(), state.view(None))
    };
    let asked = seen.topic.as_ref();
    let is_here = asked.is_some_and(|topic| topic.step == lesson.step.number);
    let action = format!("/steps/{}/room", lesson.step.number);
    let content = html! {
        main #content .single.room.presented {
            h1 { "The room · Step " (lesson.step.number) ": " (lesson.step.title) }
            p.join {
                "Open " strong { (room.address) } " and type " strong.code-word { (code) } "."
                span.note #guests data-fresh=(seen.guests) { "Guests: " (seen.guests) }
            }
            @match question(lesson.deck()) {
                None => p { "The deck of this step asks nothing." },
                Some(question) => {
                    (question)
                    @if is_here && seen.open { (taking_answers(&seen, &action)) }
                    @else {
                        @if is_here { (what_it_said(lesson, &seen)) }
                        (ask(&action, is_here))
                    }
                }
            }
            @if is_here { (board(&seen)) }
            (leave(lesson, &action))
        }
    };
    Ok(layout::layout("The room", "room", content))
}

fn open(workshop: &Context) -> Result<&Room, Error> {
    let room = workshop.room.as_deref();
    room.ok_or_else(|| not_found("no room is open; cargo run -- room opens one"))
}

/// The text below "Predict".
fn question(deck: &Deck) -> Option<&PreEscaped<String>> {
    let mut slides = deck.slides.iter();
    let slide = slides.find(|slide| slide.part() == Part::Predict)?;
    Some(&slide.body)
}

/// The step's deck without links to its source: guests cannot follow them.
fn deck_for_guests(lesson: &Lesson) -> Deck {
    let no_source = Source {
        text: "",
        page: String::new(),
    };
    Deck::read(lesson.step.slides, &no_source, &Twins::default())
}

/// While answers come, nobody sees them: the room would follow its first guess.
fn taking_answers(seen: &View, action: &str) -> Markup {
    html! {
        p { (heads("answered", seen.answered, seen.guests)) " have answered." }
        form method="post" action=(action) { button name="act" value="close" { "Close the question, and show the answers" } }
    }
}

/// The room's guesses, and the way to what really happens.
fn what_it_said(lesson: &Lesson, seen: &View) -> Markup {
    html! {
        h2 { "The room expects" }
        (bars("Answers", &seen.answers, seen.answered))
        h2 { "Run it" }
        form method="post" action={ "/steps/" (lesson.step.number) "/lab" } {
            input type="hidden" name="act" value="choose";
            @for journey in lesson.step.journeys { button name="name" value=(journey.slug()) { "Replay: " (journey.title) } }
        }
    }
}

fn ask(action: &str, again: bool) -> Markup {
    html! {
        form method="post" action=(action) {
            label for="choices" { "Answers to choose from, with a comma between them; none to let guests type" }
            input #choices name="choices" maxlength="400" autocomplete="off";
            button name="act" value="ask" { (if again { "Ask it anew" } else { "Ask the room" }) }
            @if again { button.quiet name="act" value="reopen" { "Go on taking answers" } }
        }
    }
}

fn board(seen: &View) -> Markup {
    html! {
        h2 { "Exercises that guests have passed" }
        ul.plain {
            @for (exercise, passed) in (1..).zip(&seen.board) {
                li { "Exercise " (exercise) ": " (heads(&format!("passed-{exercise}"), *passed, seen.guests)) }
            }
        }
    }
}

fn leave(lesson: &Lesson, action: &str) -> Markup {
    html! {
        form method="post" action=(action) { button.quiet name="act" value="empty" { "Send everybody out, and take a new code" } }
        p {
            a href=(action) { "See what is new" } " · "
            a href={ "/steps/" (lesson.step.number) "/slides" } target="slides" { "Slides" } " · "
            a href={ "/steps/" (lesson.step.number) } { "Lesson" }
        }
    }
}

/// What the presenter does.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Act {
    Ask,
    Close,
    Reopen,
    Empty,
}

#[derive(Deserialize)]
pub(super) struct Pressed {
    act: Act,
    #[serde(default)]
    choices: String,
}

/// `POST /steps/3/room`.
pub(super) async fn press(
    State(workshop): State<Context>,
    number: StepNumber,
    Form(Pressed { act, choices }): Form<Pressed>,
) -> Result<Redirect, Error> {
    let room = open(&workshop)?;
    let lesson = workshop.lesson(number);
    let step = lesson.step;
    match act {
        Act::Ask => {
            let deck = deck_for_guests(lesson);
            let question =
                question(&deck).ok_or_else(|| not_found("the deck of this step asks nothing"))?;
            let choices = choices.split(',').map(str::trim);
            room.state().ask(Topic {
                step: step.number,
                title: step.title,
                question: question.clone(),
                exercises: step.exercises.len(),
                choices: choices
                    .filter(|it| !it.is_empty())
                    .map(Into::into)
                    .collect(),
            });
        }
        Act::Close => room.state().set_open(false),
        Act::Reopen => room.state().set_open(true),
        Act::Empty => room.state().empty(),
    }
    Ok(Redirect::to(&format!("/steps/{}/room", step.number)))
}
