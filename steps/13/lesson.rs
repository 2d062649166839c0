//! Step 13: what a visitor does and has to see, how its exercises are checked, and a program with a fault in it.

#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken;

use journey::{
    Act::{Browser, CopyCookies, Get, Post, Wait},
    Diagnosis, Exercise,
    Expect::{Says, SaysNot, Sends, Status},
    Journey, Suspect, text,
};
use lossless_sessions::Recorder;

use super::journey;

/// The form that signs Ann in, and takes her to her loans.
const ANN: &str = "name=ann&password=ann+reads+austen&next=/loans";

/// The same, when she wants to stay signed in.
const ANN_STAYS: &str = "name=ann&password=ann+reads+austen&next=/loans&stay=yes";
const BEN: &str = "name=ben&password=ben+reads+balzac&next=/loans";

/// The same for Ben, who is taken to his basket. Cleo has to wait at a site where step 8's guesses have been tried.
const BEN_BORROWS: &str = "name=ben&password=ben+reads+balzac&next=/basket";

/// Ann's password once more.
const CONFIRMED: &str = "password=ann+reads+austen&next=/basket";

/// Two books, as the form sends them.
const MIDDLEMARCH: &str = "book=38";
const ORCHARD: &str = "book=19";

/// An hour without a visit ends the session.
const HOUR: u32 = 3_600;

pub static JOURNEYS: &[Journey] = &[
    journey(
        "a basket",
        &[Post("/basket", MIDDLEMARCH)],
        &[
            Says("Middlemarch George Eliot"),
            Says("“Middlemarch” is in your basket."),
        ],
    ),
    journey(
        "the message once",
        &[Post("/basket", MIDDLEMARCH), Get("/basket?said=1")],
        &[
            Says("Middlemarch George Eliot"),
            SaysNot("is in your basket"),
        ],
    ),
    journey(
        "the basket stays",
        &[
            Post("/basket", MIDDLEMARCH),
            Post("/sign-in", ANN),
            Get("/basket"),
        ],
        &[Says("Middlemarch George Eliot")],
    ),
    journey(
        "two baskets",
        &[
            Post("/sign-in", ANN),
            Post("/basket", MIDDLEMARCH),
            Browser("Ann's other"),
            Post("/basket", ORCHARD),
            Post("/sign-in", ANN),
            Get("/basket"),
        ],
        &[
            Says("Middlemarch George Eliot"),
            Says("The Cherry Orchard Anton Chekhov"),
        ],
    ),
    journey(
        "the next person",
        &[
            Post("/basket", MIDDLEMARCH),
            Post("/sign-in", ANN),
            Post("/sign-in", BEN),
            Get("/basket"),
        ],
        &[Says("Your basket is empty.")],
    ),
    journey(
        "gone after an hour",
        &[Post("/sign-in", ANN), Wait(HOUR), Get("/loans")],
        &[Says("Password"), SaysNot("You are signed in")],
    ),
    journey(
        "still there after an hour",
        &[Post("/sign-in", ANN_STAYS), Wait(HOUR), Get("/loans")],
        &[
            Says("You are signed in as ann"),
            Sends("set-cookie", "remember="),
        ],
    ),
    journey(
        "gone after two weeks",
        &[
            Post("/sign-in", ANN_STAYS),
            Wait(14 * 24 * HOUR),
            Get("/loans"),
        ],
        &[Says("Password"), SaysNot("You are signed in")],
    ),
    journey(
        "signed out",
        &[
            Post("/sign-in", ANN_STAYS),
            Browser("Mallory's"),
            CopyCookies("Ann's"),
            Browser("Ann's"),
            Post("/sign-out", ""),
            Browser("Mallory's"),
            Get("/loans"),
        ],
        &[Says("Password"), SaysNot("You are signed in")],
    ),
    journey(
        "borrowed",
        &[
            Post("/basket", MIDDLEMARCH),
            Post("/sign-in", BEN_BORROWS),
            Post("/borrow", ""),
            Post("/sign-in", BEN_BORROWS),
        ],
        &[Says("Your basket is empty.")],
    ),
    journey(
        "a copy is used",
        &[
            Post("/sign-in", ANN_STAYS),
            Browser("Mallory's"),
            CopyCookies("Ann's"),
            Wait(HOUR),
            Get("/loans"),
            Wait(60),
            Browser("Ann's"),
            Get("/loans"),
        ],
        &[Status(403), Says("Somebody has used a copy")],
    ),
    journey(
        "the copy has ended",
        &[
            Post("/sign-in", ANN_STAYS),
            Browser("Mallory's"),
            CopyCookies("Ann's"),
            Wait(HOUR),
            Get("/loans"),
            Wait(60),
            Browser("Ann's"),
            Get("/loans"),
            Browser("Mallory's"),
            Get("/loans"),
        ],
        &[Says("Password"), SaysNot("You are signed in")],
    ),
    journey(
        "asked again",
        &[
            Post("/sign-in", ANN_STAYS),
            Wait(HOUR),
            Post("/basket", MIDDLEMARCH),
            Post("/borrow", ""),
        ],
        &[Says("Please enter the password of ann")],
    ),
    journey(
        "borrowed with the password",
        &[
            Post("/sign-in", ANN_STAYS),
            Wait(HOUR),
            Post("/basket", MIDDLEMARCH),
            Post("/borrow", ""),
            Post("/confirm", CONFIRMED),
            Post("/borrow", ""),
        ],
        &[
            Says("You are signed in as ann"),
            Says("Middlemarch George Eliot"),
        ],
    ),
];

