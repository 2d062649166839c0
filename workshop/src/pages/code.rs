//! A step's program: all of it, what it changes in the step it builds on, and the pages that the tests expect of it.

use axum::{extract::State, http::StatusCode};
use journey::{Journey, lines, text};
use locallibrary::Error;
use maud::{Markup, PreEscaped, html};

use super::{Context, StepNumber, navigation, program::compiler};
use crate::{
    course::Lesson,
    learner::build::BuildError,
    shell::layout::{difference, not_found, open_button, page_window},
    text::{code, diff},
    workshop::Workshop,
};

/// `/steps/3/code`: each line has its number, which opens it in the editor, and an anchor: `#L42`.
pub(super) async fn page(
    State(workshop): State<Context>,
    number: StepNumber,
) -> Result<Markup, Error> {
    let lesson = workshop.lesson(number);
    view(&workshop, lesson, None)
}

/// `POST /steps/3/code`: builds the learner's program, makes every journey at it, and shows its pages beside the pinned
/// ones.
pub(super) async fn compare(
    State(workshop): State<Context>,
    number: StepNumber,
) -> Result<Markup, Error> {
    let lesson = workshop.lesson(number);
    let one_at_a_time = workshop.checking.lock().await;
    let seen = workshop.mine.journeys(lesson.step.journeys).await;
    drop(one_at_a_time);
    let mine = match seen {
        Ok(seen) => Ok(seen.iter().map(|seen| seen.last().page.clone()).collect()),
        Err(BuildError::Compiler(words)) => Err(compiler(&words)),
        Err(BuildError::Other(cause)) => return Err(Error::Request(StatusCode::CONFLICT, cause)),
    };
    view(&workshop, lesson, Some(mine))
}

/// The learner's last page of each journey, or what the compiler says.
type Mine = Result<Vec<String>, Markup>;

fn view(workshop: &Context, lesson: &Lesson, mine: Option<Mine>) -> Result<Markup, Error> {
    let pinned = pinned_pages(workshop, lesson, mine)?;
    let base = lesson
        .step
        .builds_on
        .and_then(|base| workshop.course.get(base));
    let content = html! {
        // The style sheet does what the switches say: they work without script.
        p.lens {
            @if let Some(base) = base {
                label { input #changes type="checkbox"; " Show what changed since step " (base.step.number) }
            }
            label { input #django type="checkbox"; " Show what each block of Rust is in Django" }
        }
        div.code-page {
            div {
                p.note { code { (lesson.path()) } ", " (lesson.step.source.lines().count()) " lines. A line’s number opens it in your editor." }
                (open_button(&lesson.path()))
                (listing(lesson))
                @if let Some(base) = base { (changes(base, lesson)) }
            }
            (pinned)
        }
    };
    Ok(navigation::step_page(workshop, lesson, "/code", content))
}

/// The program with numbered lines, and below each block that a lesson shows what it is in Django. The numbers are not
/// selected with the code. With the keyboard one types a line's number into the form above, so they do not stand in its
/// way.
fn listing(lesson: &Lesson) -> Markup {
    let lines: Vec<_> = (1..).zip(lesson.listing()).collect();
    let django = lesson.django();
    let (mut blocks, mut rest) = (Vec::new(), lines.as_slice());
    for (last, lines_in_django) in &django {
        let (block, after) = rest.split_at(last - (lines.len() - rest.len()));
        blocks.push((block, Some(lines_in_django)));
        rest = after;
    }
    blocks.push((rest, None));
    html! {
        form.listing method="post" action="/open" data-quiet {
            input type="hidden" name="file" value=(lesson.path());
            output {}
            div.program {
                @for (block, in_django) in blocks {
                    (numbered(block, "Open line"))
                    @if let Some(block) = in_django {
                        figure.django { (code::block(&block.language, &block.code)) figcaption.origin { "In Django" } }
                    }
                }
            }
        }
    }
}

/// Lines of a program, each with a button that has its number.
pub(super) fn numbered(lines: &[(usize, &PreEscaped<String>)], what: &str) -> Markup {
    html! {
        pre.code.listing tabindex="0" {
            code {
                @for (number, line) in lines {
                    span id={ "L" (number) } {
                        button name="line" value=(number) tabindex="-1" aria-label={ (what) " " (number) } { (number) }
                        (line) "\n"
                    }
                }
            }
        }
    }
}

/// What the step changes in the one it builds on.
fn changes(base: &Lesson, lesson: &Lesson) -> Markup {
    let (before, after) = (base.step.program(), lesson.step.program());
    html! {
        div.changes {
            p { (diff::changed_lines(&before, &after)) " lines differ from step " (base.step.number)
                ". What you select and copy is the new code, without signs and without the lines that went." }
            (diff::code_changes(&before, &after))
        }
    }
}

/// The last page of each journey behind a fold, `/steps/3/code#second-visit` among them.
fn pinned_pages(workshop: &Workshop, lesson: &Lesson, mine: Option<Mine>) -> Result<Markup, Error> {
    let mut folds = Vec::new();
    let pages = mine.as_ref().and_then(|mine| mine.as_ref().ok());
    for (place, journey) in lesson.step.journeys.iter().enumerate() {
        let name = format!("step{}-{}", lesson.step.number, journey.slug());
        let page = workshop.snapshot(&name)?;
        let wire = workshop.snapshot(&format!("{name}-wire"))?;
        folds.push(fold(
            journey,
            &page,
            &wire,
            pages.map(|pages| &*pages[place]),
        ));
    }
    Ok(html! {
        section.pinned aria-labelledby="pinned-title" {
            h2 #pinned-title { "Pinned pages" }
            p.note {
                "The last page of each journey, as the tests expect it. They are the answer key: compare with them, "
                "and leave them as they are."
            }
            @if workshop.mine.source().is_some() {
                form method="post" action={ "/steps/" (lesson.step.number) "/code" } {
                    button data-works="Building and running …" { "Compare all with my program" }
                }
            }
            @if let Some(Err(said)) = &mine {
                p.bad { "Your program does not compile yet. The compiler says:" }
                (said)
            }
            @for fold in &folds { (fold) }
        }
    })
}

fn fold(journey: &Journey, page: &str, wire: &str, mine: Option<&str>) -> Markup {
    let agrees = mine.map(|mine| lines(mine) == lines(page));
    html! {
        details.fold id=(journey.slug()) {
            summary {
                h3 { (journey.title) }
                @match agrees {
                    Some(true) => { " " span.good { "Your page says the same." } }
                    Some(false) => { " " span.bad { "Your page differs." } }
                    None => {}
                }
            }
            @match (mine, agrees) {
                (Some(mine), Some(false)) => (difference("pinned", mine, page)),
                _ => (page_window("pinned", page, "", &format!("Pinned: {}", journey.title))),
            }
            h4 { "On the wire, and in the store" }
            (code::block("http", wire))
            details.fold { summary { "Its HTML" } (code::block("html", page)) }
        }
    }
}

impl Workshop {
    /// The text of `snapshots/NAME.snap`. The name comes from the list of journeys, never from an address.
    fn snapshot(&self, name: &str) -> Result<String, Error> {
        let file = self.root.join("snapshots").join(format!("{name}.snap"));
        let text = text::read(&file).map_err(|_| {
            not_found(format!(
                "snapshots/{name}.snap is missing; git restore snapshots brings it back"
            ))
        })?;
        // Insta's own header stands between two lines of three dashes.
        let pinned = text.splitn(3, "---\n").nth(2).unwrap_or_default();
        Ok(pinned.to_string())
    }
}
