//! Who is in the room, what was asked, and what they said. No name, nothing on a disk, and a limit on everything.

use std::{net::IpAddr, sync::Arc, time::Instant};

use axum::http::StatusCode;
use locallibrary::{Error, form::ShortText};
use maud::PreEscaped;
use tower_sessions::session::Id;

use super::{code::Code, guests::Guests};
use crate::shell::layout::refused;

/// More choices than this are not offered.
const MOST_CHOICES: usize = 8;

/// What the room is asked: the question of a step's deck.
pub struct Topic {
    /// The step.
    pub step: u8,
    /// Its title.
    pub title: &'static str,
    /// The question, as its slide has it.
    pub question: PreEscaped<String>,
    /// How many exercises the step has.
    pub exercises: usize,
    /// What guests choose from; when there is nothing they type.
    pub choices: Vec<String>,
    /// The answer that is right, if somebody knows.
    pub right: Option<String>,
}

/// How far a question has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Answers are taken, and nobody sees them: the room would follow its first guess.
    Open,
    /// Everybody sees what the room says.
    Closed,
    /// Everybody sees which answer is right.
    Revealed,
}

/// What the presenter has asked.
pub(super) struct Asked {
    pub(super) topic: Arc<Topic>,
    /// Counts the questions, so that nobody answers another one than they have read.
    pub(super) number: u64,
    pub(super) stage: Stage,
}

/// The room.
pub struct State {
    code: Code,
    pub(super) guests: Guests,
    pub(super) asked: Option<Asked>,
    questions: u64,
}

impl State {
    /// An empty room with a new code.
    pub fn new() -> Self {
        Self {
            code: Code::new(),
            guests: Guests::default(),
            asked: None,
            questions: 0,
        }
    }

    /// What guests must know to get in.
    pub fn code(&self) -> &str {
        self.code.word()
    }

    /// Sends everybody out; whoever comes back needs the new code.
    pub fn empty(&mut self) {
        self.code.renew();
        self.guests.clear();
    }

    /// Lets somebody in who knows the code.
    pub fn join(&mut self, typed: &str, address: IpAddr, now: Instant) -> Result<Id, Error> {
        self.code.check(typed, address, now)?;
        self.guests.join(address, now)
    }

    /// Notes that this guest is looking at the room; false when they are not in it.
    pub fn sees(&mut self, id: Id, now: Instant) -> bool {
        self.guests.sees(id, now)
    }

    /// Asks a question. The answers to the one before are gone.
    pub fn ask(&mut self, mut topic: Topic) {
        topic.choices.truncate(MOST_CHOICES);
        self.questions += 1;
        self.asked = Some(Asked {
            topic: Arc::new(topic),
            number: self.questions,
            stage: Stage::Open,
        });
        self.guests.forget_answers();
    }

    /// Takes answers, or no more, or says which is right.
    pub fn set_stage(&mut self, stage: Stage) {
        if let Some(asked) = &mut self.asked {
            asked.stage = stage;
        }
    }

    /// Takes a guest's answer in place of the one before.
    pub fn answer(
        &mut self,
        id: Option<Id>,
        number: u64,
        ShortText(answer): ShortText,
        now: Instant,
    ) -> Result<(), Error> {
        let guest = self.guests.pressing(id, now)?;
        let asked = self.asked.as_ref().filter(|asked| asked.number == number);
        let open = asked
            .filter(|asked| asked.stage == Stage::Open)
            .ok_or_else(|| {
                let sentence = "this question is closed; go back to see what there is now";
                refused(StatusCode::CONFLICT, sentence)
            })?;
        let choices = &open.topic.choices;
        if !choices.is_empty() && !choices.contains(&answer) {
            let sentence = "choose one of the answers that are offered";
            return Err(refused(StatusCode::UNPROCESSABLE_ENTITY, sentence));
        }
        guest.answer = Some(answer.split_whitespace().collect::<Vec<_>>().join(" "));
        Ok(())
    }

