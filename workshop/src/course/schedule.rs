//! Which step is when, and what lies between: as an instructor has planned it, in a local file, `schedule.json`.

mod typed;

use std::{collections::BTreeSet, fs, io, path::PathBuf};

use locallibrary::Error;
use tempfile::NamedTempFile;

pub use typed::{Typed, clock};

use super::{Course, Lesson};

/// How many steps fill a day.
pub const A_DAY: usize = 10;

/// How long people listen before they need a break.
const BEFORE_BREAK: u32 = 90;

/// Lunch begins before the first lesson that would last beyond half past twelve, in a day that begins before noon.
const NO_LESSON_BEYOND: u32 = 12 * 60 + 30;
const NOON: u32 = 12 * 60;

/// A plan of all days. Times are in minutes of a day.
#[derive(Clone)]
pub struct Plan {
    begins: u32,
    breaks: BTreeSet<u8>,
    break_minutes: u32,
    lunches: BTreeSet<u8>,
    lunch_minutes: u32,
}

/// What there is time for.
#[derive(Clone, Copy)]
pub enum What<'a> {
    Lesson(&'a Lesson),
    /// After this step.
    Break(u8),
    /// After this step.
    Lunch(u8),
}

/// A line of the schedule.
pub struct Row<'a> {
    pub from: u32,
    pub minutes: u32,
    pub what: What<'a>,
}

impl Plan {
    /// Reads a plan.
    ///
    /// # Errors
    /// A sentence about the first thing that cannot be meant.
    pub fn read(typed: &Typed, course: &Course) -> Result<Self, String> {
        let plan = Self {
            begins: typed.begins()?,
            breaks: typed::steps(&typed.breaks, course)?,
            break_minutes: typed::minutes(&typed.break_minutes, "a break")?,
            lunches: typed::steps(&typed.lunches, course)?,
            lunch_minutes: typed::minutes(&typed.lunch_minutes, "lunch")?,
        };
        match plan.breaks.intersection(&plan.lunches).next() {
            Some(step) => Err(format!(
                "after step {step} comes a break or lunch, not both"
            )),
            None => Ok(plan),
        }
    }

    /// With a break after each hour and a half, and with lunch at noon.
    pub fn usual(course: &Course, begins: u32) -> Self {
        let mut plan = Self {
            begins,
            breaks: BTreeSet::new(),
            break_minutes: 15,
            lunches: BTreeSet::new(),
            lunch_minutes: 60,
        };
        for day in course.lessons().chunks(A_DAY) {
            plan.pause(day.iter().map(|it| (it.step.number, it.minutes())));
        }
        plan
    }

    /// Puts pauses between the lessons of a day: steps, and how long each takes.
    fn pause(&mut self, mut lessons: impl Iterator<Item = (u8, u32)>) {
        let Some((mut last, mut since_break)) = lessons.next() else {
            return;
        };
        let mut from = self.begins + since_break;
        let mut is_lunch_to_come = self.begins < NOON;
        for (step, minutes) in lessons {
            if is_lunch_to_come && from + minutes > NO_LESSON_BEYOND {
                is_lunch_to_come = false;
                self.lunches.insert(last);
                (from, since_break) = (from + self.lunch_minutes, 0);
            } else if since_break + minutes > BEFORE_BREAK {
                self.breaks.insert(last);
                (from, since_break) = (from + self.break_minutes, 0);
            }
            (last, from, since_break) = (step, from + minutes, since_break + minutes);
        }
    }

    /// Moves the pause after one step to another step; a pause that is there takes its place.
    pub fn shift(&mut self, from: u8, to: u8) {
        for pauses in [&mut self.breaks, &mut self.lunches] {
            let (here, there) = (pauses.remove(&from), pauses.remove(&to));
            pauses.extend(here.then_some(to));
            pauses.extend(there.then_some(from));
        }
    }

