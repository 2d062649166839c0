//! How a site counts visits: in our words and from 0, or in its own words and from 0 or 1.

use locallibrary::Error;

use crate::{
    Browser, Exchange, Site,
    page::{lines, numbers},
};

/// How a site words the number of visits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counting {
    /// As the steps do: "You have visited this page 0 times." at the first visit.
    AsHere,
    /// In words of its own.
    AsThere {
        /// The text before the number, on its line.
        before: String,
        /// How the text after the number begins, whatever the number is.
        after: String,
        /// The number at a first visit.
        first: u64,
    },
}

impl Counting {
    /// Learns it from three visits to the home page: the number that rises by one each time is the count.
    ///
    /// If no number does, the site is assumed to count as the steps do; its journeys then say what is missing.
    ///
    /// # Errors
    /// [`Error::Failed`] when nothing answers there.
    pub async fn learn(site: &mut dyn Site) -> Result<Self, Error> {
        let mut visitor = Browser::new("a new visitor's");
        let mut pages = Vec::new();
        for _ in 0..3 {
            let seen = visitor.get(site, "/").await?;
            pages.push(
                seen.last()
                    .map_or(String::new(), |shown| shown.page.clone()),
            );
        }
        Ok(Self::of(&pages).unwrap_or(Self::AsHere))
    }

    /// Learns it from the pages of one visitor's visits in a row; `None` if no number rises by one each time.
    pub fn of(pages: &[String]) -> Option<Self> {
        let visits: Vec<_> = pages.iter().map(|page| lines(page)).collect();
        counted(&visits)
    }

    /// The number that the site shows at a first visit.
    pub fn first(&self) -> u64 {
        match self {
            Self::AsHere => 0,
            Self::AsThere { first, .. } => *first,
        }
    }

    /// The number of visits that a page shows.
    pub fn count(&self, shown: &Exchange) -> Option<u64> {
        self.count_in(&shown.page)
    }

    /// The same for the text of a page.
    pub fn count_in(&self, page: &str) -> Option<u64> {
        let (before, after) = match self {
            Self::AsHere => ("You have visited this page ", " time"),
            Self::AsThere { before, after, .. } => (before.as_str(), after.as_str()),
        };
        let lines = lines(page);
        let mut found = lines.iter().flat_map(|line| numbers(line));
        found
            .find(|number| number.before == before && number.after.starts_with(after))
            .map(|number| number.value)
    }
}

/// The first number that rises by one from visit to visit.
fn counted(visits: &[Vec<String>]) -> Option<Counting> {
    let [first, rest @ ..] = visits else {
        return None;
    };
    let candidates = first.iter().flat_map(|line| numbers(line));
    candidates
        .filter(|number| !number.before.is_empty() || !number.after.is_empty())
        .find_map(|number| {
            let mut after = number.after.to_string();
            for (place, visit) in (1..).zip(rest) {
                let mut later = visit.iter().flat_map(|line| numbers(line));
                let same = later.find(|later| {
                    later.before == number.before && later.value == number.value + place
                })?;
                after = common_start(&after, same.after);
            }
            Some(Counting::AsThere {
                before: number.before.into(),
                after,
                // A counter that starts with any other number also counts the visits of others.
                first: number.value.min(1),
            })
        })
}

fn common_start(one: &str, other: &str) -> String {
    let pairs = one.chars().zip(other.chars());
    pairs.take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visits(pages: [&str; 3]) -> Option<Counting> {
        counted(&pages.map(|page| page.lines().map(str::to_string).collect()))
    }

    #[test]
    fn the_count_is_the_number_that_rises_whatever_the_words() {
        let mdn = visits([
            "Books: 1\nYou have visited this page 1 time.",
            "Books: 1\nYou have visited this page 2 times.",
            "Books: 1\nYou have visited this page 3 times.",
        ]);
        let expected = Counting::AsThere {
            before: "You have visited this page ".into(),
            after: " time".into(),
            first: 1,
        };
        assert_eq!(mdn, Some(expected));
        let german = visits([
            "Besuche bisher: 0",
            "Besuche bisher: 1",
            "Besuche bisher: 2",
        ]);
        assert_eq!(german.map(|counting| counting.first()), Some(0));
    }

    #[test]
    fn a_page_without_such_a_number_counts_nothing() {
        assert_eq!(visits(["Books: 7"; 3]), None);
        assert_eq!(
            visits(["Shown at 12:59", "Shown at 13:00", "Shown at 13:00"]),
            None
        );
    }
}