    /// Notes that a guest has passed an exercise of the step that the room is at, or has not.
    pub fn pass(
        &mut self,
        id: Option<Id>,
        (step, exercise): (u8, usize),
        passed: bool,
        now: Instant,
    ) -> Result<(), Error> {
        let guest = self.guests.pressing(id, now)?;
        let topic = self.asked.as_ref().map(|asked| &asked.topic);
        let topic =
            topic.filter(|topic| topic.step == step && (1..=topic.exercises).contains(&exercise));
        topic.ok_or_else(|| {
            let sentence = "the room is at another step by now; go back to see which";
            refused(StatusCode::CONFLICT, sentence)
        })?;
        if passed {
            guest.passed.insert((step, exercise));
        } else {
            guest.passed.remove(&(step, exercise));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::guests::MOST_GUESTS, *};

    const ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn topic(step: u8, choices: &[&str]) -> Topic {
        Topic {
            step,
            title: "",
            question: PreEscaped(String::new()),
            exercises: 2,
            choices: choices.iter().map(ToString::to_string).collect(),
            right: None,
        }
    }

    fn text(words: &str) -> ShortText {
        ShortText::try_from(words.to_string()).unwrap()
    }

    fn status<T>(outcome: Result<T, Error>) -> u16 {
        match outcome {
            Ok(_) => 200,
            Err(Error::Request(status, _)) => status.as_u16(),
            Err(cause) => panic!("{cause}"),
        }
    }

    #[test]
    fn a_guest_has_one_answer_and_can_change_it_until_the_question_is_closed() {
        let (mut room, now) = (State::new(), Instant::now());
        let code = room.code().to_lowercase();
        let ids = [(); 3].map(|()| room.join(&code, ADDRESS, now).unwrap());
        assert_eq!(
            status(room.answer(Some(ids[0]), 0, text("2"), now)),
            409,
            "nothing was asked"
        );
        room.ask(topic(3, &[]));
        for (id, answer) in [(0, "3"), (0, "two"), (1, "Two."), (2, "0")] {
            assert_eq!(
                status(room.answer(Some(ids[id]), 1, text(answer), now)),
                200
            );
        }
        let seen = room.view(Some(ids[0]));
        assert_eq!(
            seen.answers,
            [("Two.".to_string(), 2), ("0".to_string(), 1)]
        );
        assert_eq!(
            (seen.answered, seen.own_answer.as_deref()),
            (3, Some("two"))
        );
        room.set_stage(Stage::Closed);
        assert_eq!(status(room.answer(Some(ids[0]), 1, text("0"), now)), 409);
        room.ask(topic(4, &["alloy", "steel"]));
        assert_eq!(room.view(None).answered, 0, "the old answers are gone");
        assert_eq!(
            status(room.answer(Some(ids[0]), 1, text("alloy"), now)),
            409,
            "another question"
        );
        assert_eq!(status(room.answer(Some(ids[0]), 2, text("gold"), now)), 422);
        assert_eq!(
            status(room.answer(Some(ids[0]), 2, text("steel"), now)),
            200
        );
        assert_eq!(
            room.view(None).answers,
            [("alloy".to_string(), 0), ("steel".to_string(), 1)],
            "what nobody chose is there"
        );
    }

    #[test]
    fn the_board_counts_guests_and_forgets_none_when_the_room_moves_on() {
        let (mut room, now) = (State::new(), Instant::now());
        let code = room.code().to_string();
        let ids = [(); 2].map(|()| room.join(&code, ADDRESS, now).unwrap());
        assert_eq!(status(room.pass(Some(ids[0]), (3, 1), true, now)), 409);
        room.ask(topic(3, &[]));
        for (id, exercise, passed) in [
            (0, 1, true),
            (0, 1, true),
            (1, 1, true),
            (1, 2, true),
            (1, 2, false),
        ] {
            room.pass(Some(ids[id]), (3, exercise), passed, now)
                .unwrap();
        }
        assert_eq!(room.view(None).board, [2, 0]);
        for wrong in [0, 3, usize::MAX] {
            assert_eq!(status(room.pass(Some(ids[0]), (3, wrong), true, now)), 409);
        }
        room.ask(topic(4, &[]));
        assert_eq!(room.view(None).board, [0, 0]);
        room.ask(topic(3, &[]));
        assert_eq!(room.view(Some(ids[1])).own_passed, BTreeSet::from([1]));
        room.empty();
        assert_eq!(room.view(None).guests, 0);
        assert_eq!(status(room.pass(Some(ids[0]), (3, 1), true, now)), 403);
        assert_eq!(
            status(room.join(&code, ADDRESS, now)),
            403,
            "the old code is no more"
        );
    }

    #[test]
    fn a_room_is_full_at_some_point_and_a_guest_cannot_press_without_end() {
        let (mut room, now) = (State::new(), Instant::now());
        let code = room.code().to_string();
        let address = |number| IpAddr::from([10, 0, 0, (number / 60) as u8]);
        let joined = (0..MOST_GUESTS).map(|number| room.join(&code, address(number), now));
        let ids: Vec<_> = joined.map(Result::unwrap).collect();
        assert_eq!(status(room.join(&code, address(MOST_GUESTS), now)), 503);
        room.ask(topic(3, &[]));
        let mut press = |id| status(room.answer(Some(id), 1, text("2"), now));
        assert_eq!([(); 11].map(|()| press(ids[0]))[9..], [200, 429]);
        assert_eq!(press(ids[1]), 200);
    }
}
