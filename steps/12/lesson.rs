//! Step 12: what a visitor does and has to see, how its exercises are checked, and a program with a fault in it.

#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken;

use journey::{
    Act::{AtOnce, Browser, CopyCookies, Get, Post, Restart},
    Diagnosis, Exercise,
    Expect::{Cookie, Says, SaysNot, Status, Visits},
    Journey, Suspect, text,
};
use locallibrary::sealed::Keys;
use lossless_sessions::Recorder;
use tower_sessions::MemoryStore;

use super::journey;

pub static JOURNEYS: &[Journey] = &[
    journey(
        "third visit",
        &[Get("/"), Get("/"), Get("/")],
        &[
            Visits(2),
            Says("bytes that say nothing"),
            Cookie("step12", &["HttpOnly", "SameSite=Lax", "Path=/"]),
        ],
    ),
    journey(
        "third visit signed",
        &[Get("/signed"), Get("/signed"), Get("/signed")],
        &[Visits(2), Says("\"num_visits\":2")],
    ),
    journey(
        "third visit JWT",
        &[Get("/jwt"), Get("/jwt"), Get("/jwt")],
        &[
            Visits(2),
            Says("\"alg\":\"HS256\""),
            Says("\"num_visits\":2"),
        ],
    ),
    journey(
        "server restarted",
        &[Get("/"), Get("/"), Restart, Get("/")],
        &[Visits(2)],
    ),
    journey(
        "eight tabs at once",
        &[Get("/"), AtOnce(8, "/"), Get("/")],
        &[Visits(2)],
    ),
    journey(
        "too much for a cookie",
        &[Post("/more", ""), Post("/more", ""), Post("/more", "")],
        &[Status(507), Says("Nothing was changed")],
    ),
    journey(
        "a copy of a cleared session",
        &[
            Get("/"),
            Get("/"),
            Browser("Mallory's"),
            CopyCookies("Ann's"),
            Browser("Ann's"),
            Post("/clear", ""),
            Browser("Mallory's"),
            Get("/"),
        ],
        &[Visits(2)],
    ),
    journey(
        "another key",
        &[Get("/"), Get("/"), Post("/key", ""), Get("/")],
        &[Visits(0)],
    ),
    journey(
        "what to try",
        &[Get("/try")],
        &[Says("Clear the session"), SaysNot("visited")],
    ),
];

pub static EXERCISES: &[Exercise] = &[
    Exercise {
        journeys: &[
            journey(
                "a copy of a cleared session is worth nothing",
                &[
                    Get("/"),
                    Get("/"),
                    Browser("Mallory's"),
                    CopyCookies("Ann's"),
                    Browser("Ann's"),
                    Post("/clear", ""),
                    Browser("Mallory's"),
                    Get("/"),
                ],
                &[Visits(0)],
            ),
            journey(
                "nobody else loses anything",
                &[
                    Get("/"),
                    Browser("Ben's"),
                    Get("/"),
                    Browser("Ann's"),
                    Post("/clear", ""),
                    Browser("Ben's"),
                    Get("/"),
                ],
                &[Visits(1)],
            ),
            journey(
                "the visitor begins anew",
                &[Get("/"), Post("/clear", ""), Get("/"), Get("/")],
                &[Visits(1)],
            ),
            journey(
                "a restart changes nothing about it",
                &[
                    Get("/"),
                    Get("/"),
                    Browser("Mallory's"),
                    CopyCookies("Ann's"),
                    Browser("Ann's"),
                    Post("/clear", ""),
                    Restart,
                    Browser("Mallory's"),
                    Get("/"),
                ],
                &[Visits(0)],
            ),
        ],
        source: &[],
    },
    Exercise {
        journeys: &[
            journey(
                "a change of the key loses nobody",
                &[Get("/"), Get("/"), Post("/key", ""), Get("/")],
                &[Visits(2)],
            ),
            journey(
                "whoever comes between two changes is known after both",
                &[
                    Get("/"),
                    Post("/key", ""),
                    Get("/"),
                    Post("/key", ""),
                    Get("/"),
                ],
                &[Visits(2)],
            ),
            journey(
                "the second change makes the first key worthless",
                &[
                    Get("/"),
                    Get("/"),
                    Post("/key", ""),
                    Post("/key", ""),
                    Get("/"),
                ],
                &[Visits(0)],
            ),
        ],
        source: &[],
    },
];

pub static DIAGNOSIS: Diagnosis = Diagnosis {
    symptom: "“Whenever the library puts up a new version of its site,” says Ann, “I have never been there before.”",
    source: text!("broken.rs"),
    journey: journey(
        "server restarted",
        &[Get("/"), Get("/"), Restart, Get("/")],
        &[Visits(2)],
    ),
    wrong: "let key = cookie::Key::generate();",
    right: "let key = keys.newest().jar;",
    why: "Each start of the program makes a key of its own, and what the last program has sealed opens with no other. So \
          each new version takes everybody for a stranger, and of two processes of one site, neither believes the \
          other's cookies. A key has to outlive the program: it is kept where the program finds it again, and never in \
          the source.",
    suspects: &[
        Suspect {
            line: "let num_visits: u64 = session.get_or(NUM_VISITS, 0).await?;",
            why: "This line takes 0 when there is no count. On the wire the cookie comes back after the restart, and the \
                  count is in it. Why does the program not see it?",
        },
        Suspect {
            line: "serde_json::from_str(jar.private(&self.0).get(name)?.value()).ok()",
            why: "This line believes no cookie that its key does not open, as it must. The question is which key that is.",
        },
        Suspect {
            line: "let keys = Keys::of(library.database())?;",
            why: "This line reads the site's keys from its database, where they outlive the program. The question is who \
                  uses them.",
        },
    ],
    sessions: |_| Ok(Recorder::new(MemoryStore::default())),
    app: |library, _| {
        let keys = Keys::of(library.database()).expect("a database that was opened just now");
        broken::app(library, keys)
    },
};
