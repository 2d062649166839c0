//! The schedule's form, and what is typed into it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{console::printable, course::Course};

/// A longer break or lunch was meant otherwise.
const LONGEST: u32 = 240;

/// A plan as a form has it.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Typed {
    /// When a day begins: `09:00`.
    pub start: String,
    /// The steps after which there is a break: `2, 8`.
    pub breaks: String,
    /// How many minutes it takes.
    pub break_minutes: String,
    /// The steps after which there is lunch.
    pub lunches: String,
    /// How many minutes it takes.
    pub lunch_minutes: String,
}

impl Typed {
    /// When a day begins.
    ///
    /// # Errors
    /// A sentence, when that is no time of day.
    pub fn begins(&self) -> Result<u32, String> {
        minute_of_day(&self.start).ok_or_else(|| {
            let typed = printable(&self.start);
            format!("“{typed}” is no time of day; write it like 09:30")
        })
    }
}

/// Steps with commas between them.
pub(super) fn steps(typed: &str, course: &Course) -> Result<BTreeSet<u8>, String> {
    let names = typed
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    names
        .map(|name| Ok(course.find(name)?.step.number))
        .collect()
}

pub(super) fn minutes(typed: &str, what: &str) -> Result<u32, String> {
    let minutes = typed.trim().parse().ok();
    let minutes = minutes.filter(|minutes| (1..=LONGEST).contains(minutes));
    minutes.ok_or_else(|| {
        let typed = printable(typed);
        format!("{what} takes 1 to {LONGEST} minutes, not “{typed}”")
    })
}

fn minute_of_day(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// A minute of the day as a clock shows it.
pub fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_has_hours_and_minutes() {
        assert_eq!(minute_of_day("09:30"), Some(570));
        for wrong in ["", "9", "24:00", "12:60", "-1:00", "a:b"] {
            assert_eq!(minute_of_day(wrong), None, "{wrong}");
        }
    }
}
