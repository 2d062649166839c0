//! What only an instructor needs: the schedule, and the way to slides, presenter, room, doctor and export.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use locallibrary::{Error, form::Form};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Context, navigation, off_thread};
use crate::{
    course::{
        Lesson,
        schedule::{A_DAY, Plan, Row, Typed, What, clock},
    },
    room::invitation,
    shell::layout::{not_found, sentence},
    workshop::Workshop,
};

/// `/instructor`: when each step is, the way to what is presented, and what else an instructor needs.
pub(super) async fn page(State(workshop): State<Context>) -> Markup {
    let plan = workshop.schedule.plan(&workshop.course);
    view(&workshop, &plan, &plan.typed(), None)
}

/// What somebody has planned, and which button was pressed.
#[derive(Deserialize)]
pub(super) struct Planned {
    #[serde(flatten)]
    typed: Typed,
    /// `5 4`: the pause after step 5 comes after step 4.
    #[serde(default)]
    shift: String,
    /// Not empty when breaks and lunch are to be found anew.
    #[serde(default)]
    anew: String,
}

/// `POST /instructor`: keeps the plan, or says what is wrong with it above the form as it was typed.
pub(super) async fn plan(
    State(workshop): State<Context>,
    Form(planned): Form<Planned>,
) -> Result<Response, Error> {
    let typed = &planned.typed;
    let plan = match planned.anew.is_empty() {
        false => (typed.begins()).map(|begins| Plan::usual(&workshop.course, begins)),
        true => Plan::read(typed, &workshop.course),
    };
    let mut plan = match plan {
        Ok(plan) => plan,
        Err(why) => {
            let kept = workshop.schedule.plan(&workshop.course);
            let page = view(&workshop, &kept, typed, Some(&sentence(&why)));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    if !planned.shift.is_empty() {
        let steps = planned.shift.split_once(' ');
        let steps = steps.and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
        let (from, to) = steps.ok_or_else(|| not_found("there is no such break"))?;
        plan.shift(from, to);
    }
    off_thread(move || workshop.schedule.keep(&plan)).await?;
    Ok(Redirect::to("/instructor#schedule").into_response())
}

fn view(workshop: &Workshop, plan: &Plan, typed: &Typed, wrong: Option<&str>) -> Markup {
    let days = workshop.course.lessons().chunks(A_DAY);
    let content = html! {
        @if let Some(room) = &workshop.room {
            section.room {
                h2 { "The room" }
                (invitation(room))
                p { a href="/steps/1/room" { "Show it to everybody" } }
            }
        }
        h2 #schedule { "Schedule" }
        p { "Half a day is enough for steps 1 to 5, and a day for steps 1 to " (A_DAY) ". All of them take a day and a half." }
        @if let Some(why) = wrong { p.bad role="alert" { (why) } }
        form.schedule #plan method="post" action="/instructor" { (fields(typed)) }
        @for (number, lessons) in (1..).zip(days) {
            h3 { "Day " (number) }
            (day(workshop, lessons, &plan.day(lessons)))
        }
        h2 { "Beside it" }
        p.projector { a.button href="/doctor" { "Doctor: what this machine has and lacks" } }
        dl.commands {
            dt { code { "cargo run -- room" } }
            dd { "opens a room for everybody on this network: polls, and who has passed which exercise" }
            dt { code { "cargo run -- export DIR" } } dd { "writes all pages into a folder, for any file server or for none" }
        }
    };
    navigation::page(workshop, "For the instructor", content)
}

fn fields(typed: &Typed) -> Markup {
    let field = |name: &str, label: &str, value: &str| {
        html! {
            label for=(name) { (label) }
            input.number[name.ends_with("minutes")] id=(name) name=(name) value=(value) maxlength="40" autocomplete="off";
        }
    };
    html! {
        p { (field("start", "Begin at", &typed.start)) }
        p {
            (field("breaks", "Breaks after steps", &typed.breaks)) " "
            (field("break_minutes", "Minutes", &typed.break_minutes))
        }
        p {
            (field("lunches", "Lunch after steps", &typed.lunches)) " "
            (field("lunch_minutes", "Minutes", &typed.lunch_minutes))
        }
        p {
            button.primary { "Keep it" } " "
            button.quiet name="anew" value="yes" { "Find breaks and lunch anew" }
        }
    }
}

/// The schedule of one day.
fn day(workshop: &Workshop, lessons: &[Lesson], rows: &[Row<'_>]) -> Markup {
    let pauses = lessons.iter().map(|it| it.step.number);
    let pauses: Vec<_> = pauses.take(lessons.len().saturating_sub(1)).collect();
    html! {
        table {
            thead { tr { @for column in ["From", "To", "What", "Minutes", "To present"] { th scope="col" { (column) } } } }
            tbody {
                @for row in rows {
                    tr {
                        td { (clock(row.from)) } td { (clock(row.from + row.minutes)) }
                        @match row.what {
                            What::Lesson(Lesson { step, .. }) => td {
                                a href={ "/steps/" (step.number) } { (step.number) ". " (step.title) }
                            },
                            What::Break(_) => td { "Break" },
                            What::Lunch(_) => td { "Lunch" },
                        }
                        td { (row.minutes) }
                        td {
                            @match row.what {
                                What::Lesson(lesson) => { (to_present(workshop, lesson.step.number)) },
                                What::Break(after) => { (earlier_or_later("Break", after, &pauses)) },
                                What::Lunch(after) => { (earlier_or_later("Lunch", after, &pauses)) },
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Moves a pause before the step before it, or behind the next one.
fn earlier_or_later(what: &str, after: u8, pauses: &[u8]) -> Markup {
    let ways = [("earlier", after - 1), ("later", after + 1)];
    html! {
        @for (words, to) in ways.iter().filter(|(_, to)| pauses.contains(to)) {
            button.quiet form="plan" name="shift" value={ (after) " " (to) } { span.hidden { (what) " " } (words) } " "
        }
    }
}

/// What belongs to a step on a projector.
fn to_present(workshop: &Workshop, number: u8) -> Markup {
    html! {
        a href={ "/steps/" (number) "/slides" } { "Slides" } " · "
        a href={ "/steps/" (number) "/presenter" } { "Presenter" }
        @if workshop.room.is_some() { " · " a href={ "/steps/" (number) "/room" } { "Room" } }
    }
}