    /// The lines of one day.
    pub fn day<'a>(&self, lessons: &'a [Lesson]) -> Vec<Row<'a>> {
        let (mut from, mut rows) = (self.begins, Vec::new());
        let mut add = |minutes, what| {
            rows.push(Row {
                from,
                minutes,
                what,
            });
            from += minutes;
        };
        for (place, lesson) in lessons.iter().enumerate() {
            let step = lesson.step.number;
            add(lesson.minutes(), What::Lesson(lesson));
            if place + 1 == lessons.len() {
                break;
            }
            if self.lunches.contains(&step) {
                add(self.lunch_minutes, What::Lunch(step));
            } else if self.breaks.contains(&step) {
                add(self.break_minutes, What::Break(step));
            }
        }
        rows
    }

    /// When a step begins.
    pub fn begin_of(&self, course: &Course, step: u8) -> u32 {
        let days = course.lessons().chunks(A_DAY);
        let mut rows = days.flat_map(|day| self.day(day));
        let is_it = |row: &Row<'_>| matches!(row.what, What::Lesson(it) if it.step.number == step);
        rows.find(is_it).map_or(self.begins, |row| row.from)
    }

    /// As a form shows it.
    pub fn typed(&self) -> Typed {
        let list = |steps: &BTreeSet<u8>| {
            let steps: Vec<_> = steps.iter().map(ToString::to_string).collect();
            steps.join(", ")
        };
        Typed {
            start: clock(self.begins),
            breaks: list(&self.breaks),
            break_minutes: self.break_minutes.to_string(),
            lunches: list(&self.lunches),
            lunch_minutes: self.lunch_minutes.to_string(),
        }
    }
}

/// The file, which need not be there.
pub struct Schedule(pub PathBuf);

impl Schedule {
    /// What is planned; where nothing can be read, the usual plan from nine o'clock.
    pub fn plan(&self, course: &Course) -> Plan {
        let typed = fs::read(&self.0).ok();
        let typed = typed.and_then(|bytes| serde_json::from_slice::<Typed>(&bytes).ok());
        let plan = typed.and_then(|typed| Plan::read(&typed, course).ok());
        plan.unwrap_or_else(|| Plan::usual(course, 9 * 60))
    }

    /// Keeps a plan: in a new file first, which then takes the old one's place.
    ///
    /// # Errors
    /// [`Error::Failed`] when the file cannot be written.
    pub fn keep(&self, plan: &Plan) -> Result<(), Error> {
        let write = || -> io::Result<()> {
            let mut file = NamedTempFile::new_in(self.0.parent().unwrap_or(&self.0))?;
            serde_json::to_writer_pretty(&mut file, &plan.typed())?;
            file.persist(&self.0)?;
            Ok(())
        };
        let failed = |cause| format!("{} cannot be written: {cause}", self.0.display());
        write().map_err(|cause| Error::Failed(failed(cause)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The usual plan of a day whose lessons take half an hour each.
    fn pauses(begins: u32, lessons: u8) -> (Vec<u8>, Vec<u8>) {
        let mut plan = Plan::usual(&Course::new(&[]), begins);
        plan.pause((1..=lessons).map(|step| (step, 30)));
        let list = |steps: BTreeSet<u8>| steps.into_iter().collect();
        (list(plan.breaks), list(plan.lunches))
    }

    #[test]
    fn a_day_has_lunch_at_noon_and_breaks_before_and_after_and_half_a_day_has_no_lunch() {
        assert_eq!(pauses(9 * 60, 10), (vec![3, 9], vec![6]));
        assert_eq!(pauses(9 * 60, 3), (vec![], vec![]));
        assert_eq!(pauses(13 * 60, 4), (vec![3], vec![]));
    }

    #[test]
    fn a_pause_is_moved_and_changes_places_with_another() {
        let mut plan = Plan::usual(&Course::new(&[]), 540);
        plan.pause((1..=10).map(|step| (step, 30)));
        plan.shift(9, 8);
        assert_eq!(plan.typed().breaks, "3, 8");
        plan.shift(3, 6);
        let typed = plan.typed();
        assert_eq!((&*typed.breaks, &*typed.lunches), ("6, 8", "3"));
    }
}
