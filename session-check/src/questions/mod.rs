//! What is asked, one file for each group.

mod addresses;
mod attributes;
mod caching;
mod changes;
mod computed;
mod crowd;
mod expired;
mod forms;
mod guesses;
mod ids;
mod invented;
mod keeping;
mod mixing;
mod nobody;
mod password;
mod persons;
mod randomness;
mod redirects;
mod secrets;
mod signed;
mod strange;

use std::{future::Future, pin::Pin};

use crate::{check::Check, question::Question, wire::Failure};

type Asked<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;

/// Questions that are asked together.
pub struct Group {
    pub name: &'static str,
    /// What is said while they are asked.
    pub about: &'static str,
    pub questions: &'static [&'static Question],
    pub ask: for<'a> fn(&'a mut Check) -> Asked<'a>,
}

/// In the order in which they are asked: what makes other answers worthless comes first, what annoys a site comes last.
pub const GROUPS: [Group; 17] = [
    Group {
        name: "attributes",
        about: "reading the cookie's attributes",
        questions: attributes::QUESTIONS,
        ask: |check| Box::pin(attributes::ask(check)),
    },
    Group {
        name: "ids",
        about: "collecting 200 ids",
        questions: ids::QUESTIONS,
        ask: |check| Box::pin(ids::ask(check)),
    },
    Group {
        name: "invented",
        about: "sending cookies that the site never gave out",
        questions: invented::QUESTIONS,
        ask: |check| Box::pin(invented::ask(check)),
    },
    Group {
        name: "addresses",
        about: "looking for ids in addresses and pages",
        questions: addresses::QUESTIONS,
        ask: |check| Box::pin(addresses::ask(check)),
    },
    Group {
        name: "caching",
        about: "reading what caches are told",
        questions: caching::QUESTIONS,
        ask: |check| Box::pin(caching::ask(check)),
    },
    Group {
        name: "nobody",
        about: "asking for what needs no session",
        questions: nobody::QUESTIONS,
        ask: |check| Box::pin(nobody::ask(check)),
    },
    Group {
        name: "keeping",
        about: "coming back over other connections",
        questions: keeping::QUESTIONS,
        ask: |check| Box::pin(keeping::ask(check)),
    },
    Group {
        name: "expired",
        about: "waiting for a session to be over",
        questions: expired::QUESTIONS,
        ask: |check| Box::pin(expired::ask(check)),
    },
    Group {
        name: "crowd",
        about: "sending twenty requests of one visitor at once",
        questions: crowd::QUESTIONS,
        ask: |check| Box::pin(crowd::ask(check)),
    },
    Group {
        name: "mixing",
        about: "visiting a thousand times from fifty browsers",
        questions: mixing::QUESTIONS,
        ask: |check| Box::pin(mixing::ask(check)),
    },
    Group {
        name: "strange",
        about: "sending strange cookies and headers",
        questions: strange::QUESTIONS,
        ask: |check| Box::pin(strange::ask(check)),
    },
    Group {
        name: "sign-in",
        about: "signing in and out",
        questions: signed::QUESTIONS,
        ask: |check| Box::pin(signed::ask(check)),
    },
    Group {
        name: "persons",
        about: "signing a second person in over the first",
        questions: persons::QUESTIONS,
        ask: |check| Box::pin(persons::ask(check)),
    },
    Group {
        name: "cross-site",
        about: "sending forms from other sites",
        questions: forms::QUESTIONS,
        ask: |check| Box::pin(forms::ask(check)),
    },
    Group {
        name: "redirects",
        about: "asking to be sent to another site",
        questions: redirects::QUESTIONS,
        ask: |check| Box::pin(redirects::ask(check)),
    },
    Group {
        name: "password",
        about: "changing the password and changing it back",
        questions: password::QUESTIONS,
        ask: |check| Box::pin(password::ask(check)),
    },
    Group {
        name: "guesses",
        about: "signing in with wrong passwords",
        questions: guesses::QUESTIONS,
        ask: |check| Box::pin(guesses::ask(check)),
    },
];

/// Every question.
pub fn all() -> impl Iterator<Item = &'static Question> {
    GROUPS.iter().flat_map(|group| group.questions).copied()
}

/// The first of these names that is neither a question's nor a group's.
pub fn unknown(names: &[String]) -> Option<&String> {
    let known = |name: &String| {
        GROUPS.iter().any(|group| group.name == name) || all().any(|question| question.id == name)
    };
    names.iter().find(|name| !known(name))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_question_has_a_name_of_its_own_and_says_what_should_come_why_and_what_to_do() {
        let names: BTreeSet<_> = all().map(|question| question.id).collect();
        assert_eq!(names.len(), all().count());
        for question in all() {
            let lines = question.remedy.lines();
            assert!(
                lines.iter().all(|(_, line)| !line.is_empty()),
                "{}",
                question.id
            );
            let sentences = [question.should, question.why];
            assert!(
                sentences.iter().all(|words| words.ends_with('.')),
                "{}",
                question.id
            );
            assert!(!question.source.is_empty(), "{}", question.id);
            assert!(unknown(&[question.id.into()]).is_none());
        }
    }
}
