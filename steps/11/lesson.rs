//! Step 11: what a visitor does and has to see, how its exercises are checked, and a program with a fault in it.
//!
//! Each attack is there twice: first without the line that stops it, then with all lines back.

#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken;

use journey::{
    Act::{Browser, CopyCookies, Get, Picture, Post, PostFromElsewhere, Press, Wait},
    Diagnosis, Exercise,
    Expect::{Cookie, Says, SaysNot, Sends},
    Journey, Suspect, text,
};
use lossless_sessions::Recorder;

use super::journey;

/// The form that signs Ann in, and takes her to her loans.
const ANN: &str = "name=ann&password=ann+reads+austen&next=/loans";
const BEN: &str = "name=ben&password=ben+reads+balzac&next=/loans";

/// The note with Mallory's script.
const SCRIPT: &str =
    "text=%3Cscript+src%3D%22http%3A%2F%2F127.0.0.1%3A8001%2Fscript.js%22%3E%3C%2Fscript%3E";

pub static JOURNEYS: &[Journey] = &[
    journey(
        "five attacks",
        &[Get("/attacks")],
        &[Says("A copied cookie")],
    ),
    journey(
        "a copied cookie works",
        &[
            Post("/lines", "delete-row=on"),
            Post("/sign-in", ANN),
            Browser("Mallory's"),
            CopyCookies("Ann's"),
            Browser("Ann's"),
            Post("/sign-out", ""),
            Browser("Mallory's"),
            Get("/loans"),
        ],
        &[Says("You are signed in as ann")],
    ),
    journey(
        "a copied cookie is worthless",
        &[
            Post("/lines", ""),
            Post("/sign-in", ANN),
            Browser("Mallory's"),
            CopyCookies("Ann's"),
            Browser("Ann's"),
            Post("/sign-out", ""),
            Browser("Mallory's"),
            Get("/loans"),
        ],
        &[Says("Sign in"), SaysNot("You are signed in")],
    ),
    journey(
        "a copied cookie ends with the others",
        &[
            Post("/sign-in", ANN),
            Browser("Mallory's"),
            CopyCookies("Ann's"),
            Browser("Ann's other"),
            Post("/sign-in", ANN),
            Post("/sessions/end-others", ""),
            Browser("Mallory's"),
            Get("/loans"),
        ],
        &[Says("Sign in"), SaysNot("You are signed in")],
    ),
    journey(
        "a copied cookie ends by itself",
        &[
            Post("/sign-in", ANN),
            Browser("Mallory's"),
            CopyCookies("Ann's"),
            Wait(1_209_660),
            Get("/loans"),
        ],
        &[Says("Sign in"), SaysNot("You are signed in")],
    ),
    journey(
        "a planted id works",
        &[
            Post("/lines", "new-id=on"),
            Browser("Mallory's"),
            Get("/"),
            Browser("Ann's"),
            CopyCookies("Mallory's"),
            Post("/sign-in", ANN),
            Browser("Mallory's"),
            Get("/loans"),
        ],
        &[Says("You are signed in as ann")],
    ),
    journey(
        "a planted id is worthless",
        &[
            Post("/lines", ""),
            Browser("Mallory's"),
            Get("/"),
            Browser("Ann's"),
            CopyCookies("Mallory's"),
            Post("/sign-in", ANN),
            Browser("Mallory's"),
            Get("/loans"),
        ],
        &[Says("Sign in"), SaysNot("You are signed in")],
    ),
    journey(
        "a foreign form is believed",
        &[
            Post("/lines", "origin=on&empty-wall=on"),
            Post("/sign-in", ANN),
            PostFromElsewhere("/wall", "text=I+lend+my+books+to+everybody."),
            Get("/wall"),
        ],
        &[Says("ann: I lend my books to everybody.")],
    ),
    journey(
        "a foreign form is refused",
        &[
            Post("/lines", "empty-wall=on"),
            Post("/sign-in", ANN),
            PostFromElsewhere("/wall", "text=I+give+my+books+away."),
            Get("/wall"),
        ],
        &[
            Says("A note for everybody"),
            SaysNot("I give my books away."),
        ],
    ),
    journey(
        "a picture signs out",
        &[
            Post("/lines", "post-only=on"),
            Post("/sign-in", ANN),
            Picture("/sign-out"),
            Get("/loans"),
        ],
        &[Says("Sign in"), SaysNot("You are signed in")],
    ),
    journey(
        "a picture signs nobody out",
        &[
            Post("/lines", ""),
            Post("/sign-in", ANN),
            Picture("/sign-out"),
            Get("/loans"),
        ],
        &[Says("You are signed in as ann")],
    ),
    journey(
        "a script in the page",
        &[
            Post("/lines", "escape=on&policy=on&http-only=on&empty-wall=on"),
            Post("/wall", SCRIPT),
            Post("/sign-in", ANN),
            Get("/wall"),
        ],
        &[Says("a visitor:"), SaysNot("script src=")],
    ),
    journey(
        "a script as text",
        &[
            Post("/lines", "empty-wall=on"),
            Post("/wall", SCRIPT),
            Post("/sign-in", ANN),
            Get("/wall"),
        ],
        &[
            Says("a visitor: <script src="),
            Sends("content-security-policy", "default-src 'none'"),
            Cookie("step11", &["HttpOnly", "SameSite=Lax"]),
        ],
    ),
];

