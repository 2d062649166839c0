//! What only an instructor needs: the schedule, and the way to slides, presenter, room, doctor and export.

use axum::{extract::State, http::StatusCode};
use locallibrary::{Error, form::Query};
use maud::{Markup, html};

use super::{Context, navigation};
use crate::{course::Lesson, workshop::Workshop};

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

/// `/instructor?start=09:00`: when each step begins, with a break after each hour and a half, and lunch at noon; the way
/// to what is presented; and what else an instructor needs.
pub(super) async fn page(
    State(workshop): State<Context>,
    Query(Start { start }): Query<Start>,
) -> Result<Markup, Error> {
    let begins = minute_of_day(&start).ok_or_else(|| {
        Error::Request(
            StatusCode::BAD_REQUEST,
            format!("{start:?} is no time of day; write it like 09:30"),
        )
    })?;
    let days = workshop.course.lessons().chunks(A_DAY);
    let content = html! {
        h2 { "Schedule" }
        form {
            label for="start" { "Begin at" }
            input #start type="time" name="start" value=(start) required;
            button { "Show" }
        }
        p { "Half a day is enough for steps 1 to 5, and a day for steps 1 to " (A_DAY) ". All of them take a day and a half." }
        @for (number, lessons) in (1..).zip(days) {
            h3 { "Day " (number) }
            (day(&workshop, lessons, begins))
        }
        h2 { "Beside it" }
        p.projector { a.button href="/doctor" { "Doctor: what this machine has and lacks" } }
        dl.commands {
            dt { code { "cargo run -- room" } }
            dd { "opens a room for everybody on this network: polls, and who has passed which exercise" }
            dt { code { "cargo run -- export DIR" } } dd { "writes all pages into a folder, for any file server or for none" }
        }
    };
    Ok(navigation::page(&workshop, "For the instructor", content))
}

/// The schedule of one day.
fn day(workshop: &Workshop, lessons: &[Lesson], begins: u32) -> Markup {
    let rows = timetable(begins, lessons.iter().map(Lesson::minutes));
    html! {
        table {
            (head(&["From", "To", "What", "Minutes", "To present"]))
            tbody {
                @for row in &rows {
                    tr {
                        td { (clock(row.from)) } td { (clock(row.from + row.minutes)) }
                        @match row.what {
                            What::Lesson(at) => td {
                                @let step = lessons[at].step;
                                a href={ "/steps/" (step.number) } { (step.number) ". " (step.title) }
                            },
                            What::Break => td { "Break" },
                            What::Lunch => td { "Lunch" },
                        }
                        td { (row.minutes) }
                        td { @if let What::Lesson(at) = row.what { (to_present(workshop, lessons[at].step.number)) } }
                    }
                }
            }
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

/// How many steps fill a day.
const A_DAY: usize = 10;

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
    /// The lesson at this place in the day, from 0.
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
