//! How each exercise is checked: those on the slides "Your turn" and "Your turn, again" of a deck, in this order.
//!
//! The checks judge what a program does, however it is written. `tests/exercises` has wrong answers, which must not pass.

use journey::{
    Act::{Browser, Get, OldRows, Post, Press, Restart, Wait},
    Exercise,
    Expect::{
        Cookie, Logs, MaxAge, Number, OneMore, Pair, Same, Says, SaysNot, Status, Visits,
        VisitsBelow,
    },
    Source,
};

use super::journeys::journey;

pub static STEP1: &[Exercise] = &[Exercise {
    journeys: &[
        journey(
            "the number rises",
            &[Get("/"), Get("/")],
            &[Says("record counts"), OneMore],
        ),
        journey(
            "it counts everybody",
            &[Get("/"), Browser("Ben's"), Get("/")],
            &[OneMore],
        ),
        journey(
            "it starts again with the program",
            &[Restart, Get("/"), Get("/"), Restart, Get("/")],
            &[Same],
        ),
    ],
    source: &[],
}];

pub static STEP2: &[Exercise] = &[Exercise {
    journeys: &[
        journey(
            "a car and its letters",
            &[Post("/my-car", "text=beetle")],
            &[Says("beetle"), Number(6)],
        ),
        journey(
            "škoda has five letters",
            &[Post("/my-car", "text=%C5%A1koda")],
            &[Says("škoda"), Number(5)],
        ),
        journey(
            "another car",
            &[Post("/my-car", "text=beetle"), Post("/my-car", "text=fiat")],
            &[Says("fiat"), Number(4)],
        ),
        journey(
            "the car deleted",
            &[Post("/my-car", "text=beetle"), Press("Delete", "")],
            &[SaysNot("beetle"), Number(6)],
        ),
    ],
    source: &[],
}];

pub static STEP3: &[Exercise] = &[
    Exercise {
        journeys: &[
            journey("first visit", &[Get("/")], &[Visits(1)]),
            journey("second visit", &[Get("/"), Get("/")], &[Visits(2)]),
            journey(
                "what is stored",
                &[Get("/"), Get("/my-car")],
                &[Pair("num_visits", "1")],
            ),
            journey(
                "somebody who was counted before",
                &[Get("/"), Get("/"), Get("/"), Get("/my-car")],
                &[Pair("num_visits", "3")],
            ),
        ],
        source: &[],
    },
    Exercise {
        journeys: &[
            journey(
                "start again",
                &[
                    Get("/"),
                    Get("/"),
                    Get("/"),
                    Press("Start again", ""),
                    Get("/"),
                ],
                &[VisitsBelow(3), Status(200)],
            ),
            journey(
                "the car stays",
                &[
                    Post("/my-car", "text=beetle"),
                    Get("/"),
                    Press("Start again", ""),
                    Get("/my-car"),
                ],
                &[Says("beetle")],
            ),
        ],
        source: &[],
    },
];

pub static STEP4: &[Exercise] = &[Exercise {
    journeys: &[
        journey(
            "a new car",
            &[Post("/my-car", "text=beetle")],
            &[Says("beetle"), Says("\"red\"")],
        ),
        journey(
            "painted, and loaded again",
            &[
                Post("/my-car", "text=beetle"),
                Press("Paint it blue", ""),
                Get("/my-car"),
            ],
            &[Says("\"blue\""), Says("beetle")],
        ),
        journey(
            "the wheels stay",
            &[
                Post("/my-car", "text=beetle"),
                Press("Fit and save", ""),
                Get("/my-car"),
                Press("Paint it blue", ""),
                Get("/my-car"),
            ],
            &[Says("\"blue\""), Says("\"alloy\"")],
        ),
    ],
    // The cars of step 4 are gone at each restart, so no visitor has an old one.
    source: &[Source {
        any_of: &[
            "#[serde(default",
            ", default)]",
            ", default =",
            "paint: Option<",
            "Deserialize<'de> for Car",
        ],
        missing: "a car that was stored without paint must still load, and nothing in your source takes care of that",
    }],
}];

pub static STEP5: &[Exercise] = &[
    Exercise {
        journeys: &[
            journey("it still counts", &[Get("/"), Get("/")], &[Visits(1)]),
            journey(
                "an expired session",
                &[Get("/"), Wait(2 * 604_800), Get("/")],
                &[Visits(0)],
            ),
            journey(
                "a sweep a minute",
                &[Get("/")],
                &[Logs("next sweep in", "60 s")],
            ),
        ],
        source: &[],
    },
    Exercise {
        journeys: &[
            journey(
                "after 110 seconds",
                &[Get("/"), Wait(110), Get("/")],
                &[Visits(1)],
            ),
            journey(
                "after 130 seconds, however busy",
                &[Get("/"), Wait(65), Get("/"), Wait(65), Get("/")],
                &[Visits(0)],
            ),
            journey(
                "a new session lives just as long",
                &[Get("/"), Wait(130), Get("/"), Wait(110), Get("/")],
                &[Visits(1)],
            ),
        ],
        source: &[],
    },
];

