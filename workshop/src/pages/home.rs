//! The overview, the schedule, and the mark on a step that is done.

use axum::{extract::State, http::StatusCode, response::Redirect};
use locallibrary::{
    Error,
    form::{Form, Query},
};
use maud::{Markup, html};

use super::{Context, StepNumber, navigation, off_thread};
use crate::course::Lesson;

/// `/`: where one is, and every step.
pub(super) async fn overview(State(workshop): State<Context>) -> Markup {
    let progress = workshop.progress.read();
    let minutes: u32 = workshop
        .course
        .lessons()
        .iter()
        .map(|lesson| lesson.minutes())
        .sum();
    let current = workshop.course.get(progress.current);
    let content = html! {
        p.lead {
            "You rebuild a small library site, and watch how it comes to know its visitors. "
            (workshop.course.lessons().len()) " steps, about " (minutes) " minutes. Every step runs already: "
            "look, predict, then change your own copy."
        }
        @if let Some(lesson) = current {
            p {
                a.button.primary href={ "/steps/" (lesson.step.number) } {
                    @if progress.done.is_empty() { "Begin with step " } @else { "Go on with step " }
                    (lesson.step.number) ": " (lesson.step.title)
                }
            }
        }
        p {
            "New to Rust? Read the " a href="/primer" { "ten-minute primer" } " first. The "
            a href="/glossary" { "glossary" } " says what each word means here. When you are done, "
            a href="/take-it-home" { "take the sessions home" } "."
        }
        ol.course {
            @for lesson in workshop.course.lessons() { (card(lesson, progress.done.contains(&lesson.step.number))) }
        }
        h2 { "In the terminal" }
        dl.commands {
            dt { code { "cargo run --bin step3" } } dd { "runs one step alone, at port 8000" }
            dt { code { "cargo run -- start 3" } }
            dd { "makes steps/mine/main.rs a copy of step 3, and keeps what was there" }
            dt { code { "cargo run --bin mine" } } dd { "runs your copy" }
            dt { code { "cargo run -- check 3" } } dd { "checks your copy against step 3" }
            dt { code { "cargo run -- diff 2 3" } } dd { "shows what changed between two steps" }
            dt { code { "cargo run -- doctor" } } dd { "says what this machine has and lacks" }
        }
    };
    navigation::page(&workshop, "Sessions, step by step", content)
}

/// A step as the overview shows it: its idea, and its picture.
fn card(lesson: &Lesson, done: bool) -> Markup {
    let step = lesson.step;
    html! {
        li.done[done] {
            div.picture { @if let Some(picture) = lesson.picture() { (picture) } @else { span aria-hidden="true" { (step.number) } } }
            div {
                h2 { a href={ "/steps/" (step.number) } { (step.number) ". " (step.title) } }
                @if let Some(title) = lesson.deck().slides.first() { div.idea { (title.body) } }
                p.note {
                    (lesson.minutes()) " minutes"
                    @if let Some(base) = step.builds_on.filter(|base| base + 1 != step.number) { ", builds on step " (base) }
                    @if done { ", " b.good { "done" } }
                }
            }
        }
    }
}

fn head(columns: &[&str]) -> Markup {
    html! { thead { tr { @for column in columns { th scope="col" { (column) } } } } }
}

/// When the first step begins, by the wall clock.
#[derive(serde::Deserialize)]
pub(super) struct Start {
    #[serde(default = "nine")]
    start: String,
}

fn nine() -> String {
    "09:00".into()
}

/// `/schedule?start=09:00`: when each step begins, with a break after each hour and a half, and lunch at noon.
pub(super) async fn schedule(
    State(workshop): State<Context>,
    Query(Start { start }): Query<Start>,
) -> Result<Markup, Error> {
    let begins = minute_of_day(&start).ok_or_else(|| {
        Error::Request(
            StatusCode::BAD_REQUEST,
            format!("{start:?} is no time of day; write it like 09:30"),
        )
    })?;
    let minutes = workshop
        .course
        .lessons()
        .iter()
        .map(|lesson| lesson.minutes());
    let rows = timetable(begins, minutes);
    let content = html! {
        form {
            label for="start" { "Begin at" }
            input #start type="time" name="start" value=(start) required;
            button { "Show" }
        }
        table {
            (head(&["From", "To", "What", "Minutes"]))
            tbody {
                @for row in &rows {
                    tr {
                        td { (clock(row.from)) } td { (clock(row.from + row.minutes)) }
                        @match row.what {
                            What::Lesson(at) => td {
                                @let step = workshop.course.lessons()[at].step;
                                a href={ "/steps/" (step.number) "/slides" } { (step.number) ". " (step.title) }
                            },
                            What::Break => td { "Break" },
                            What::Lunch => td { "Lunch" },
                        }
                        td { (row.minutes) }
                    }
                }
            }
        }
    };
    Ok(navigation::page(&workshop, "Schedule", content))
}

