//! Step 6: what a visitor does and has to see, how its exercises are checked, and a program with a fault in it.

#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken;

use journey::{
    Act::{ClearCookies, Get, Post, Press, Wait},
    Diagnosis, Exercise,
    Expect::{Cookie, MaxAge, NoCookie, Says, Sends, Visits},
    Journey, Suspect, text,
};
use lossless_sessions::Recorder;

use super::journey;

pub static JOURNEYS: &[Journey] = &[
    journey(
        "no session yet",
        &[Get("/cookie")],
        &[Says("No row belongs to this browser."), NoCookie],
    ),
    journey(
        "first look",
        &[Get("/"), Get("/cookie")],
        &[
            Says("step6=[session id]; HttpOnly; SameSite=Lax; Path=/; Max-Age=1209600"),
            Says("num_visits 1"),
        ],
    ),
    journey(
        "test cookie",
        &[Post("/cookie/test", "")],
        &[Says("did the test cookie come back? true")],
    ),
    journey(
        "test cookie forgotten",
        &[Post("/cookie/test", ""), Post("/cookie/test", "")],
        &[Says("did the test cookie come back? false")],
    ),
    journey(
        "test cookie refused",
        &[Post("/cookie/test", ""), ClearCookies, Get("/cookie")],
        &[Says("did the test cookie come back? false")],
    ),
    journey(
        "until the browser closes",
        &[Post("/cookie/expiry/browser-close", "")],
        &[Says("until the browser closes"), Says("no Max-Age")],
    ),
    journey(
        "end after 30 idle seconds",
        &[Post("/cookie/expiry/idle", ""), Get("/"), Get("/cookie")],
        &[
            Says("after 30 idle seconds"),
            Sends("set-cookie", "Max-Age=30"),
        ],
    ),
    journey(
        "back to the default",
        &[
            Post("/cookie/expiry/idle", ""),
            Post("/cookie/expiry/site", ""),
        ],
        &[
            Says("none: the site's default"),
            Sends("set-cookie", "Max-Age=1209600"),
        ],
    ),
];

pub static EXERCISES: &[Exercise] = &[
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

pub static DIAGNOSIS: Diagnosis = Diagnosis {
    symptom: "“The page of my account knows my name,” says Ann, “but the home page takes me for a stranger.”",
    source: text!("broken.rs"),
    journey: journey(
        "home again",
        &[
            Get("/account"),
            Press("Keep it", "text=Ann"),
            Get("/account"),
            Get("/"),
        ],
        &[Says("Welcome, Ann.")],
    ),
    wrong: ".with_path(\"/account\")",
    right: ".with_path(\"/\")",
    why: "The browser sent the cookie to /account and not to /. The cookie has Path=/account, so a browser sends it only \
          to that path and to paths below it. The session is there, but the home page does not receive its id.",
    suspects: &[
        Suspect {
            line: "let name = session.get_or(NAME, \"stranger\".to_string()).await?;",
            why: "This line asks the request's session for the name. Did the request say which session that is?",
        },
        Suspect {
            line: ".with_secure(secure_cookies())",
            why: "Without this line, no page would get the cookie on plain http. Here one page does.",
        },
        Suspect {
            line: ".with_expiry(Expiry::OnInactivity(Duration::weeks(2)));",
            why: "The cookie lives for two weeks, and only moments have passed.",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken::engine(library)?)),
    app: broken::app,
};
