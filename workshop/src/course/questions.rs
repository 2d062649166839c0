//! What a replay asks before it runs, and whether the answer that somebody chose was right.

use std::fmt;

use journey::{Act, Counting, Expect, Journey, Transcript};
use lossless_sessions::Operation;

/// What is asked about the last page of a journey.
pub enum Quiz {
    /// How many visits it counts.
    Visits,
    /// Which of these it shows. There may be nothing to choose from.
    Choice {
        /// What there is to choose from.
        of: Vec<Choice>,
        /// The one that the journey is about.
        own: Choice,
    },
}

/// One thing that the last page may show.
#[derive(Clone, Copy)]
pub enum Choice {
    /// What a journey expects of it.
    Point(&'static Expect),
    /// What the first page showed.
    Same,
    /// Something else than the first page.
    Differs,
}

/// What a prediction was worth.
pub struct Mark {
    /// Whether it was right.
    pub right: bool,
    /// What the last page shows.
    pub shows: String,
}

impl Quiz {
    /// The question about one of a step's journeys. The other journeys of the step give the wrong choices: they end on
    /// the same page, in another way.
    pub fn about(journey: &Journey, all: &'static [Journey]) -> Self {
        let own = point(journey);
        if own.is_some_and(Expect::counts) {
            return Self::Visits;
        }
        let page = last_page(journey);
        let alike = all.iter().filter(|other| last_page(other) == page);
        let mut choices: Vec<Choice> = Vec::new();
        for choice in alike.filter_map(point).map(Choice::Point) {
            if !choices
                .iter()
                .any(|known| known.to_string() == choice.to_string())
            {
                choices.push(choice);
            }
        }
        if choices.len() < 2 {
            // Without another way to end, one can still ask whether the last page differs from the first.
            choices = match journey.acts {
                [_] => Vec::new(),
                _ => vec![Choice::Same, Choice::Differs],
            };
        }
        Self::Choice {
            of: choices,
            own: own.map_or(Choice::Same, Choice::Point),
        }
    }

    /// Compares a prediction with what was seen.
    pub fn mark(&self, predicted: &str, seen: &Transcript) -> Mark {
        let (right, shows) = match self {
            Self::Visits => {
                let visits = Counting::AsHere.count(seen.last()).map(|it| it.to_string());
                let right = visits.as_deref() == Some(predicted.trim());
                (right, visits.map_or("no visits".into(), |it| times(&it)))
            }
            Self::Choice { of, own } => {
                let holds = of.iter().filter(|choice| choice.holds(seen));
                let mut words: Vec<_> = holds.map(ToString::to_string).collect();
                let right = words.iter().any(|choice| choice == predicted);
                // Others may hold as well; what the journey is about is said.
                words.sort_by_key(|choice| *choice != own.to_string());
                (
                    right,
                    words.into_iter().next().unwrap_or("none of this".into()),
                )
            }
        };
        Mark { right, shows }
    }
}

impl Choice {
    fn holds(self, seen: &Transcript) -> bool {
        match self {
            Self::Point(expect) => expect.check(seen, &Counting::AsHere).is_ok(),
            Self::Same => Expect::Same.check(seen, &Counting::AsHere).is_ok(),
            Self::Differs => !Self::Same.holds(seen),
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Point(Expect::Says(words)) => write!(f, "“{words}”"),
            Self::Point(Expect::SaysNot(words)) => write!(f, "not “{words}”"),
            Self::Point(Expect::Pair(name, value)) => write!(f, "{name}: {value}"),
            Self::Point(Expect::Status(status)) => write!(f, "an error, {status}"),
            Self::Point(other) => other.fmt(f),
            Self::Same => f.write_str("the same as the first page"),
            Self::Differs => f.write_str("something else than the first page"),
        }
    }
}

/// What a journey is about: the first thing that it expects of its last page.
fn point(journey: &Journey) -> Option<&'static Expect> {
    let expects: &'static [Expect] = journey.expects;
    expects.first()
}

/// The first part of the path of a journey's last page: `my-car`.
fn last_page(journey: &Journey) -> &'static str {
    let mut paths = journey.acts.iter().filter_map(|act| match *act {
        Act::Get(path)
        | Act::AtOnce(_, path)
        | Act::Post(path, _)
        | Act::PostFromElsewhere(path, _)
        | Act::Picture(path) => Some(path),
        _ => None,
    });
    let last = paths.next_back().unwrap_or_default();
    last.split(['/', '?']).nth(1).unwrap_or_default()
}

fn times(visits: &str) -> String {
    format!(
        "{visits} {}",
        if visits == "1" { "visit" } else { "visits" }
    )
}

/// Why the last page is as it is: what came with its request, and what the store answered.
pub fn why(seen: &Transcript) -> String {
    let last = seen.last();
    let load = last
        .calls
        .iter()
        .find(|call| call.operation == Operation::Load);
    let before = match load.map(|call| &call.before) {
        _ if last.cookies.is_empty() => {
            "The last request brought no cookie, so nobody was recognized.".to_string()
        }
        None => "The last request did not ask the session store.".into(),
        Some(None) => {
            "The last request brought its cookie, but the store held no record for it.".into()
        }
        Some(Some(data)) => {
            let data = serde_json::to_string(data).unwrap_or_default();
            format!("When the last page was made, the store held {data} for this browser.")
        }
    };
    let stored = last
        .calls
        .iter()
        .rev()
        .find(|call| call.before != call.after);
    match stored.map(|call| &call.after) {
        None => before,
        Some(None) => format!("{before} Afterwards the record was gone."),
        Some(Some(data)) => {
            let data = serde_json::to_string(data).unwrap_or_default();
            format!("{before} Afterwards it held {data}.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn journey(acts: &'static [Act], expects: &'static [Expect]) -> Journey {
        Journey {
            title: "a journey",
            acts,
            expects,
        }
    }

    static ALL: &[Journey] = &[
        journey(&[Act::Get("/")], &[Expect::Visits(0)]),
        journey(&[Act::Post("/car/fit", "")], &[Expect::Says("alloy")]),
        journey(
            &[Act::Get("/car")],
            &[Expect::Says("steel"), Expect::SaysNot("alloy")],
        ),
        journey(&[Act::Get("/car")], &[Expect::Says("steel")]),
        journey(&[Act::Get("/books")], &[Expect::Says("a book")]),
        journey(
            &[Act::Get("/"), Act::Get("/authors")],
            &[Expect::Says("an author")],
        ),
    ];

    fn asked(at: usize) -> Vec<String> {
        match Quiz::about(&ALL[at], ALL) {
            Quiz::Visits => vec!["visits".into()],
            Quiz::Choice { of, .. } => of.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn a_counter_is_asked_for_its_number_and_another_page_for_what_it_says() {
        assert_eq!(asked(0), ["visits"]);
        assert_eq!(asked(1), ["“alloy”", "“steel”"]);
        assert_eq!(asked(2), ["“alloy”", "“steel”"]);
        assert!(asked(4).is_empty());
        assert_eq!(
            asked(5),
            [
                "the same as the first page",
                "something else than the first page"
            ]
        );
    }
}