/// How long people listen before they need a break, and how long that is, in minutes.
const BEFORE_BREAK: u32 = 90;
const BREAK: u32 = 15;

/// Lunch begins before the first lesson that would last beyond half past twelve.
const LUNCH: u32 = 60;
const NO_LESSON_BEYOND: u32 = 12 * 60 + 30;
const NOON: u32 = 12 * 60;

/// What there is time for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// The lesson at this place in the course, from 0.
    Lesson(usize),
    Break,
    Lunch,
}

/// A line of the schedule, in minutes of the day.
struct Row {
    from: u32,
    minutes: u32,
    what: What,
}

fn timetable(begins: u32, lessons: impl Iterator<Item = u32>) -> Vec<Row> {
    let (mut from, mut since_break, mut rows) = (begins, 0, Vec::new());
    let mut is_lunch_to_come = begins < NOON;
    for (lesson, minutes) in lessons.enumerate() {
        let pause = if is_lunch_to_come && from + minutes > NO_LESSON_BEYOND {
            is_lunch_to_come = false;
            Some((What::Lunch, LUNCH))
        } else if since_break > 0 && since_break + minutes > BEFORE_BREAK {
            Some((What::Break, BREAK))
        } else {
            None
        };
        if let Some((what, minutes)) = pause {
            rows.push(Row {
                from,
                minutes,
                what,
            });
            (from, since_break) = (from + minutes, 0);
        }
        let what = What::Lesson(lesson);
        rows.push(Row {
            from,
            minutes,
            what,
        });
        (from, since_break) = (from + minutes, since_break + minutes);
    }
    rows
}

fn minute_of_day(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
}

/// Whether the button says "done" or "not done".
#[derive(serde::Deserialize)]
pub(super) struct Mark {
    done: bool,
}

/// `POST /steps/3/done`: marks a step, and goes on to the next.
pub(super) async fn done(
    State(workshop): State<Context>,
    number: StepNumber,
    Form(mark): Form<Mark>,
) -> Result<Redirect, Error> {
    let number = workshop.lesson(number).step.number;
    let next = workshop
        .course
        .get(number + 1)
        .map_or(number, |lesson| lesson.step.number);
    off_thread(move || {
        workshop.progress.change(|progress| {
            if mark.done {
                progress.done.insert(number);
                progress.current = next;
            } else {
                progress.done.remove(&number);
                progress.current = number;
            }
        })
    })
    .await?;
    Ok(Redirect::to(&format!(
        "/steps/{}",
        if mark.done { next } else { number }
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pauses of a day whose lessons take half an hour each, with the times at which they begin.
    fn pauses(begins: &str, lessons: usize) -> Vec<(What, String)> {
        let rows = timetable(minute_of_day(begins).unwrap(), (0..lessons).map(|_| 30));
        let pauses = rows
            .iter()
            .filter(|row| !matches!(row.what, What::Lesson(_)));
        pauses.map(|row| (row.what, clock(row.from))).collect()
    }

    #[test]
    fn a_day_has_lunch_at_noon_and_breaks_before_and_after() {
        let day = [
            (What::Break, "10:30"),
            (What::Lunch, "12:15"),
            (What::Break, "14:45"),
        ];
        assert_eq!(
            pauses("09:00", 10),
            day.map(|(what, time)| (what, time.to_string()))
        );
    }

    #[test]
    fn a_morning_and_an_afternoon_have_no_lunch() {
        assert_eq!(pauses("09:00", 3), []);
        assert_eq!(pauses("13:00", 4), [(What::Break, "14:30".to_string())]);
    }

    #[test]
    fn a_time_of_day_has_hours_and_minutes() {
        assert_eq!(minute_of_day("09:30"), Some(570));
        for wrong in ["", "9", "24:00", "12:60", "-1:00", "a:b"] {
            assert_eq!(minute_of_day(wrong), None, "{wrong}");
        }
    }
}
