//! A race as a drawing of time: each tab is a line, each call of the store a mark on it.

use std::{fmt::Write, time::Duration};

use maud::{Markup, html};

use crate::sites::race::{Call, Mark, Seen};

/// The drawing's own units: it is as wide as its place.
const WIDTH: f32 = 400.0;
const LEFT: f32 = 46.0;
const RIGHT: f32 = 8.0;
const AXIS: f32 = 18.0;

/// In slow motion the drawing has room for so many calls from the start.
const SLOW_CALLS: usize = 6;

/// The marks in the order of the key: what each is called in the style sheet, its words, and how it is drawn.
const MARKS: [(Mark, &str, &str, &str); 5] = [
    (Mark::Load, "load", "load", "h0"),
    (Mark::Save, "save", "save", "h0"),
    (
        Mark::Over,
        "over",
        "save over another’s",
        "m0-3.5l3.5 3.5-3.5 3.5-3.5-3.5z",
    ),
    (
        Mark::Refused,
        "refused",
        "refused",
        "m-2.5-2.5l5 5m0-5l-5 5",
    ),
    (
        Mark::Again,
        "again",
        "run again",
        "m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0",
    ),
];

/// The drawing and its key. What it shows stands in words below it.
pub(super) fn drawing(seen: &Seen) -> Markup {
    let row: f32 = match seen.tabs {
        0..=12 => 16.0,
        13..=32 => 10.0,
        _ => 6.0,
    };
    let labelled = if row < 10.0 { 8 } else { 1 };
    let y = |tab: usize| row * (tab as f32 + 0.5);
    let bottom = row * seen.tabs as f32;
    let places: Vec<_> = seen.calls.iter().zip(times(seen)).collect();
    html! {
        svg.tabs viewBox={ "0 0 " (WIDTH) " " (bottom + AXIS) } role="img"
            aria-label={ (seen.tabs) " tabs as lines of time, with a mark for each call of the store" } {
            @for tab in (0..seen.tabs).filter(|tab| (tab + 1) % labelled == 0) {
                text x="0" y=(y(tab) + 3.5) { "tab " (tab + 1) }
            }
            path.line d=(lines(seen.tabs, &places, y)) {}
            @for (mark, class, _, shape) in MARKS {
                path class=(class) d=(marks(mark, shape, &places, y)) {}
            }
            text x=(LEFT) y=(bottom + AXIS - 4.0) { (if seen.is_slow { "first call" } else { "0 ms" }) }
            text.end x=(WIDTH - RIGHT) y=(bottom + AXIS - 4.0) {
                @if seen.is_slow { (SLOW_CALLS.max(seen.calls.len())) "th" }
                @else { (duration(seen).as_millis()) " ms" }
            }
        }
        p.key aria-hidden="true" {
            @for (_, class, words, shape) in MARKS {
                span { svg viewBox="0 0 10 10" { path class=(class) d={ "M5 5" (shape) } {} } (words) }
            }
        }
    }
}

/// Where each call stands in time, in the drawing's units. In slow motion it is people who take time, so only the order
/// of the calls counts.
fn times(seen: &Seen) -> impl Iterator<Item = f32> {
    let all = seen.calls.len().max(SLOW_CALLS) as f32;
    let longest = duration(seen).as_secs_f32();
    let first = seen.calls.first().map_or(Duration::ZERO, |first| first.at);
    let calls = seen.calls.iter().enumerate();
    calls.map(move |(place, call)| {
        let time = if seen.is_slow {
            (place as f32 + 0.5) / all
        } else {
            (call.at - first).as_secs_f32() / longest.max(f32::EPSILON)
        };
        LEFT + time * (WIDTH - LEFT - RIGHT)
    })
}

/// The time from the first call to the last.
fn duration(seen: &Seen) -> Duration {
    let (first, last) = (seen.calls.first(), seen.calls.last());
    first
        .zip(last)
        .map_or(Duration::ZERO, |(first, last)| last.at - first.at)
}

/// A line for each tab, from its first call to its last.
fn lines(tabs: usize, places: &[(&Call, f32)], y: impl Fn(usize) -> f32) -> String {
    (0..tabs).fold(String::new(), |mut path, tab| {
        let mine = || places.iter().filter(|(call, _)| call.tab == tab);
        if let (Some((_, first)), Some((_, last))) = (mine().next(), mine().next_back()) {
            let _ = write!(path, "M{first:.0} {}H{last:.0}", y(tab));
        }
        path
    })
}

/// All marks of one kind.
fn marks(mark: Mark, shape: &str, places: &[(&Call, f32)], y: impl Fn(usize) -> f32) -> String {
    let of_kind = places.iter().filter(|(call, _)| call.mark == mark);
    of_kind.fold(String::new(), |mut path, (call, x)| {
        let _ = write!(path, "M{x:.0} {}{shape}", y(call.tab));
        path
    })
}
