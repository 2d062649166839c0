//! Django's lines beside the Rust of a deck, from a text of their own: `slides/django/03.md`.

use std::collections::BTreeMap;

use journey::text;

use crate::project::root;

/// What a block of Rust is in Django.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DjangoBlock {
    /// "python", or "html" for a template.
    pub language: String,
    /// The lines.
    pub code: String,
}

/// The blocks of a deck: under the heading of each slide, one for each block of Rust, in order.
#[derive(Default)]
pub struct DjangoBlocks(BTreeMap<String, Vec<DjangoBlock>>);

impl DjangoBlocks {
    /// Those of a step's deck.
    pub fn of(step: u8) -> Self {
        let path = root().join(format!("slides/django/{step:02}.md"));
        Self::read(&text::read(path).unwrap_or_default())
    }

    fn read(text: &str) -> Self {
        let sections = text.split("\n## ").skip(1).filter_map(|section| {
            let (heading, body) = section.split_once('\n')?;
            // Every other part stands between fences.
            let blocks = body.split("```").skip(1).step_by(2);
            let django = blocks.filter_map(|block| {
                let (language, code) = block.split_once('\n')?;
                let (language, code) = (language.to_string(), code.to_string());
                Some(DjangoBlock { language, code })
            });
            Some((heading.trim().to_string(), django.collect()))
        });
        Self(sections.collect())
    }

    /// Those of the slide with this heading.
    pub fn under(&self, heading: &str) -> &[DjangoBlock] {
        self.0.get(heading).map_or(&[], Vec::as_slice)
    }

    /// The headings of the slides that have some.
    #[cfg(test)]
    pub fn headings(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A slide that was renamed, or has got another block of Rust, needs its lines in Django.
    #[test]
    fn each_block_of_rust_in_a_deck_has_its_twin() {
        let decks = fs::read_dir(root().join("slides")).unwrap();
        let decks = decks.map(|deck| deck.unwrap().path());
        let is_step = |name: &str| name.as_bytes()[0].is_ascii_digit() && !name.starts_with("00");
        for deck in decks.filter(|path| is_step(&path.file_name().unwrap().to_string_lossy())) {
            let name = deck.file_name().unwrap().to_string_lossy().into_owned();
            let django = DjangoBlocks::of(name[..2].parse().unwrap());
            let text = text::read(&deck).unwrap();
            let mut headings: Vec<_> = django.headings().collect();
            for slide in text.split("\n---\n").skip(1) {
                let heading = slide.lines().find_map(|line| line.strip_prefix("## "));
                let heading = heading.unwrap_or_default();
                let rust = slide.matches("```rust\n").count();
                assert_eq!(django.under(heading).len(), rust, "{name}: {heading}");
                headings.retain(|known| *known != heading);
            }
            assert!(headings.is_empty(), "{name} has no slides {headings:?}");
        }
    }
}
