//! The presenter's page of the room: the way in, a question, and what the room says to it.

use axum::{extract::State, response::Redirect};
use locallibrary::{
    Error,
    form::{Form, ShortText},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Context, StepNumber};
use crate::{
    course::{Lesson, poll::Poll},
    room::{Room, Stage, Topic, View, bars, heads, invitation},
    shell::layout::{self, not_found, refused},
};

/// `/steps/3/room`.
pub(super) async fn page(
    State(workshop): State<Context>,
    number: StepNumber,
) -> Result<Markup, Error> {
    let room = open(&workshop)?;
    let lesson = workshop.lesson(number);
    let number = lesson.step.number;
    let seen = room.state().view(None);
    let asked = seen.topic.as_ref().filter(|topic| topic.step == number);
    let poll = lesson.poll();
    let action = format!("/steps/{number}/room");
    let content = html! {
        main #content .single.room.presented {
            h1 { "The room · Step " (number) ": " (lesson.step.title) }
            (invitation(room))
            p.note #guests data-fresh=(seen.guests) { "Guests: " (seen.guests) }
            @if let Some(topic) = asked {
                (topic.question)
                (said(&seen, topic, poll.as_ref(), &action))
            } @else if let Some(poll) = &poll {
                (poll.question)
                (offered(&poll.choices))
                form method="post" action=(action) { button.primary name="act" value="begin" { "Ask the room" } }
            }
            (own_question(&action))
            @if asked.is_some() { (board(&seen)) }
            (leave(lesson, &action))
        }
    };
    Ok(layout::layout("The room", "room", content))
}

fn open(workshop: &Context) -> Result<&Room, Error> {
    let room = workshop.room.as_deref();
    room.ok_or_else(|| not_found("no room is open; cargo run -- room opens one"))
}

/// What the room says, as far as its question has come, and what the presenter can do next.
fn said(seen: &View, topic: &Topic, poll: Option<&Poll>, action: &str) -> Markup {
    let poll = poll.filter(|_| topic.right.is_some());
    html! {
        @if seen.stage == Stage::Open {
            (offered(&topic.choices))
            p { (heads("answered", seen.answered, seen.guests)) " have answered." }
            form method="post" action=(action) { button name="act" value="close" { "Close the question, and show the answers" } }
        } @else {
            h2 { "The room expects" }
            (bars(seen))
            @if let Some(poll) = poll {
                form method="post" action={ "/steps/" (topic.step) "/lab" } {
                    input type="hidden" name="act" value="play";
                    button name="name" value=(poll.replay.slug()) { "Play the replay that answers: " (poll.replay.title) }
                }
            }
            form method="post" action=(action) {
                @if poll.is_some() && seen.stage == Stage::Closed { button.primary name="act" value="reveal" { "Mark the answer" } }
                button.quiet name="act" value="reopen" { "Go on taking answers" }
                @if poll.is_some() { button.quiet name="act" value="again" { "Ask it anew" } }
            }
        }
    }
}

fn offered(choices: &[String]) -> Markup {
    html! { @if !choices.is_empty() { ul { @for choice in choices { li { (choice) } } } } }
}

/// Any other question.
fn own_question(action: &str) -> Markup {
    html! {
        details.fold {
            summary { h2 { "Ask something else" } }
            form method="post" action=(action) {
                label for="own-question" { "Your question; none for the step's own" }
                input #own-question name="question" maxlength="100" autocomplete="off";
                label for="choices" { "Answers to choose from, with a comma between them; none to let guests type" }
                input #choices name="choices" maxlength="400" autocomplete="off";
                button name="act" value="ask" { "Ask this" }
            }
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
enum PollAction {
    /// Asks the step's question, unless that was asked last: then its answers stay.
    Begin,
    /// Asks it anew.
    Again,
    /// Asks something else.
    Ask,
    Close,
    Reveal,
    Reopen,
    Empty,
}

#[derive(Deserialize)]
pub(super) struct PollForm {
    act: PollAction,
    #[serde(default)]
    question: String,
    #[serde(default)]
    choices: String,
}

/// `POST /steps/3/room`.
pub(super) async fn press(
    State(workshop): State<Context>,
    number: StepNumber,
    Form(pressed): Form<PollForm>,
) -> Result<Redirect, Error> {
    let room = open(&workshop)?;
    let lesson = workshop.lesson(number);
    let number = lesson.step.number;
    let is_asked = |topic: &Topic| topic.step == number && topic.right.is_some();
    let mut state = room.state();
    match pressed.act {
        PollAction::Begin if state.view(None).topic.is_some_and(|it| is_asked(&it)) => {}
        PollAction::Begin | PollAction::Again => state.ask(prepared(lesson)?),
        PollAction::Ask => state.ask(free(lesson, &pressed)?),
        PollAction::Close => state.set_stage(Stage::Closed),
        PollAction::Reveal => state.set_stage(Stage::Revealed),
        PollAction::Reopen => state.set_stage(Stage::Open),
        PollAction::Empty => state.empty(),
    }
    Ok(Redirect::to(&format!("/steps/{number}/room")))
}

/// The step's question, with its answers.
fn prepared(lesson: &Lesson) -> Result<Topic, Error> {
    let poll = lesson.poll();
    let poll = poll.ok_or_else(|| not_found("the deck of this step asks nothing"))?;
    Ok(Topic {
        step: lesson.step.number,
        title: lesson.step.title,
        question: poll.question,
        exercises: lesson.step.exercises.len(),
        choices: poll.choices,
        right: Some(poll.right),
    })
}

/// What somebody typed: a question in place of the step's, and answers.
fn free(lesson: &Lesson, typed: &PollForm) -> Result<Topic, Error> {
    let mut topic = prepared(lesson)?;
    if !typed.question.trim().is_empty() {
        let unprocessable = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
        let ShortText(words) = ShortText::try_from(typed.question.clone())
            .map_err(|why| refused(unprocessable, format!("the question: {why}")))?;
        topic.question = html! { p { (words) } };
    }
    let choices = typed.choices.split(',').map(str::trim);
    topic.choices = choices
        .filter(|it| !it.is_empty())
        .map(Into::into)
        .collect();
    topic.right = None;
    Ok(topic)
}
