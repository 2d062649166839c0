//! Step 8: what a visitor does and has to see, how its exercises are checked, and a program with a fault in it.

#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken;

use journey::{
    Act::{Browser, CopyCookies, Get, Post, Press},
    Diagnosis, Exercise,
    Expect::{NoCookie, Says, SaysNot, Sends, Status, Visits},
    Journey, Suspect, text,
};
use lossless_sessions::Recorder;

use super::journey;

/// The form that signs Ann in, and takes her to her loans.
const ANN: &str = "name=ann&password=ann+reads+austen&next=/loans";

/// The same for Ben. Where he signs in at other times, his session ends as well, so his list of sessions is short.
const BEN: &str = "name=ben&password=ben+reads+balzac&next=/loans";

pub static JOURNEYS: &[Journey] = &[
    journey(
        "nobody signed in",
        &[Get("/loans")],
        &[Says("Sign in"), Says("Password"), NoCookie],
    ),
    journey(
        "signed in",
        &[Get("/"), Post("/sign-in", ANN)],
        &[
            Says("You are signed in as ann"),
            Sends("set-cookie", "HttpOnly"),
        ],
    ),
    journey(
        "the count stays",
        &[Get("/"), Post("/sign-in", ANN), Get("/")],
        &[Visits(1)],
    ),
    journey(
        "a planted session",
        &[
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
        "a copied cookie",
        &[
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
        "another person",
        &[
            Get("/"),
            Post("/sign-in", BEN),
            Get("/"),
            Post("/sign-in", ANN),
            Get("/"),
        ],
        &[Visits(0)],
    ),
    journey(
        "wrong password",
        &[Post("/sign-in", "name=ann&password=guess")],
        &[Status(422), Says("password is wrong"), NoCookie],
    ),
    journey(
        "too many guesses",
        &[
            Post("/sign-in", "name=cleo&password=guess"),
            Post("/sign-in", "name=cleo&password=guess+again"),
            Post("/sign-in", "name=cleo&password=and+again"),
            Post("/sign-in", "name=cleo&password=cleo+reads+conrad"),
        ],
        &[Status(429), Says("Please wait")],
    ),
    journey(
        "two devices",
        &[
            Browser("Ben's"),
            Post("/sign-in", BEN),
            Browser("Ben's other"),
            Post("/sign-in", BEN),
            Get("/sessions"),
        ],
        &[Says("(this one)"), Says("End it")],
    ),
    journey(
        "others ended",
        &[
            Post("/sign-in", ANN),
            Browser("Ann's other"),
            Post("/sign-in", ANN),
            Post("/sessions/end-others", ""),
            Browser("Ann's"),
            Get("/loans"),
        ],
        &[Says("Sign in"), SaysNot("You are signed in")],
    ),
    journey(
        "a redirect that stays",
        &[Post(
            "/sign-in",
            "name=ann&password=ann+reads+austen&next=//evil.example/",
        )],
        &[Says("record counts"), Sends("location", "/")],
    ),
];

pub static EXERCISES: &[Exercise] = &[
    Exercise {
        journeys: &[
            journey(
                "ann is greeted",
                &[Post("/sign-in", ANN), Get("/")],
                &[Says("Welcome back, ann.")],
            ),
            journey(
                "ben is greeted",
                &[Post("/sign-in", BEN), Get("/")],
                &[Says("Welcome back, ben.")],
            ),
            journey(
                "nobody else is",
                &[Post("/sign-in", ANN), Browser("Ben's"), Get("/")],
                &[Says("record counts"), SaysNot("Welcome back")],
            ),
            journey(
                "signed out",
                &[
                    Post("/sign-in", ANN),
                    Get("/loans"),
                    Press("Sign out", ""),
                    Get("/"),
                ],
                &[Says("record counts"), SaysNot("Welcome back")],
            ),
        ],
        source: &[],
    },
    Exercise {
        journeys: &[
            journey(
                "this browser",
                &[
                    Post("/sign-in", ANN),
                    Get("/loans"),
                    Press("Sign out everywhere", ""),
                    Get("/loans"),
                ],
                &[SaysNot("You are signed in"), Says("Password")],
            ),
            journey(
                "the other browser",
                &[
                    Post("/sign-in", ANN),
                    Browser("Ann's other"),
                    Post("/sign-in", ANN),
                    Get("/loans"),
                    Press("Sign out everywhere", ""),
                    Browser("Ann's"),
                    Get("/loans"),
                ],
                &[SaysNot("You are signed in"), Says("Password")],
            ),
            journey(
                "ben stays",
                &[
                    Browser("Ben's"),
                    Post("/sign-in", BEN),
                    Browser("Ann's"),
                    Post("/sign-in", ANN),
                    Get("/loans"),
                    Press("Sign out everywhere", ""),
                    Browser("Ben's"),
                    Get("/loans"),
                ],
                &[Says("You are signed in as ben")],
            ),
            journey(
                "the other buttons",
                &[
                    Post("/sign-in", ANN),
                    Get("/sessions"),
                    Press("End all others", ""),
                    Get("/loans"),
                    Press("Sign out", ""),
                    Get("/loans"),
                ],
                &[SaysNot("You are signed in"), Says("Password")],
            ),
        ],
        source: &[],
    },
];

pub static DIAGNOSIS: Diagnosis = Diagnosis {
    symptom: "“I let Ann sign in on my computer,” says Mallory, “and with a copy of its cookie I read her loans on another \
              one.”",
    source: text!("broken.rs"),
    journey: journey(
        "a planted session",
        &[
            Browser("Mallory's"),
            Get("/"),
            Browser("Ann's"),
            CopyCookies("Mallory's"),
            Post("/sign-in", "name=ann&password=ann+reads+austen&next=/loans"),
            Browser("Mallory's"),
            Get("/loans"),
        ],
        &[SaysNot("You are signed in")],
    ),
    wrong: "if session.id().is_none() {",
    right: "if session.id().is_some() {",
    why: "Signing in loads Mallory's session and saves it with Ann in it. With a new id, the wire would show a delete and \
          a create. The line changes the id only for a visitor who has brought none, and who would get a new one anyway. \
          But it is the id that a visitor brings that somebody else may know.",
    suspects: &[
        Suspect {
            line: "session.cycle_key().await?;",
            why: "This line gives the session a new id and deletes the old row. On the wire no row was deleted, so the \
                  line did not run.",
        },
        Suspect {
            line: "session.insert(PERSON, person.id).await?;",
            why: "This line has to store who signed in. The question is under which id.",
        },
        Suspect {
            line: "async fn loans(State(library): State<Library>, person: Person) -> Result<Markup, Error> {",
            why: "This line asks the session who is signed in, and the session says Ann. How did Ann get into Mallory's \
                  session?",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken::engine(library)?)),
    app: broken::app,
};
