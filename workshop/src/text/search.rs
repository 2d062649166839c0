//! A search in texts that are held in memory. Each word that somebody types must begin a word of the text, in whatever
//! case and with or without accents.

use std::cmp::Reverse;

/// What is read of a question, in letters.
pub const LONGEST: usize = 200;

/// A shorter word is in too many places to lead to one.
const SHORTEST_WORD: usize = 2;

/// How much of a text is shown, in letters, and how much of that stands before the first word that was found.
const EXCERPT: usize = 180;
const BEFORE: usize = 60;

/// Something that somebody may look for.
pub struct Passage {
    /// What it is a part of: "Step 3: Visit counter".
    pub of: String,
    pub heading: String,
    pub address: String,
    pub text: String,
    /// Whether somebody should see the text only after they have thought about it.
    pub is_folded: bool,
}

impl Passage {
    pub fn new(of: &str, heading: &str, address: String, text: String) -> Self {
        Self {
            of: of.into(),
            heading: heading.into(),
            address,
            text,
            is_folded: false,
        }
    }
}

/// All that can be found.
pub struct Index(Vec<Indexed>);

/// A passage with its heading and its text as they are compared.
struct Indexed {
    passage: Passage,
    heading: String,
    text: String,
}

impl Index {
    pub fn new(passages: impl IntoIterator<Item = Passage>) -> Self {
        let indexed = passages.into_iter().map(|passage| Indexed {
            heading: folded(&passage.heading),
            text: folded(&passage.text),
            passage,
        });
        Self(indexed.collect())
    }

    /// The passages that have every word. Those with more of them in the heading come first, and then the earlier ones.
    pub fn find(&self, words: &Words) -> Vec<&Passage> {
        let has = |text: &str, word: &String| places(text, word).next().is_some();
        let mut found: Vec<_> = self
            .0
            .iter()
            .filter(|it| {
                let mut all = words.0.iter();
                !words.0.is_empty() && all.all(|word| has(&it.heading, word) || has(&it.text, word))
            })
            .collect();
        let in_heading =
            |it: &Indexed| words.0.iter().filter(|word| has(&it.heading, word)).count();
        found.sort_by_cached_key(|it| Reverse(in_heading(it)));
        found.into_iter().map(|it| &it.passage).collect()
    }
}

/// The words of a question.
pub struct Words(Vec<String>);

impl Words {
    /// Signs around a word are no part of it, and neither is an accent that follows its letter.
    pub fn of(question: &str) -> Self {
        let letters = question.chars().take(LONGEST);
        let letters: String = letters
            .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
            .collect();
        let words = folded(&letters);
        let words = words
            .split_whitespace()
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
        let words = words.filter(|word| word.chars().count() >= SHORTEST_WORD);
        Self(words.map(str::to_string).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The part of a text where the words begin, in pieces; those that are words of the question are marked.
    pub fn excerpt<'a>(&self, text: &'a str) -> Vec<(&'a str, bool)> {
        let compared = folded(text);
        let mut marks: Vec<_> = self
            .0
            .iter()
            .flat_map(|word| {
                let length = word.chars().count();
                places(&compared, word).map(move |at| (at, length))
            })
            .map(|(at, length)| {
                // Both texts have the same letters, of which some take more bytes in one of them.
                let at = compared[..at].chars().count();
                at..at + length
            })
            .collect();
        marks.sort_by_key(|mark| mark.start);
        let letters: Vec<_> = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .collect();
        let first = marks.first().map_or(0, |mark| mark.start);
        let begin = word_start(text, letters[first.saturating_sub(BEFORE)]);
        let end = letters[(first + EXCERPT).min(letters.len() - 1)];
        let end = end
            + text[end..]
                .find(char::is_whitespace)
                .unwrap_or(text.len() - end);
        let (mut pieces, mut at) = (Vec::new(), begin);
        for mark in marks {
            let (from, to) = (letters[mark.start], letters[mark.end]);
            if from < at || to > end {
                continue;
            }
            pieces.extend([(&text[at..from], false), (&text[from..to], true)]);
            at = to;
        }
        pieces.push((&text[at..end], false));
        pieces
    }
}

/// Where the word begins that this place is in.
fn word_start(text: &str, place: usize) -> usize {
    let before = text[..place].rfind(char::is_whitespace);
    before.map_or(0, |space| space + 1)
}

/// The places where a word of the text begins so.
fn places<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let found = text.match_indices(word).map(|(at, _)| at);
    found.filter(|at| !text[..*at].ends_with(char::is_alphanumeric))
}

/// The same letters, small and without accents: as many as before.
fn folded(text: &str) -> String {
    text.chars().map(plain).collect()
}

fn plain(letter: char) -> char {
    const ACCENTS: [(&str, char); 12] = [
        ("àáâãäåāă", 'a'),
        ("çćč", 'c'),
        ("èéêëēęě", 'e'),
        ("ìíîïī", 'i'),
        ("ñńň", 'n'),
        ("òóôõöøōő", 'o'),
        ("šśş", 's'),
        ("ùúûüūůű", 'u'),
        ("ýÿ", 'y'),
        ("žźż", 'z'),
        ("ł", 'l'),
        ("‘’", '\''),
    ];
    let small = letter.to_lowercase().next().unwrap_or(letter);
    let mut accents = ACCENTS.iter().filter(|_| !small.is_ascii());
    let known = accents.find(|(letters, _)| letters.contains(small));
    known.map_or(small, |(_, plain)| *plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(heading: &str, text: &str) -> Passage {
        Passage::new("Step 3", heading, String::new(), text.into())
    }

    #[test]
    fn every_word_begins_a_word_and_a_heading_comes_first() {
        let index = Index::new([
            passage("Trap", "The cookie of Zoë: num_visits"),
            passage("The cookie", "A ticket"),
            passage("Discookie", "nothing"),
        ]);
        let find = |question: &str| {
            let found = index.find(&Words::of(question));
            found
                .iter()
                .map(|it| it.heading.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(find("COOK"), ["The cookie", "Trap"]);
        assert_eq!(find("zoe, visits"), ["Trap"]);
        assert_eq!(find("ZOE\u{308}"), ["Trap"]);
        assert_eq!(find("“cookie” ticket"), ["The cookie"]);
        for nothing in ["", "a", "okie", "cookie nowhere", "%22 ()"] {
            assert!(find(nothing).is_empty(), "{nothing}");
        }
        let long = "cookie ".repeat(99);
        assert_eq!(Words::of(&long).0.len(), LONGEST.div_ceil("cookie ".len()));
    }

    #[test]
    fn an_excerpt_begins_before_the_first_word_and_marks_each() {
        let words = Words::of("zoe cookie");
        let text = format!(
            "{} ÏÏ Zoë’s cookie {}",
            "before ".repeat(99),
            "after ".repeat(99)
        );
        let pieces = words.excerpt(&text);
        let marked: Vec<_> = pieces
            .iter()
            .filter(|(_, is)| *is)
            .map(|(words, _)| *words)
            .collect();
        assert_eq!(marked, ["Zoë", "cookie"]);
        let shown: String = pieces.iter().map(|(words, _)| *words).collect();
        assert!(
            shown.starts_with("before ") && shown.ends_with(" after"),
            "{shown}"
        );
        assert!(
            (EXCERPT..EXCERPT + 2 * BEFORE).contains(&shown.chars().count()),
            "{shown}"
        );
        assert_eq!(words.excerpt(""), [("", false)]);
    }
}