pub static EXERCISES: &[Exercise] = &[
    Exercise {
        journeys: &[
            journey(
                "ann's notes",
                &[
                    Post("/sign-in", ANN),
                    Post("/wall", "text=Who+has+Emma%3F"),
                    Get("/wall"),
                    Press("Take my notes down", ""),
                    Get("/wall"),
                ],
                &[SaysNot("Who has Emma?"), Says("A note for everybody")],
            ),
            journey(
                "ben's notes stay",
                &[
                    Browser("Ben's"),
                    Post("/sign-in", BEN),
                    Post("/wall", "text=Cousin+Bette+is+mine."),
                    Browser("Ann's"),
                    Post("/sign-in", ANN),
                    Get("/wall"),
                    Press("Take my notes down", ""),
                    Get("/wall"),
                ],
                &[Says("ben: Cousin Bette is mine.")],
            ),
            journey(
                "a picture takes nothing down",
                &[
                    Post("/sign-in", ANN),
                    Post("/wall", "text=Persuasion+is+back."),
                    Picture("/wall/take-down"),
                    Get("/wall"),
                ],
                &[Says("ann: Persuasion is back.")],
            ),
            journey(
                "a stranger takes nothing down",
                &[
                    Post("/wall", "text=Good+morning."),
                    Get("/wall"),
                    Post("/wall/take-down", ""),
                    Get("/wall"),
                ],
                &[Says("a visitor: Good morning.")],
            ),
        ],
        source: &[],
    },
    Exercise {
        journeys: &[
            journey(
                "the wall's own form",
                &[
                    Post("/lines", "origin=on"),
                    Post("/sign-in", ANN),
                    Get("/wall"),
                    Press("Write it on the wall", "text=Who+has+Emma%3F"),
                    Get("/wall"),
                ],
                &[Says("ann: Who has Emma?")],
            ),
            journey(
                "a foreign form",
                &[
                    Post("/lines", "origin=on"),
                    Post("/sign-in", ANN),
                    Get("/wall"),
                    PostFromElsewhere("/wall", "text=I+lend+my+books+to+everybody."),
                    Get("/wall"),
                ],
                &[Says("A note for everybody"), SaysNot("I lend my books")],
            ),
            journey(
                "a foreign form with an empty token",
                &[
                    Post("/lines", "origin=on"),
                    Post("/sign-in", ANN),
                    PostFromElsewhere("/wall", "token=&text=I+give+my+books+away."),
                    Get("/wall"),
                ],
                &[Says("A note for everybody"), SaysNot("I give my books")],
            ),
            journey(
                "a foreign form with a token of Mallory's",
                &[
                    Post("/lines", "origin=on"),
                    Post("/sign-in", ANN),
                    Get("/wall"),
                    PostFromElsewhere("/wall", "token=mallory&text=My+books+are+yours."),
                    Get("/wall"),
                ],
                &[Says("A note for everybody"), SaysNot("My books are yours")],
            ),
        ],
        source: &[],
    },
];

pub static DIAGNOSIS: Diagnosis = Diagnosis {
    symptom: "“I have only looked at a picture on Mallory's page,” says Ann, “and the wall says that I give my books away.”",
    source: text!("broken.rs"),
    journey: journey(
        "a picture that writes",
        &[
            Post("/sign-in", "name=ann&password=ann+reads+austen"),
            Picture("/wall/write?text=I+give+my+books+away."),
            Get("/"),
        ],
        &[SaysNot("I give my books away.")],
    ),
    wrong: ".route(\"/wall/write\", any(write))",
    right: ".route(\"/wall/write\", post(write))",
    why: "The wire shows a GET with the note in its address, and it was answered as a form is: on to the wall. A route for \
          any method takes a GET as well, and axum's Form then reads the address instead of a body. So a picture with \
          this address is enough, and the check of the Origin does not look at a GET. A GET must change nothing.",
    suspects: &[
        Suspect {
            line: ".with_same_site(SameSite::Lax);",
            why: "Lax keeps the cookie from pictures of other sites. It lets the cookie come with a link from anywhere, and with \
                  everything that another port of this host asks for.",
        },
        Suspect {
            line: "let by = person.map_or(\"a visitor\".into(), |person| person.name);",
            why: "This line says who has sent the note, and Ann's browser has. The question is why a picture could send it.",
        },
        Suspect {
            line: "p { (note.by) \": \" (note.text) }",
            why: "This line shows the note as text, so no script in it would run. The note was stored before.",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken::engine(library)?)),
    app: broken::app,
};
