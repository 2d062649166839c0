//! What there is to see in the room.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use tower_sessions::session::Id;

use super::{
    guests::Guest,
    state::{Stage, State, Topic},
};

/// What there is to see, for one guest or for the presenter.
pub struct View {
    /// How many guests are there.
    pub guests: usize,
    /// What was asked, if anything.
    pub topic: Option<Arc<Topic>>,
    /// The question's number.
    pub number: u64,
    /// How far the question has come.
    pub stage: Stage,
    /// How many have answered.
    pub answered: usize,
    /// Each answer, and how many gave it: those that were offered in their order, others by how frequent they are.
    pub answers: Vec<(String, usize)>,
    /// For each exercise of the step, how many have passed it.
    pub board: Vec<usize>,
    /// This guest's own answer.
    pub own_answer: Option<String>,
    /// The exercises that this guest has passed.
    pub own_passed: BTreeSet<usize>,
}

impl State {
    /// What there is to see: with a guest's own answers, when it is for a guest.
    pub fn view(&self, guest: Option<Id>) -> View {
        let guest = guest.and_then(|id| self.guests.get(id));
        let topic = self.asked.as_ref().map(|asked| asked.topic.clone());
        let (step, exercises) = topic
            .as_ref()
            .map_or((0, 0), |topic| (topic.step, topic.exercises));
        let passed = |exercise: usize| {
            let passed = |guest: &&Guest| guest.passed.contains(&(step, exercise));
            self.guests.all().filter(passed).count()
        };
        let own = guest.map(|guest| guest.passed.iter());
        let own = own.into_iter().flatten().filter(|(of, _)| *of == step);
        let given = self
            .guests
            .all()
            .filter_map(|guest| guest.answer.as_deref());
        let offered = topic.iter().flat_map(|topic| &topic.choices);
        let answers = tally(given, offered.map(String::as_str).collect());
        View {
            guests: self.guests.count(),
            number: self.asked.as_ref().map_or(0, |asked| asked.number),
            stage: self
                .asked
                .as_ref()
                .map_or(Stage::Closed, |asked| asked.stage),
            answered: answers.iter().map(|(_, count)| count).sum(),
            answers,
            board: (1..=exercises).map(passed).collect(),
            own_answer: guest.and_then(|guest| guest.answer.clone()),
            own_passed: own.map(|(_, exercise)| *exercise).collect(),
            topic,
        }
    }
}

/// How often each of the `offered` answers was given; or, where none was offered, each that was typed. Typed ones that
/// differ only in capitals or a full stop are the same.
fn tally<'a>(answers: impl Iterator<Item = &'a str>, offered: Vec<&str>) -> Vec<(String, usize)> {
    if !offered.is_empty() {
        let answers: Vec<_> = answers.collect();
        let count = |choice: &str| answers.iter().filter(|answer| **answer == choice).count();
        let counted = offered.into_iter().map(|it| (it.to_string(), count(it)));
        return counted.collect();
    }
    let mut counted: BTreeMap<String, (&str, usize)> = BTreeMap::new();
    for answer in answers {
        let same = answer.trim_end_matches('.').to_lowercase();
        let (spelling, count) = counted.entry(same).or_insert((answer, 0));
        *spelling = answer.min(spelling); // Guests come in no order, and the spelling should stay.
        *count += 1;
    }
    let mut counted: Vec<_> = counted
        .into_values()
        .map(|(it, count)| (it.to_string(), count))
        .collect();
    counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counted
}
