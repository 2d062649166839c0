//! What guests see. A part with `data-fresh` is replaced by the script once the server has another value there, so
//! that what somebody is typing stays; without script there is a link.

use maud::{Markup, html};

use super::{
    open::Room,
    qr,
    seen::View,
    state::{Stage, Topic},
};
use crate::shell::layout;

fn page(title: &str, content: Markup) -> Markup {
    let content = html! { main #content .single.room { h1 { (title) } (content) } };
    layout::layout(title, "room", content)
}

/// What somebody reads who asked for what they cannot have.
pub fn sorry(sentence: &str) -> Markup {
    page(
        "The room",
        html! { p { (sentence) } p { a href="/" { "Go back to the room" } } },
    )
}

/// The room's address, for a telephone and in letters, and its code.
pub fn invitation(room: &Room) -> Markup {
    html! {
        div.join {
            (qr::picture(&room.address))
            p { "Open " strong { (room.address) } " and type " strong.code-word { (room.state().code()) } "." }
        }
    }
}

/// For whoever has not joined; who has tried finds what they typed, and the reason.
pub fn before_the_door(typed: &str, refused: Option<&str>) -> Markup {
    let content = html! {
        @if let Some(why) = refused { p role="alert" { (why) } }
        form method="post" action="/join" {
            label for="code" { "The code that the presenter shows" }
            input #code name="code" value=(typed) required maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false";
            button { "Join" }
        }
        p.note {
            "Nobody asks for your name. What you answer is counted and forgotten when the workshop ends."
        }
    };
    page("Join the room", content)
}

/// For a guest.
pub fn inside(seen: &View) -> Markup {
    let own = seen.own_answer.as_deref().unwrap_or_default();
    let state = format!("{}-{:?}-{own}", seen.number, seen.stage);
    let content = html! {
        div aria-live="polite" {
            div #question data-fresh=(state) {
                @match &seen.topic {
                    None => p { "Nothing has been asked yet." },
                    Some(topic) => {
                        (question(topic))
                        @if !own.is_empty() { p.predicted { "Your answer: " strong { (own) } } }
                        @if seen.stage == Stage::Open { (answer_form(seen.number, topic, own)) }
                        @else {
                            p { "The question is closed. This is what the room said:" }
                            (bars(seen))
                        }
                    }
                }
            }
        }
        div #board data-fresh=(format!("{}-{:?}", seen.number, seen.own_passed)) {
            @if let Some(topic) = seen.topic.as_ref().filter(|topic| topic.exercises > 0) {
                h2 { "Exercises of step " (topic.step) }
                ul.plain { @for (exercise, passed) in (1..).zip(&seen.board) { (exercise_row(seen, (topic.step, exercise), *passed)) } }
            }
        }
        p { a href="/" { "See what is new" } }
    };
    page("The room", content)
}

/// The question of a step, as its slide has it.
fn question(topic: &Topic) -> Markup {
    html! {
        h2 { "Step " (topic.step) ": " (topic.title) }
        (topic.question)
    }
}

fn answer_form(number: u64, topic: &Topic, own: &str) -> Markup {
    html! {
        form.answer method="post" action="/answer" {
            input type="hidden" name="question" value=(number);
            @if topic.choices.is_empty() {
                label for="answer" { "I expect" }
                input #answer name="answer" value=(own) required maxlength="100" autocomplete="off";
            } @else {
                fieldset {
                    legend { "I expect" }
                    @for choice in &topic.choices {
                        label { input type="radio" name="answer" value=(choice) required checked[own == choice]; " " (choice) }
                    }
                }
            }
            button { (if own.is_empty() { "Send it" } else { "Change it" }) }
        }
    }
}

fn exercise_row(seen: &View, (step, exercise): (u8, usize), passed: usize) -> Markup {
    let own = seen.own_passed.contains(&exercise);
    html! {
        li {
            form method="post" action="/passed" {
                input type="hidden" name="step" value=(step);
                input type="hidden" name="exercise" value=(exercise);
                button name="passed" value=(!own) {
                    @if own { "I have not passed exercise " (exercise) } @else { "I have passed exercise " (exercise) }
                }
                " " (heads(&format!("passed-{exercise}"), passed, seen.guests))
            }
        }
    }
}

/// `5 of 23`, kept up to date.
pub fn heads(id: &str, some: usize, all: usize) -> Markup {
    html! { output id=(id) data-fresh=(format!("{some}-{all}")) { (some) " of " (all) } }
}

/// The answers as bars: all that were offered, or the most frequent ones and how many gave others. Once the room knows
/// which is right, that one is marked.
pub fn bars(seen: &View) -> Markup {
    const MOST_BARS: usize = 8;
    let others: usize = seen
        .answers
        .iter()
        .skip(MOST_BARS)
        .map(|(_, count)| count)
        .sum();
    let others = (others > 0).then(|| ("something else".to_string(), others));
    let topic = seen
        .topic
        .as_ref()
        .filter(|_| seen.stage == Stage::Revealed);
    let right = topic.and_then(|topic| topic.right.as_deref());
    html! {
        @if seen.answers.is_empty() { p.note { "Nobody has said anything." } }
        @else {
            table.bars {
                caption.hidden { "Answers" }
                tbody {
                    @for (answer, count) in seen.answers.iter().take(MOST_BARS).chain(&others) {
                        @let is_right = right == Some(answer);
                        tr.right-answer[is_right] {
                            th scope="row" { (answer) @if is_right { span.good { " ✓ the answer" } } }
                            td { progress value=(count) max=(seen.answered.max(1)) aria-label=(answer) {} }
                            td { (count) }
                        }
                    }
                }
            }
            @if let Some(right) = right.filter(|right| seen.answers.iter().all(|(answer, _)| answer != right)) {
                p { "The answer: " strong.good { (right) } }
            }
        }
    }
}