pub static EXERCISES: &[Exercise] = &[
    Exercise {
        journeys: &[
            journey(
                "the loans say so",
                &[
                    Post("/sign-in", ANN),
                    Post("/basket", MIDDLEMARCH),
                    Post("/borrow", ""),
                ],
                &[
                    Says("You are signed in as ann"),
                    Says("Enjoy your books."),
                    Says("Middlemarch George Eliot"),
                ],
            ),
            journey(
                "once",
                &[
                    Post("/sign-in", ANN),
                    Post("/basket", MIDDLEMARCH),
                    Post("/borrow", ""),
                    Get("/loans"),
                ],
                &[
                    Says("You are signed in as ann"),
                    SaysNot("Enjoy your books."),
                ],
            ),
            journey(
                "once at its own address",
                &[
                    Post("/sign-in", ANN),
                    Post("/borrow", ""),
                    Get("/loans?said=1"),
                ],
                &[
                    Says("You are signed in as ann"),
                    SaysNot("Enjoy your books."),
                ],
            ),
            journey(
                "not for another page",
                &[Post("/sign-in", ANN), Post("/borrow", ""), Get("/basket")],
                &[Says("My basket"), SaysNot("Enjoy your books.")],
            ),
        ],
        source: &[],
    },
    Exercise {
        journeys: &[
            journey(
                "just signed in",
                &[Post("/sign-in", ANN)],
                &[Says("You are signed in as ann")],
            ),
            journey(
                "six minutes later",
                &[Post("/sign-in", ANN), Wait(360), Get("/loans")],
                &[
                    Says("Please enter the password of ann"),
                    SaysNot("You are signed in"),
                ],
            ),
            journey(
                "with the password",
                &[
                    Post("/sign-in", ANN),
                    Wait(360),
                    Get("/loans"),
                    Post("/confirm", "password=ann+reads+austen&next=/loans"),
                ],
                &[Says("You are signed in as ann")],
            ),
            journey(
                "nobody signed in",
                &[Get("/loans")],
                &[Says("Sign in"), SaysNot("once more")],
            ),
        ],
        source: &[],
    },
];

pub static DIAGNOSIS: Diagnosis = Diagnosis {
    symptom: "“I have borrowed what was in my basket,” says Ann, “and after signing in again, the book is back in it.”",
    source: text!("broken.rs"),
    journey: journey(
        "a book that comes back",
        &[
            Post("/basket", MIDDLEMARCH),
            Post(
                "/sign-in",
                "name=ann&password=ann+reads+austen&next=/basket",
            ),
            Post("/borrow", ""),
            Post(
                "/sign-in",
                "name=ann&password=ann+reads+austen&next=/basket",
            ),
        ],
        &[SaysNot("Middlemarch")],
    ),
    wrong: "let books: Option<BTreeSet<i64>> = session.get(BASKET).await?;",
    right: "let books: Option<BTreeSet<i64>> = session.remove(BASKET).await?;",
    why: "After the first sign-in, the session that is created under the new id still holds the basket. The line copies it \
          to the person and leaves the session as it was. So the next sign-in gives the same book once more, although Ann \
          has borrowed it in the meantime. What belongs to a person has to leave the session.",
    suspects: &[
        Suspect {
            line: "people::flush_if_of_another(&session, &person).await?;",
            why: "This line empties the session when somebody else is signed in there. Here it is Ann both times, so it \
                  does nothing.",
        },
        Suspect {
            line: "basket.borrow(&person).await?;",
            why: "This line moves the books from the basket of the person to the loans. The page that follows shows an empty \
                  basket, so it has worked.",
        },
        Suspect {
            line: "session.cycle_key().await?;",
            why: "This line gives the data a new id and leaves the data as it is. Something else should have taken the basket \
                  out of the session before.",
        },
        Suspect {
            line: ".put_into_basket(person.id, books.unwrap_or_default())",
            why: "This line puts into the person's basket what it is given. A book that is there already stays there once. \
                  The question is why it is given Middlemarch twice.",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken::engine(library)?)),
    app: broken::app,
};
