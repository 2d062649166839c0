//! Step 11.

use super::{
    Answer,
    Verdict::{Right, Wrong},
};

const MAIN: &str = "#[tokio::main]";
const ROUTE: &str = ".route(\"/wall\", get(wall).post(write))";
const POSTED: (&str, &str) = (
    ROUTE,
    ".route(\"/wall\", get(wall).post(write)).route(\"/wall/take-down\", post(take_down))",
);
const FORM: &str =
    "(form::text_form(\"/wall\", \"A note for everybody\", \"Write it on the wall\"))";
const BUTTON: (&str, &str) = (
    FORM,
    "(form::text_form(\"/wall\", \"A note for everybody\", \"Write it on the wall\"))
     (form::button(\"/wall/take-down\", \"Take my notes down\"))",
);
const OWN_NOTES: (&str, &str) = (
    MAIN,
    "async fn take_down(lab: Lab, person: Person) -> Redirect {
         lab.wall.take_down(&person.name);
         Redirect::to(\"/wall\")
     }\n\n#[tokio::main]",
);

const WALL: &str = "async fn wall(lab: Lab) -> Markup {";
const SHOWN: &str = "    page::layout(\"The wall\", content)";
const WRITE: &str =
    "async fn write(lab: Lab, person: Option<Person>, Form(typed): Form<TextField>) -> Redirect {";
const WRITTEN: &str = "    lab.wall.write(&by, typed.text.0);\n    Redirect::to(\"/wall\")";
const DONE: (&str, &str) = (
    WRITTEN,
    "    lab.wall.write(&by, typed.text.0);\n    Ok(Redirect::to(\"/wall\"))",
);
const SHOWN_OR_NOT: (&str, &str) = (SHOWN, "    Ok(page::layout(\"The wall\", content))");
const WITH_TOKEN: (&str, &str) = (
    WALL,
    "async fn wall(lab: Lab, session: Session) -> Result<Markup, Error> {
         let token = session.setdefault(\"token\", tower_sessions::session::Id::default().to_string()).await?;",
);
const HIDDEN: (&str, &str) = (
    FORM,
    "form method=\"post\" action=\"/wall\" {
         input type=\"hidden\" name=\"token\" value=(token);
         input name=\"text\";
         button { \"Write it on the wall\" }
         \"A note for everybody\"
     }",
);
const FIELDS: (&str, &str) = (
    MAIN,
    "#[derive(serde::Deserialize)]
     struct Written { #[serde(default)] token: String, text: form::ShortText }\n\n#[tokio::main]",
);

/// A handler that begins with `check`, where `own` is the session's token.
macro_rules! checking {
    ($check:literal) => {
        (
            WRITE,
            concat!(
                "async fn write(
                     lab: Lab, session: Session, person: Option<Person>, Form(typed): Form<Written>,
                 ) -> Result<Redirect, Error> {
                     let own: Option<String> = session.get(\"token\").await?;
                     let refused = Error::Request(axum::http::StatusCode::FORBIDDEN, \"Open the wall first.\".into());
                     ",
                $check
            ),
        )
    };
}

pub const ANSWERS: &[Answer] = &[
    Answer {
        exercise: "11.1",
        name: "a POST for people who are signed in",
        verdict: Right,
        changes: &[POSTED, BUTTON, OWN_NOTES],
    },
    Answer {
        exercise: "11.1",
        name: "a POST that does nothing for a stranger",
        verdict: Right,
        changes: &[
            POSTED,
            BUTTON,
            (
                MAIN,
                "async fn take_down(lab: Lab, person: Option<Person>) -> Redirect {
                     if let Some(person) = person { lab.wall.take_down(&person.name); }
                     Redirect::to(\"/wall\")
                 }\n\n#[tokio::main]",
            ),
        ],
    },
    Answer {
        exercise: "11.1",
        name: "any method",
        verdict: Wrong(
            "a picture takes nothing down: the last page should say “ann: Persuasion is back.”",
        ),
        changes: &[
            (
                ROUTE,
                ".route(\"/wall\", get(wall).post(write)).route(\"/wall/take-down\", axum::routing::any(take_down))",
            ),
            BUTTON,
            OWN_NOTES,
        ],
    },
    Answer {
        exercise: "11.1",
        name: "everybody's notes",
        verdict: Wrong("ben's notes stay: the last page should say “ben: Cousin Bette is mine.”"),
        changes: &[
            POSTED,
            BUTTON,
            (
                MAIN,
                "async fn take_down(lab: Lab, _: Person) -> Redirect {
                     for note in lab.wall.notes() { lab.wall.take_down(&note.by); }
                     Redirect::to(\"/wall\")
                 }\n\n#[tokio::main]",
            ),
        ],
    },
    Answer {
        exercise: "11.1",
        name: "strangers as well",
        verdict: Wrong(
            "a stranger takes nothing down: the last page should say “a visitor: Good morning.”",
        ),
        changes: &[
            POSTED,
            BUTTON,
            (
                MAIN,
                "async fn take_down(lab: Lab, person: Option<Person>) -> Redirect {
                     let by = person.map_or(\"a visitor\".into(), |person| person.name);
                     lab.wall.take_down(&by);
                     Redirect::to(\"/wall\")
                 }\n\n#[tokio::main]",
            ),
        ],
    },
    Answer {
        exercise: "11.2",
        name: "a token in the session and in the form",
        verdict: Right,
        changes: &[
            WITH_TOKEN,
            HIDDEN,
            SHOWN_OR_NOT,
            checking!("if own != Some(typed.token) { return Err(refused); }"),
            DONE,
            FIELDS,
        ],
    },
    Answer {
        exercise: "11.2",
        name: "an empty token is as good as none",
        verdict: Wrong(
            "a foreign form with an empty token: the last page should not say “I give my books”",
        ),
        changes: &[
            WITH_TOKEN,
            HIDDEN,
            SHOWN_OR_NOT,
            checking!("if own.unwrap_or_default() != typed.token { return Err(refused); }"),
            DONE,
            FIELDS,
        ],
    },
    Answer {
        exercise: "11.2",
        name: "any token will do",
        verdict: Wrong(
            "a foreign form with a token of Mallory's: the last page should not say “My books are yours”",
        ),
        changes: &[
            WITH_TOKEN,
            HIDDEN,
            SHOWN_OR_NOT,
            checking!("if own.is_none() || typed.token.is_empty() { return Err(refused); }"),
            DONE,
            FIELDS,
        ],
    },
    Answer {
        exercise: "11.2",
        name: "a token that nobody looks at",
        verdict: Wrong("a foreign form: the last page should not say “I lend my books”"),
        changes: &[
            WITH_TOKEN,
            HIDDEN,
            SHOWN_OR_NOT,
            checking!("if own.is_none() { return Err(refused); }"),
            DONE,
            FIELDS,
        ],
    },
    Answer {
        exercise: "11.2",
        name: "a form without the token",
        verdict: Wrong("the wall's own form: the last page should say “ann: Who has Emma?”"),
        changes: &[
            WITH_TOKEN,
            SHOWN_OR_NOT,
            checking!("if own != Some(typed.token) { return Err(refused); }"),
            DONE,
            FIELDS,
        ],
    },
];