pub static STEP6: &[Exercise] = &[
    Exercise {
        journeys: &[
            journey(
                "one day",
                &[Get("/cookie"), Press("For one day from now", "")],
                &[MaxAge(86_400)],
            ),
            journey(
                "the same moment an hour later",
                &[
                    Get("/cookie"),
                    Press("For one day from now", ""),
                    Wait(3_600),
                    Get("/cookie"),
                ],
                &[MaxAge(82_800)],
            ),
            journey(
                "ended after 25 hours",
                &[
                    Get("/"),
                    Get("/cookie"),
                    Press("For one day from now", ""),
                    Wait(90_000),
                    Get("/"),
                ],
                &[Visits(0)],
            ),
            journey(
                "the other choices stay",
                &[
                    Get("/cookie"),
                    Press("For one day from now", ""),
                    Press("Until the browser closes", ""),
                    Press("End after 30 idle seconds", ""),
                    Press("Use the site's default", ""),
                    Press("For one hour from now", ""),
                ],
                &[MaxAge(3_600)],
            ),
        ],
        source: &[],
    },
    Exercise {
        journeys: &[journey(
            "in production",
            &[Post("/cookie/test", "")],
            &[
                Cookie("__Host-step6", &["Secure", "Path=/", "HttpOnly"]),
                Says("__Host-step6"),
            ],
        )],
        source: &[],
    },
];

pub static STEP7: &[Exercise] = &[
    Exercise {
        journeys: &[
            journey("first visit", &[Get("/")], &[Says("record counts")]),
            journey(
                "hidden",
                &[Get("/"), Press("Show or hide the counts", ""), Get("/")],
                &[SaysNot("record counts"), Says("You have visited")],
            ),
            journey(
                "shown again",
                &[
                    Get("/"),
                    Press("Show or hide the counts", ""),
                    Press("Show or hide the counts", ""),
                    Get("/"),
                ],
                &[Says("record counts")],
            ),
            journey(
                "hidden for one visitor only",
                &[
                    Get("/"),
                    Press("Show or hide the counts", ""),
                    Browser("Ben's"),
                    Get("/"),
                ],
                &[Says("record counts")],
            ),
            journey(
                "the notice can still be dismissed",
                &[Get("/"), Press("Do not show this again", ""), Get("/")],
                &[Says("record counts"), SaysNot("The reading room")],
            ),
            journey(
                "an older row still loads",
                &[Get("/"), OldRows(OLD_PREFERENCES), Get("/")],
                &[
                    Status(200),
                    Says("record counts"),
                    SaysNot("The reading room"),
                ],
            ),
            journey(
                "five books stay five",
                &[
                    Get("/"),
                    OldRows(OLD_PREFERENCES),
                    Get("/"),
                    Press("Show or hide the counts", ""),
                    Get("/books"),
                ],
                &[Says("Page 1 of 18")],
            ),
        ],
        source: &[],
    },
    Exercise {
        journeys: &[
            journey(
                "welcome, after a restart",
                &[Get("/"), Press("Keep it", "text=Ann"), Restart, Get("/")],
                &[Says("Welcome, Ann.")],
            ),
            journey(
                "welcome for Ann only",
                &[
                    Get("/"),
                    Press("Keep it", "text=Ann"),
                    Browser("Ben's"),
                    Get("/"),
                ],
                &[Status(200), SaysNot("Ann")],
            ),
            journey(
                "an older row still loads",
                &[
                    Get("/"),
                    OldRows(OLD_PREFERENCES),
                    Get("/"),
                    Press("Keep it", "text=Ann"),
                    Get("/books"),
                ],
                &[Says("Page 1 of 18")],
            ),
            journey(
                "a name of 101 characters",
                &[
                    Get("/"),
                    Press(
                        "Keep it",
                        "text=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                    ),
                ],
                &[Status(422)],
            ),
        ],
        source: &[],
    },
];

/// What step 7 stores for somebody who has chosen five books and dismissed the notice.
const OLD_PREFERENCES: &str =
    r#"{"num_visits":1,"preferences":{"notice_dismissed":true,"per_page":5}}"#;

/// The form that signs somebody in.
const ANN: &str = "name=ann&password=ann+reads+austen";
const BEN: &str = "name=ben&password=ben+reads+balzac";

pub static STEP8: &[Exercise] = &[
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
                &[Post("/sign-in", ANN), Post("/sign-out", ""), Get("/")],
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
        ],
        source: &[],
    },
];

pub static STEP9: &[Exercise] = &[Exercise {
    journeys: &[
        journey(
            "a letter each",
            &[Get("/tabs"), Press("Open 64 tabs at once", "")],
            &[
                Pair("letters sent", "66"),
                Says("Tabs { answered: 64, counted: 64 }"),
            ],
        ),
        journey(
            "a letter each, again",
            &[
                Get("/tabs"),
                Press("Open 64 tabs at once", ""),
                Press("Open 64 tabs at once", ""),
            ],
            &[Pair("letters sent", "66")],
        ),
    ],
    source: &[],
}];

pub static STEP10: &[Exercise] = &[
    Exercise {
        journeys: &[
            journey(
                "four visits",
                &[Get("/"), Get("/"), Get("/"), Get("/")],
                &[Pair("moves", "3"), Visits(3)],
            ),
            journey(
                "nobody moves",
                &[
                    Get("/"),
                    Browser("Ben's"),
                    Get("/"),
                    Browser("Ann's"),
                    Get("/"),
                ],
                &[Pair("moves", "0"), Visits(1)],
            ),
        ],
        source: &[],
    },
    Exercise {
        journeys: &[journey(
            "a cache that loses nothing",
            &[Get("/machines")],
            &[
                Pair("a memory each", "[0, 0, 0, 0, 0, 0, 0, 0]"),
                SaysNot("[0, 1, 1, 2, 2, 3, 3, 4]"),
                // The third line is the one above it.
                Says("[0, 1, 2, 3, 4, 5, 6, 7] one store [0, 1, 2, 3, 4, 5, 6, 7]"),
            ],
        )],
        source: &[Source {
            any_of: &["CachingSessionStore::new("],
            missing: "the machines of the third line should still have a cache before the store",
        }],
    },
];
