//! Step 13.

use super::{
    Answer,
    Verdict::{Right, Wrong},
};

const LOANS: &str =
    "async fn loans(State(library): State<Library>, person: Person) -> Result<Markup, Error> {";
const SIGNED_IN: &str = "        p { \"You are signed in as \"";
const BORROW: &str =
    "async fn borrow(Confirmed(person): Confirmed, basket: Basket) -> Result<Redirect, Error> {";
const BORROWED: &str = "    Ok(Redirect::to(\"/loans\"))";
const LEAVES: [(&str, &str); 2] = [
    (
        BORROW,
        "async fn borrow(Confirmed(person): Confirmed, basket: Basket, flash: Flash) -> Result<Redirect, Error> {",
    ),
    (
        BORROWED,
        "    flash.redirect(\"/loans\", \"Enjoy your books.\").await",
    ),
];
const TAKES: (&str, &str) = (
    LOANS,
    "async fn loans(State(library): State<Library>, person: Person, flash: Flash) -> Result<Markup, Error> {",
);

pub const ANSWERS: &[Answer] = &[
    Answer {
        exercise: "13.1",
        name: "in the page",
        verdict: Right,
        changes: &[
            TAKES,
            (
                SIGNED_IN,
                "        (flash.show().await?)\n        p { \"You are signed in as \"",
            ),
            LEAVES[0],
            LEAVES[1],
        ],
    },
    Answer {
        exercise: "13.1",
        name: "in a name, below the loans",
        verdict: Right,
        changes: &[
            TAKES,
            (
                "    let borrowed = library.loans(person.id).await?;",
                "    let borrowed = library.loans(person.id).await?;\n    let message = flash.show().await?;",
            ),
            (
                "        p { a href=\"/sessions\"",
                "        (message)\n        p { a href=\"/sessions\"",
            ),
            LEAVES[0],
            LEAVES[1],
        ],
    },
    Answer {
        exercise: "13.1",
        name: "in the session, by hand",
        verdict: Right,
        changes: &[
            (
                LOANS,
                "async fn loans(State(library): State<Library>, session: Session, person: Person) -> Result<Markup, Error> {
                     let enjoy: Option<bool> = session.remove(\"enjoy\").await?;",
            ),
            (
                SIGNED_IN,
                "        @if enjoy.is_some() { p { \"Enjoy your books.\" } }\n        p { \"You are signed in as \"",
            ),
            (
                BORROW,
                "async fn borrow(session: Session, Confirmed(person): Confirmed, basket: Basket) -> Result<Redirect, Error> {
                     session.insert(\"enjoy\", true).await?;",
            ),
        ],
    },
    Answer {
        exercise: "13.1",
        name: "always",
        verdict: Wrong("once: the last page should not say “Enjoy your books.”"),
        changes: &[(
            SIGNED_IN,
            "        p { \"Enjoy your books.\" }\n        p { \"You are signed in as \"",
        )],
    },
    Answer {
        exercise: "13.1",
        name: "in the address",
        verdict: Wrong("once at its own address: the last page should not say “Enjoy your books.”"),
        changes: &[
            (
                LOANS,
                "async fn loans(State(library): State<Library>, person: Person, uri: axum::http::Uri) -> Result<Markup, Error> {",
            ),
            (
                SIGNED_IN,
                "        @if uri.query().is_some() { p { \"Enjoy your books.\" } }\n        p { \"You are signed in as \"",
            ),
            (BORROWED, "    Ok(Redirect::to(\"/loans?said=1\"))"),
        ],
    },
    Answer {
        exercise: "13.1",
        name: "left and not shown",
        verdict: Wrong("the loans say so: the last page should say “Enjoy your books.”"),
        changes: &[LEAVES[0], LEAVES[1]],
    },
    Answer {
        exercise: "13.1",
        name: "on the page of the basket",
        verdict: Wrong("the loans say so"),
        changes: &[
            LEAVES[0],
            (
                BORROWED,
                "    flash.redirect(\"/basket\", \"Enjoy your books.\").await",
            ),
        ],
    },
    Answer {
        exercise: "13.2",
        name: "the parameter",
        verdict: Right,
        changes: &[(
            LOANS,
            "async fn loans(State(library): State<Library>, Confirmed(person): Confirmed) -> Result<Markup, Error> {",
        )],
    },
    Answer {
        exercise: "13.2",
        name: "both parameters",
        verdict: Right,
        changes: &[(
            LOANS,
            "async fn loans(State(library): State<Library>, person: Person, _: Confirmed) -> Result<Markup, Error> {",
        )],
    },
    Answer {
        exercise: "13.2",
        name: "for everybody",
        verdict: Wrong("six minutes later: the last page should say “Please enter the password of ann”"),
        changes: &[(
            LOANS,
            "async fn loans(State(library): State<Library>, person: Option<Person>) -> Result<Markup, Error> {
                 let person = person.ok_or(Error::NotFound)?;",
        )],
    },
    Answer {
        exercise: "13.2",
        name: "always asks",
        verdict: Wrong("just signed in: the last page should say “You are signed in as ann”"),
        changes: &[
            (
                LOANS,
                "async fn loans(_: Confirmed) -> Redirect {
                     Redirect::to(\"/confirm?next=/loans\")
                 }

                 async fn loans_of(State(library): State<Library>, person: Person) -> Result<Markup, Error> {",
            ),
        ],
    },
    Answer {
        exercise: "13.2",
        name: "signs out",
        verdict: Wrong("six minutes later"),
        changes: &[(
            "Expiry::OnInactivity(Duration::minutes(30))",
            "Expiry::OnInactivity(Duration::minutes(5))",
        )],
    },
];
