//! The overview.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap};
use journey::{Expect, text};
use maud::{Markup, PreEscaped, html};

use super::{Context, lab, live::host_name, navigation};
use crate::{course::Lesson, learner::progress::Progress, sites::lab::Lab, workshop::Workshop};

/// `/`: where one is, and every step.
pub(super) async fn overview(State(workshop): State<Context>, headers: HeaderMap) -> Markup {
    workshop.course.read_ahead();
    let progress = workshop.progress.read();
    let minutes: u32 = workshop
        .course
        .lessons()
        .iter()
        .map(|lesson| lesson.minutes())
        .sum();
    let content = html! {
        (first_look(&workshop, host_name(&headers)))
        p.lead {
            "You rebuild a small library site, and watch how it comes to know its visitors. "
            (workshop.course.lessons().len()) " steps, about " (format!("{:.1}", f64::from(minutes) / 60.0)) " hours. Every step runs already: "
            "look, predict, then change your own copy."
        }
        p {
            "New to Rust? Read the " a href="/primer" { "ten-minute primer" } " first. The "
            a href="/glossary" { "glossary" } " says what each word means here. When you are done, "
            a href="/take-it-home" { "take the sessions home" } "."
        }
        (whole_path())
        ol.course {
            @for lesson in workshop.course.lessons() { (card(lesson, &progress)) }
        }
        details.fold {
            summary { h2 { "In a terminal" } }
            dl.commands {
                dt { code { "cargo run --bin step3" } } dd { "runs one step alone, at port 8000" }
                dt { code { "cargo run -- start 3" } }
                dd { "makes steps/mine/main.rs a copy of step 3, and keeps what was there" }
                dt { code { "cargo run --bin mine" } } dd { "runs your copy" }
                dt { code { "cargo run -- check 3" } } dd { "checks your copy against step 3" }
                dt { code { "cargo run -- diff 2 3" } } dd { "shows what changed between two steps" }
                dt { code { "cargo run -- doctor" } } dd { "says what this machine has and lacks" }
            }
        }
    };
    navigation::page(&workshop, "Sessions, step by step", content)
}

/// The replay that shows in one look what a session is for.
const FIRST_LOOK: &str = "another-browser";

/// Two visitors at the first step that counts them apart, and one button that has them come.
fn first_look(workshop: &Workshop, host: &str) -> Markup {
    let counts = |lab: &&Arc<Lab>| {
        let replay = lab.replay(FIRST_LOOK);
        replay.is_some_and(|journey| journey.expects.iter().any(Expect::counts))
    };
    html! {
        @if let Some(lab) = workshop.labs.values().find(counts) {
            section.live.first-look aria-label="A first look" data-live="Here two visitors come to a site that counts them apart." {
                form method="post" action={ "/steps/" (lab.step().number) "/lab" } data-background {
                    input type="hidden" name="name" value=(FIRST_LOOK);
                    button.primary name="act" value="play" { "Let Ann come twice, and Ben once" }
                }
                (lab::two_visitors(lab, host))
            }
        }
    }
}

/// The whole path of a request in one drawing, in which each number leads to the step that teaches that part.
fn whole_path() -> Markup {
    let drawing = text!("../../../slides/drawings/path.svg");
    html! {
        nav.path aria-label="The whole path of a request" {
            h2 { "The whole path of a request" }
            p.note { "Each number leads to the step that teaches this part." }
            (PreEscaped(drawing))
        }
    }
}

/// A step as the overview shows it. It has no drawing: the first one of a deck gives its answers away.
fn card(lesson: &Lesson, progress: &Progress) -> Markup {
    let step = lesson.step;
    let done = progress.is_done(lesson);
    html! {
        li.done[done] {
            div {
                h2 { a href={ "/steps/" (step.number) } { (step.number) ". " (step.title) } }
                @if let Some(idea) = lesson.idea() { div.idea { (idea) } }
                p.note {
                    (lesson.minutes()) " minutes"
                    @if let Some(base) = step.builds_on.filter(|base| base + 1 != step.number) { ", builds on step " (base) }
                    @if done { ", " b.good { "done" } }
                    @else if progress.looked_at.contains(&step.number) { ", looked at" }
                }
            }
        }
    }
}
