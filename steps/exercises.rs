//! How each exercise tells done from not done: the slides "Your turn" and "Your turn, again" of a deck, in order.

use journey::{
    Act::{Browser, Get, Post, Press, Restart},
    Exercise,
    Expect::{Differs, Says, SaysNot, Sends, Status},
};

use super::journeys::journey;

pub static STEP1: &[Exercise] = &[Exercise {
    journeys: &[
        journey(
            "the number rises",
            &[Get("/"), Get("/")],
            &[Says("record counts"), Differs],
        ),
        journey(
            "it counts everybody",
            &[Get("/"), Browser("Ben's"), Get("/")],
            &[Differs],
        ),
    ],
    source: &["static "],
}];

pub static STEP2: &[Exercise] = &[Exercise {
    journeys: &[
        journey(
            "a car and its letters",
            &[Post("/my-car", "text=beetle")],
            &[Says("Some(\"beetle\")"), Says("Some(6)")],
        ),
        journey(
            "the car deleted",
            &[Post("/my-car", "text=beetle"), Press("Delete", "")],
            &[Says("get None"), Says("Some(6)")],
        ),
    ],
    source: &[],
}];

pub static STEP3: &[Exercise] = &[
    Exercise {
        journeys: &[
            journey(
                "first visit",
                &[Get("/")],
                &[Says("You have visited this page 1 time.")],
            ),
            journey(
                "second visit",
                &[Get("/"), Get("/")],
                &[Says("You have visited this page 2 times.")],
            ),
            journey(
                "what is stored",
                &[Get("/"), Get("/my-car")],
                &[Says("num_visits 1")],
            ),
        ],
        source: &[],
    },
    Exercise {
        journeys: &[
            journey(
                "start again",
                &[Get("/"), Get("/"), Get("/"), Press("Start again", "")],
                &[SaysNot("You have visited this page 3"), Status(200)],
            ),
            journey(
                "the car stays",
                &[
                    Post("/my-car", "text=beetle"),
                    Get("/"),
                    Press("Start again", ""),
                    Get("/my-car"),
                ],
                &[Says("my_car \"beetle\"")],
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
            &[Says("paint: \"red\"")],
        ),
        journey(
            "painted, and loaded again",
            &[
                Post("/my-car", "text=beetle"),
                Press("Paint it blue", ""),
                Get("/my-car"),
            ],
            &[Says("paint: \"blue\""), Says("model: \"beetle\"")],
        ),
    ],
    source: &["#[serde(default)]", ".edit("],
}];

/// A minute's wait would prove no more than a look at the line.
pub static STEP5: &[Exercise] = &[
    Exercise {
        journeys: &[journey(
            "it still counts",
            &[Get("/"), Get("/")],
            &[Says("1 time.")],
        )],
        source: &["sweep_every(Duration::from_secs(60))"],
    },
    Exercise {
        journeys: &[journey(
            "it still counts",
            &[Get("/"), Get("/")],
            &[Says("1 time.")],
        )],
        source: &["with_absolute_limit("],
    },
];

pub static STEP6: &[Exercise] = &[
    Exercise {
        journeys: &[journey(
            "one day",
            &[
                Get("/cookie"),
                Press("For one day from now", ""),
                Get("/cookie"),
            ],
            &[Says("this session's own expiry until [date]")],
        )],
        source: &[],
    },
    Exercise {
        journeys: &[journey(
            "in production",
            &[Post("/cookie/test", "")],
            &[
                Sends("set-cookie", "__Host-step6="),
                Sends("set-cookie", "Secure"),
            ],
        )],
        source: &[],
    },
];

pub static STEP7: &[Exercise] = &[
    Exercise {
        journeys: &[
            journey(
                "hidden",
                &[Get("/"), Press("Show or hide the counts", "")],
                &[SaysNot("record counts"), Says("You have visited")],
            ),
            journey(
                "shown again",
                &[
                    Get("/"),
                    Press("Show or hide the counts", ""),
                    Press("Show or hide the counts", ""),
                ],
                &[Says("record counts")],
            ),
            journey(
                "five books stay five",
                &[
                    Post("/books/per-page", "number=5"),
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
