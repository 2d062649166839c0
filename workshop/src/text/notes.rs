//! A presenter's notes, for somebody who reads the lesson alone: what is said stands there as text, and a question has
//! its answer behind a fold. What is only for a room, such as a demonstration, is left out.

use maud::{Markup, html};

use crate::text::markdown::{self, Source};

/// The notes of one slide, a line each: `Say: ...`, `Ask: ...`, and below a question `Answer: ...`.
pub fn to_html(notes: &[String], source: &Source<'_>) -> Markup {
    let text = |words: &str| markdown::to_html(words, source);
    let mut rest = notes.iter().map(String::as_str).peekable();
    let mut parts = Vec::new();
    while let Some(note) = rest.next() {
        if let Some(words) = note.strip_prefix("Say: ") {
            parts.push(html! { div.said { (text(words)) } });
        }
        if let Some(question) = note.strip_prefix("Ask: ") {
            let answer = rest.peek().and_then(|next| next.strip_prefix("Answer: "));
            parts.push(match answer {
                Some(answer) => html! {
                    details.ask { summary { (text(question)) } (text(answer)) }
                },
                None => html! { div.ask { (text(question)) } },
            });
        }
    }
    html! { @for part in &parts { (part) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_text_a_question_has_a_folded_answer_and_a_demonstration_is_left_out() {
        let notes = [
            "Say: Two `jars`.",
            "Demo: Reload.",
            "Ask: Which?",
            "Answer: Both.",
            "Ask: Why?",
        ];
        let page = to_html(&notes.map(String::from), &Source::none()).into_string();
        let page = page.replace('\n', "");
        assert_eq!(
            page,
            "<div class=\"said\"><p>Two <code>jars</code>.</p></div>\
             <details class=\"ask\"><summary><p>Which?</p></summary><p>Both.</p></details>\
             <div class=\"ask\"><p>Why?</p></div>"
        );
    }
}
