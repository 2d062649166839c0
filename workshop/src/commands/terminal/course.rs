//! The steps in a terminal: how far somebody is, and what changed from one to the next.

use anstyle::Style;
use locallibrary::Error;

use crate::{
    console::{BAD, Cell, FAINT, GOOD, STRONG, say, table, warn},
    course::{Course, Lesson, Task},
    learner::progress::{Next, Progress, ProgressFile},
    text::diff,
};

/// Lists the steps, for somebody who wants to begin one and has not said which.
pub fn steps(course: &Course) {
    let rows = course.lessons().iter().map(|lesson| {
        let (number, title) = (lesson.step.number, lesson.step.title);
        let base = lesson
            .step
            .builds_on
            .map(|base| format!("builds on {base}"));
        [
            (STRONG, format!("{number:>3}")),
            plain(title),
            (FAINT, format!("{} minutes", lesson.minutes())),
            (FAINT, base.unwrap_or_default()),
        ]
    });
    let rows: Vec<_> = rows.collect();
    say(format_args!(
        "{}\n\ncargo run -- start 3 puts a copy of step 3 into steps/mine/main.rs; what is there is kept",
        table(&rows)
    ));
}

/// Says how far somebody is, and which exercises the program in steps/mine has passed as it is now.
pub fn progress(course: &Course, progress: &Progress, passed: &[&str]) {
    show(course, progress);
    if !passed.is_empty() {
        let passed = passed.join(" and ");
        say(format_args!(
            "\nsteps/mine, as it is now, has passed {passed}"
        ));
    }
}

/// The same for a program.
pub fn progress_as_json(course: &Course, progress: &Progress, passed: &[&str]) {
    let lessons = course.lessons().iter();
    let done = lessons.filter(|lesson| progress.is_done(lesson));
    say(serde_json::json!({
        "current": progress.current,
        "done": done.map(|lesson| lesson.step.number).collect::<Vec<_>>(),
        "looked_at": progress.looked_at,
        "exercises": progress.exercises,
        "passed_as_it_is": passed,
        "passed_at": progress.passed_at,
        "steps": course.lessons().len(),
    }));
}

/// That an exercise has passed, what it has taught, and the one command that goes on.
pub fn passed(course: &Course, progress: &Progress, task: &Task<'_>) -> String {
    let name = task.name();
    let step = match progress.is_done(task.lesson) {
        true => format!(", and with it step {}", task.lesson.step.number),
        false => String::new(),
    };
    let learnt = task.learnt().map(|words| format!("\n{words}"));
    let next = match progress.next(course) {
        Some(Next::Exercise(task)) => {
            let name = task.name();
            format!("next is {name}: cargo run -- watch {name}")
        }
        Some(Next::Lesson(lesson)) => {
            let (number, title) = (lesson.step.number, lesson.step.title);
            format!("next is step {number}, {title}: cargo run -- goto {number}")
        }
        None => "that was the last of all exercises".into(),
    };
    format!(
        "{GOOD}{name} is done{GOOD:#}{step}{}\n{next}",
        learnt.unwrap_or_default()
    )
}

/// Leaves the current step behind and goes to the next.
///
/// # Errors
/// [`Error::Failed`], here and below, when progress cannot be written.
pub fn next(course: &Course, file: &ProgressFile) -> Result<(), Error> {
    let mut at_the_end = false;
    let changed = file.change(|progress| {
        let current = within(course, progress.current);
        progress.looked_at.insert(current);
        progress.current = within(course, current + 1);
        at_the_end = progress.current == current;
    })?;
    show(course, &changed);
    let current = changed.current;
    match at_the_end {
        true => say(format_args!("\nstep {current} is the last")),
        false => say(format_args!("\nyou are at step {current}")),
    }
    Ok(())
}

/// Goes to the step before.
pub fn previous(course: &Course, file: &ProgressFile) -> Result<(), Error> {
    let current = within(course, file.read().current);
    if let Some(lesson) = course.get(current - 1) {
        return go(course, file, lesson);
    }
    show(course, &file.read());
    say(format_args!("\nstep {current} is the first"));
    Ok(())
}

/// Goes to a step.
pub fn go(course: &Course, file: &ProgressFile, lesson: &Lesson) -> Result<(), Error> {
    let number = lesson.step.number;
    show(course, &file.begin(number)?);
    say(format_args!("\nyou are at step {number}"));
    Ok(())
}

/// The step that is there: a file from elsewhere may name another.
fn within(course: &Course, number: u8) -> u8 {
    let last = course.lessons().last().map_or(1, |last| last.step.number);
    number.clamp(1, last)
}

fn plain(words: &str) -> Cell {
    (Style::new(), words.into())
}

fn show(course: &Course, progress: &Progress) {
    let head = ["", "Step", "Minutes", "Exercises", "", "Passed last"]
        .map(|word| (FAINT, word.to_string()));
    let rows = course.lessons().iter().map(|lesson| row(lesson, progress));
    say(table(&[head].into_iter().chain(rows).collect::<Vec<_>>()));
}

fn row(lesson: &Lesson, progress: &Progress) -> [Cell; 6] {
    let step = lesson.step;
    let (here, style) = match progress.current == step.number {
        true => (">", STRONG),
        false => (" ", Style::new()),
    };
    let exercises = lesson.tasks().filter(|task| task.exercise.is_some());
    let passed: Vec<_> = exercises
        .filter(|task| progress.exercises.contains(&task.name()))
        .collect();
    let last = passed.iter().filter_map(|task| progress.when(task)).max();
    let (passed, all) = (passed.len(), step.exercises.len());
    let mark = match (
        progress.is_done(lesson),
        progress.looked_at.contains(&step.number),
    ) {
        (true, _) => (GOOD, "done"),
        (false, true) => (FAINT, "looked at"),
        (false, false) => (FAINT, ""),
    };
    [
        (style, format!("{here} {}", step.number)),
        (style, step.title.into()),
        (FAINT, format!("{:>7}", lesson.minutes())),
        (
            if passed == all { GOOD } else { FAINT },
            format!("{passed} of {all}"),
        ),
        (mark.0, mark.1.into()),
        (FAINT, last.unwrap_or_default()),
    ]
}

/// Shows what changed from one step to another.
pub fn diff(from: &Lesson, to: &Lesson) {
    let difference = diff::unified(&from.step.program(), &to.step.program());
    if difference.is_empty() {
        let number = to.step.number;
        // It goes beside the difference, which a file or another program may read.
        warn(format_args!(
            "step {number} was compared with itself, so nothing differs"
        ));
        return;
    }
    let lines = difference.lines().map(|line| {
        let style = match line.as_bytes().first() {
            Some(b'+') => GOOD,
            Some(b'-') => BAD,
            Some(b'@') => FAINT,
            _ => Style::new(),
        };
        format!("{style}{line}{style:#}")
    });
    say(lines.collect::<Vec<_>>().join("\n"));
}

/// Why there is nothing to compare a step with.
pub fn builds_on_none(lesson: &Lesson) -> String {
    let (number, path) = (lesson.step.number, lesson.path());
    format!("step {number} builds on no other; all of it is in {path}")
}
