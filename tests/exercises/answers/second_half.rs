//! Steps 5 to 9.

use super::{
    Answer,
    Verdict::{Right, Wrong},
};

const MAIN: &str = "#[tokio::main]";
const PERIOD: &str = "sweep_every(Duration::hours(1))";
const STORE: &str = "SqliteStore::on(library.database())?";
const OTHER_CHOICE: &str = "        \"site\" => None,\n";
const ONE_HOUR: &str = "(form::button(\"/cookie/expiry/date\", \"For one hour from now\"))";
const DAY_BUTTON: (&str, &str) = (
    ONE_HOUR,
    "(form::button(\"/cookie/expiry/date\", \"For one hour from now\"))
     (form::button(\"/cookie/expiry/day\", \"For one day from now\"))",
);
const SECURE: &str = "        .with_secure(secure_cookies())\n";
const NAME: &str = "const COOKIE: &str = \"step6\";";
const LAST_ROUTE: &str = ".route(\"/notice/dismiss\", post(dismiss_notice))";
const FIELD: &str = "    notice_dismissed: bool,\n";
const COUNTS: &str = "(page::record_counts(&counts))";
const WELCOME: &str = "p { \"Welcome. Every book here";

pub const ANSWERS: &[Answer] = &[
    Answer {
        exercise: "5.1",
        name: "60 seconds",
        verdict: Right,
        changes: &[(PERIOD, "sweep_every(Duration::seconds(60))")],
    },
    Answer {
        exercise: "5.1",
        name: "a minute",
        verdict: Right,
        changes: &[(PERIOD, "sweep_every(Duration::MINUTE)")],
    },
    Answer {
        exercise: "5.1",
        name: "a minute of std, with a name",
        verdict: Right,
        changes: &[
            (MAIN, "const SWEEP: std::time::Duration = std::time::Duration::from_secs(60);\n\n#[tokio::main]"),
            (PERIOD, "sweep_every(Duration::try_from(SWEEP).unwrap())"),
        ],
    },
    Answer {
        exercise: "5.1",
        name: "sixty hours",
        verdict: Wrong("should say “next sweep in 60 s”; it says “next sweep in 216000 s”"),
        changes: &[(PERIOD, "sweep_every(Duration::hours(60))")],
    },
    Answer {
        exercise: "5.1",
        name: "60 milliseconds",
        verdict: Wrong("it says “next sweep in 1 s”"),
        changes: &[(PERIOD, "sweep_every(Duration::milliseconds(60))")],
    },
    Answer {
        exercise: "5.1",
        name: "in a comment",
        verdict: Wrong("it says “next sweep in 3600 s”"),
        changes: &[(PERIOD, "sweep_every(Duration::hours(1)) /* sweep_every(Duration::minutes(1)) */")],
    },
    Answer {
        exercise: "5.2",
        name: "two minutes",
        verdict: Right,
        changes: &[(STORE, "SqliteStore::on(library.database())?.with_absolute_limit(Duration::minutes(2))")],
    },
    Answer {
        exercise: "5.2",
        name: "120 seconds, where the store is used",
        verdict: Right,
        changes: &[("let sessions = engine(&library)?;", "let sessions = engine(&library)?.with_absolute_limit(Duration::seconds(120));")],
    },
    Answer {
        exercise: "5.2",
        name: "60 seconds",
        verdict: Wrong("after 110 seconds: the count of visits should be 1; it is 0, one too few"),
        changes: &[(STORE, "SqliteStore::on(library.database())?.with_absolute_limit(Duration::seconds(60))")],
    },
    Answer {
        exercise: "5.2",
        name: "two hours",
        verdict: Wrong("after 130 seconds, however busy: the count of visits should be 0; it is 2, 2 too many"),
        changes: &[(STORE, "SqliteStore::on(library.database())?.with_absolute_limit(Duration::hours(2))")],
    },
    Answer {
        exercise: "5.2",
        name: "two idle minutes",
        verdict: Wrong("however busy"),
        changes: &[(
            ".with_same_site(SameSite::Lax);",
            ".with_same_site(SameSite::Lax)
             .with_expiry(tower_sessions::Expiry::OnInactivity(Duration::minutes(2)));",
        )],
    },
    Answer {
        exercise: "5.2",
        name: "a limit on a copy",
        verdict: Wrong("however busy"),
        changes: &[("sessions.sweep_every", "let _ = sessions.clone().with_absolute_limit(Duration::minutes(2));\n    sessions.sweep_every")],
    },
    Answer {
        exercise: "6.1",
        name: "a date in a day",
        verdict: Right,
        changes: &[
            DAY_BUTTON,
            (
                OTHER_CHOICE,
                "        \"site\" => None,
                 \"day\" => Some(Expiry::AtDateTime(OffsetDateTime::now_utc() + Duration::days(1))),\n",
            ),
        ],
    },
    Answer {
        exercise: "6.1",
        name: "24 hours, under another address",
        verdict: Right,
        changes: &[
            (
                ONE_HOUR,
                "(form::button(\"/cookie/expiry/date\", \"For one hour from now\"))
                 (form::button(\"/cookie/expiry/tomorrow\", \"For one day from now\"))",
            ),
            (
                OTHER_CHOICE,
                "        \"site\" => None,
                 \"tomorrow\" => {
                     let tomorrow = OffsetDateTime::now_utc().checked_add(Duration::hours(24));
                     tomorrow.map(Expiry::AtDateTime)
                 }\n",
            ),
        ],
    },
    Answer {
        exercise: "6.1",
        name: "one hour",
        verdict: Wrong("should have Max-Age=86400; it has 3"),
        changes: &[(
            ONE_HOUR,
            "(form::button(\"/cookie/expiry/date\", \"For one hour from now\"))
             (form::button(\"/cookie/expiry/date\", \"For one day from now\"))",
        )],
    },
    Answer {
        exercise: "6.1",
        name: "an idle day",
        verdict: Wrong("the same moment an hour later: the last cookie should have Max-Age=82800; it has 86400"),
        changes: &[
            DAY_BUTTON,
            (
                OTHER_CHOICE,
                "        \"site\" => None,
                 \"day\" => Some(Expiry::OnInactivity(Duration::days(1))),\n",
            ),
        ],
    },
    Answer {
        exercise: "6.1",
        name: "a day in place of the idle seconds",
        verdict: Wrong("has no form with a button “End after 30 idle seconds”"),
        changes: &[
            DAY_BUTTON,
            ("(form::button(\"/cookie/expiry/idle\", \"End after 30 idle seconds\"))", ""),
            (
                OTHER_CHOICE,
                "        \"site\" => None,
                 \"day\" => Some(Expiry::AtDateTime(OffsetDateTime::now_utc() + Duration::days(1))),\n",
            ),
        ],
    },
    Answer {
        exercise: "6.1",
        name: "the button alone",
        verdict: Wrong("Max-Age=86400"),
        changes: &[DAY_BUTTON],
    },
    Answer {
        exercise: "6.2",
        name: "both",
        verdict: Right,
        changes: &[(NAME, "const COOKIE: &str = \"__Host-step6\";"), (SECURE, "")],
    },
    Answer {
        exercise: "6.2",
        name: "both, Secure said aloud",
        verdict: Right,
        changes: &[
            (NAME, "const COOKIE: &str = \"__Host-step6\";"),
            (SECURE, "        .with_secure(true).with_path(\"/\")\n"),
        ],
    },
    Answer {
        exercise: "6.2",
        name: "the name alone",
        verdict: Wrong("a cookie __Host-step6 should have Secure and Path=/ and HttpOnly; it is __Host-step6="),
        changes: &[(NAME, "const COOKIE: &str = \"__Host-step6\";")],
    },
    Answer {
        exercise: "6.2",
        name: "Secure alone",
        verdict: Wrong("a cookie __Host-step6"),
        changes: &[(SECURE, "")],
    },
    Answer {
        exercise: "6.2",
        name: "another prefix",
        verdict: Wrong("it is __Secure-step6="),
        changes: &[(NAME, "const COOKIE: &str = \"__Secure-step6\";"), (SECURE, "")],
    },
    Answer {
        exercise: "6.2",
        name: "a narrow path",
        verdict: Wrong("Path=/"),
        changes: &[
            (NAME, "const COOKIE: &str = \"__Host-step6\";"),
            (SECURE, "        .with_path(\"/cookie\")\n"),
        ],
    },
    Answer {
        exercise: "7.1",
        name: "hide_counts",
        verdict: Right,
        changes: &[
            (FIELD, "    notice_dismissed: bool,\n    hide_counts: bool,\n"),
            (COUNTS, "@if !chosen.hide_counts { (page::record_counts(&counts)) }
                (form::button(\"/counts/switch\", \"Show or hide the counts\"))"),
            SWITCH_ROUTE,
            (MAIN, "async fn switch_counts(session: Session) -> Result<Redirect, Error> {
                let switch = |my: &mut Preferences| my.hide_counts = !my.hide_counts;
                session.edit(PREFERENCES, Preferences::default(), switch).await?;
                Ok(Redirect::to(\"/\"))
            }\n\n#[tokio::main]"),
        ],
    },
    Answer {
        exercise: "7.1",
        name: "an Option, and an insert",
        verdict: Right,
        changes: &[
            (FIELD, "    notice_dismissed: bool,\n    show_counts: Option<bool>,\n"),
            (COUNTS, "@if chosen.show_counts.unwrap_or(true) { (page::record_counts(&counts)) }
                (form::button(\"/counts/switch\", \"Show or hide the counts\"))"),
            SWITCH_ROUTE,
            (MAIN, "async fn switch_counts(session: Session) -> Result<Redirect, Error> {
                let mut my: Preferences = session.get_or(PREFERENCES, Preferences::default()).await?;
                my.show_counts = Some(!my.show_counts.unwrap_or(true));
                session.insert(PREFERENCES, my).await?;
                Ok(Redirect::to(\"/\"))
            }\n\n#[tokio::main]"),
        ],
    },
    Answer {
        exercise: "7.1",
        name: "the notice is gone for everybody",
        verdict: Wrong("has no form with a button “Do not show this again”"),
        changes: &[
            (FIELD, "    notice_dismissed: bool,\n    hide_counts: bool,\n"),
            ("@if !chosen.notice_dismissed { (page::notice(form::button(\"/notice/dismiss\", \"Do not show this again\"))) }", ""),
            (COUNTS, "@if !chosen.hide_counts { (page::record_counts(&counts)) }
                (form::button(\"/counts/switch\", \"Show or hide the counts\"))"),
            SWITCH_ROUTE,
            (MAIN, "async fn switch_counts(session: Session) -> Result<Redirect, Error> {
                let switch = |my: &mut Preferences| my.hide_counts = !my.hide_counts;
                session.edit(PREFERENCES, Preferences::default(), switch).await?;
                Ok(Redirect::to(\"/\"))
            }\n\n#[tokio::main]"),
        ],
    },
    Answer {
        exercise: "7.1",
        name: "show_counts, which older rows have not",
        verdict: Wrong("should say “record counts”"),
        changes: &[
            (FIELD, "    notice_dismissed: bool,\n    show_counts: bool,\n"),
            (COUNTS, "@if chosen.show_counts { (page::record_counts(&counts)) }
                (form::button(\"/counts/switch\", \"Show or hide the counts\"))"),
            SWITCH_ROUTE,
            (MAIN, "async fn switch_counts(session: Session) -> Result<Redirect, Error> {
                let switch = |my: &mut Preferences| my.show_counts = !my.show_counts;
                session.edit(PREFERENCES, Preferences::default(), switch).await?;
                Ok(Redirect::to(\"/\"))
            }\n\n#[tokio::main]"),
        ],
    },
    Answer {
        exercise: "7.1",
        name: "without the default",
        verdict: Wrong("an older row still loads: the last answer should have status 200; it is 500"),
        changes: &[
            ("#[serde(default)]\n", ""),
            (FIELD, "    notice_dismissed: bool,\n    hide_counts: bool,\n"),
            (COUNTS, "@if !chosen.hide_counts { (page::record_counts(&counts)) }
                (form::button(\"/counts/switch\", \"Show or hide the counts\"))"),
            SWITCH_ROUTE,
            (MAIN, "async fn switch_counts(session: Session) -> Result<Redirect, Error> {
                let switch = |my: &mut Preferences| my.hide_counts = !my.hide_counts;
                session.edit(PREFERENCES, Preferences::default(), switch).await?;
                Ok(Redirect::to(\"/\"))
            }\n\n#[tokio::main]"),
        ],
    },
    Answer {
        exercise: "7.1",
        name: "the other choices are lost",
        verdict: Wrong("five books stay five: the last page should say “Page 1 of 18”; it says “Page 1 of 9"),
        changes: &[
            (FIELD, "    notice_dismissed: bool,\n    hide_counts: bool,\n"),
            (COUNTS, "@if !chosen.hide_counts { (page::record_counts(&counts)) }
                (form::button(\"/counts/switch\", \"Show or hide the counts\"))"),
            SWITCH_ROUTE,
            (MAIN, "async fn switch_counts(session: Session) -> Result<Redirect, Error> {
                let my: Preferences = session.get_or(PREFERENCES, Preferences::default()).await?;
                let new = Preferences { hide_counts: !my.hide_counts, ..Preferences::default() };
                session.insert(PREFERENCES, new).await?;
                Ok(Redirect::to(\"/\"))
            }\n\n#[tokio::main]"),
        ],
    },
    Answer {
        exercise: "7.1",
        name: "hidden for everybody",
        verdict: Wrong("the last page should say “record counts”"),
        changes: &[
            ("pub fn app", "static HIDE: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);\n\npub fn app"),
            (COUNTS, "@if !HIDE.load(std::sync::atomic::Ordering::Relaxed) { (page::record_counts(&counts)) }
                (form::button(\"/counts/switch\", \"Show or hide the counts\"))"),
            SWITCH_ROUTE,
            (MAIN, "async fn switch_counts() -> Redirect {
                HIDE.fetch_not(std::sync::atomic::Ordering::Relaxed);
                Redirect::to(\"/\")
            }\n\n#[tokio::main]"),
        ],
    },
    Answer {
        exercise: "7.2",
        name: "an Option",
        verdict: Right,
        changes: &[NAME_FIELD, GREETING, NAME_ROUTE, KEEP_NAME],
    },
    Answer {
        exercise: "7.2",
        name: "the field in place of the notice",
        verdict: Wrong("the page / has no form with a button “Do not show this again”"),
        changes: &[
            NAME_FIELD,
            GREETING,
            NAME_ROUTE,
            KEEP_NAME,
            ("@if !chosen.notice_dismissed { (page::notice(form::button(\"/notice/dismiss\", \"Do not show this again\"))) }", ""),
        ],
    },
    Answer {
        exercise: "7.2",
        name: "a key of its own",
        verdict: Right,
        changes: &[
            (
                "let chosen = session.get_or(PREFERENCES, Preferences::default()).await?;",
                "let chosen = session.get_or(PREFERENCES, Preferences::default()).await?;
                 let name: Option<String> = session.get(\"name\").await?;",
            ),
            (
                WELCOME,
                "(form::text_form(\"/name\", \"Your name\", \"Keep it\"))
                 @if let Some(name) = &name { p { \"Welcome, \" (name) \".\" } }
                 p { \"Every book here",
            ),
            NAME_ROUTE,
            (
                MAIN,
                "async fn set_name(session: Session, Form(typed): Form<form::TextField>) -> Result<Redirect, Error> {
                     session.insert(\"name\", typed.text.0).await?;
                     Ok(Redirect::to(\"/\"))
                 }\n\n#[tokio::main]",
            ),
        ],
    },
    Answer {
        exercise: "7.2",
        name: "a static",
        verdict: Wrong("welcome, after a restart"),
        changes: &[
            ("pub fn app", "static NAME: std::sync::Mutex<String> = std::sync::Mutex::new(String::new());\n\npub fn app"),
            (
                WELCOME,
                "(form::text_form(\"/name\", \"Your name\", \"Keep it\"))
                 p { \"Welcome, \" (NAME.lock().unwrap()) \". Every book here",
            ),
            NAME_ROUTE,
            (
                MAIN,
                "async fn set_name(Form(typed): Form<form::TextField>) -> Redirect {
                     *NAME.lock().unwrap() = typed.text.0;
                     Redirect::to(\"/\")
                 }\n\n#[tokio::main]",
            ),
        ],
    },
    Answer {
        exercise: "7.2",
        name: "no limit",
        verdict: Wrong("a name of 101 characters: the last answer should have status 422; it is 200"),
        changes: &[
            NAME_FIELD,
            GREETING,
            NAME_ROUTE,
            (
                MAIN,
                "#[derive(Deserialize)]
                 struct Name { text: String }

                 async fn set_name(session: Session, Form(typed): Form<Name>) -> Result<Redirect, Error> {
                     session.edit(PREFERENCES, Preferences::default(), |my| my.name = Some(typed.text)).await?;
                     Ok(Redirect::to(\"/\"))
                 }\n\n#[tokio::main]",
            ),
        ],
    },
    Answer {
        exercise: "7.2",
        name: "the other choices are lost",
        verdict: Wrong("an older row still loads: the last page should say “Page 1 of 18”"),
        changes: &[
            NAME_FIELD,
            GREETING,
            NAME_ROUTE,
            (
                MAIN,
                "async fn set_name(session: Session, Form(typed): Form<form::TextField>) -> Result<Redirect, Error> {
                     let my = Preferences { name: Some(typed.text.0), ..Preferences::default() };
                     session.insert(PREFERENCES, my).await?;
                     Ok(Redirect::to(\"/\"))
                 }\n\n#[tokio::main]",
            ),
        ],
    },
    Answer {
        exercise: "8.1",
        name: "asked of the account",
        verdict: Right,
        changes: &[
            INDEX_ASKS,
            (WELCOME, "@if let Some(person) = &person { p { \"Welcome back, \" (person.name) \".\" } }
                p { \"Welcome. Every book here"),
        ],
    },
    Answer {
        exercise: "8.1",
        name: "whoever has a session",
        verdict: Wrong("nobody else is"),
        changes: &[
            INDEX_ASKS,
            (WELCOME, "p { \"Welcome back, \" (person.map_or(\"you\".to_string(), |person| person.name.to_string())) \".\" }
                p { \"Welcome. Every book here"),
        ],
    },
    Answer {
        exercise: "8.1",
        name: "ann, whoever it is",
        verdict: Wrong("ben is greeted: the last page should say “Welcome back, ben.”; it says “Welcome back, ann.”"),
        changes: &[
            ("let counts = library.counts().await?;", "let counts = library.counts().await?;
                let somebody = session.contains(PERSON).await?;"),
            (WELCOME, "@if somebody { p { \"Welcome back, ann.\" } } p { \"Welcome. Every book here"),
        ],
    },
    Answer {
        exercise: "8.2",
        name: "the others, then this one",
        verdict: Right,
        changes: &[
            EVERYWHERE[0],
            EVERYWHERE[1],
            (MAIN, "async fn everywhere(
                    State(library): State<Library>,
                    session: Session,
                    person: Person,
                ) -> Result<Redirect, Error> {
                let all = lossless_sessions::PersonSessions::new(library.database());
                all.end_others(person.id, session.id()).await?;
                session.flush_and_cycle().await?;
                Ok(Redirect::to(\"/\"))
            }\n\n#[tokio::main]"),
        ],
    },
    Answer {
        exercise: "8.2",
        name: "in place of the other button",
        verdict: Wrong("the page /loans has no form with a button “Sign out”"),
        changes: &[
            EVERYWHERE[0],
            (
                "(form::button(\"/sign-out\", \"Sign out\"))",
                "(form::button(\"/everywhere\", \"Sign out everywhere\"))",
            ),
            (MAIN, "async fn everywhere(
                    State(library): State<Library>,
                    session: Session,
                    person: Person,
                ) -> Result<Redirect, Error> {
                let all = lossless_sessions::PersonSessions::new(library.database());
                all.end_others(person.id, session.id()).await?;
                session.flush_and_cycle().await?;
                Ok(Redirect::to(\"/\"))
            }\n\n#[tokio::main]"),
        ],
    },
    Answer {
        exercise: "8.2",
        name: "this one alone",
        verdict: Wrong("the other browser: the last page should not say “You are signed in”"),
        changes: &[
            EVERYWHERE[0],
            EVERYWHERE[1],
            (MAIN, "async fn everywhere(session: Session) -> Result<Redirect, Error> {
                session.flush_and_cycle().await?;
                Ok(Redirect::to(\"/\"))
            }\n\n#[tokio::main]"),
        ],
    },
    Answer {
        exercise: "8.2",
        name: "the others alone",
        verdict: Wrong("this browser: the last page should not say “You are signed in”"),
        changes: &[
            EVERYWHERE[0],
            EVERYWHERE[1],
            (MAIN, "async fn everywhere(
                    State(library): State<Library>,
                    session: Session,
                    person: Person,
                ) -> Result<Redirect, Error> {
                let all = lossless_sessions::PersonSessions::new(library.database());
                all.end_others(person.id, session.id()).await?;
                Ok(Redirect::to(\"/\"))
            }\n\n#[tokio::main]"),
        ],
    },
    Answer {
        exercise: "8.2",
        name: "everybody",
        verdict: Wrong("ben stays: the last page should say “You are signed in as ben”"),
        changes: &[
            EVERYWHERE[0],
            EVERYWHERE[1],
            (MAIN, "async fn everywhere(State(library): State<Library>) -> Result<Redirect, Error> {
                let ended = library.database().write(|connection| connection.execute(\"delete from session\", []));
                ended.await?;
                Ok(Redirect::to(\"/\"))
            }\n\n#[tokio::main]"),
        ],
    },
    Answer {
        exercise: "9.1",
        name: "a letter for each key",
        verdict: Right,
        changes: &[
            (
                "async fn send(State(outbox): State<Outbox>, session: Session) ->",
                "async fn send(
                    State(outbox): State<Outbox>,
                    session: Session,
                    key: locallibrary::outbox::IdempotencyKey,
                ) ->",
            ),
            (
                "outbox.send(\"Your book is here.\")",
                "outbox.send_once(&session, key, \"Your book is here.\")",
            ),
        ],
    },
    Answer {
        exercise: "9.1",
        name: "the letter is sent after the visit",
        verdict: Wrong("letters sent"),
        changes: &[(
            "    outbox.send(\"Your book is here.\").await?;\n    visit(session).await\n",
            "    let page = visit(session).await;\n    outbox.send(\"Your book is here.\").await?;\n    page\n",
        )],
    },
    Answer {
        exercise: "9.1",
        name: "one letter for all",
        verdict: Wrong("letters sent"),
        changes: &[(
            "outbox.send(\"Your book is here.\").await?;",
            "if outbox.letters().await? == 0 { outbox.send(\"Your book is here.\").await?; }",
        )],
    },
];

const INDEX_ASKS: (&str, &str) = (
    "async fn index(State(library): State<Library>, session: Session) ->",
    "async fn index(State(library): State<Library>, session: Session, person: Option<Person>) ->",
);

const EVERYWHERE: &[(&str, &str)] = &[
    (
        ".route(\"/sign-out\", post(sign_out))",
        ".route(\"/sign-out\", post(sign_out)).route(\"/everywhere\", post(everywhere))",
    ),
    (
        "(form::button(\"/sign-out\", \"Sign out\"))",
        "(form::button(\"/sign-out\", \"Sign out\")) (form::button(\"/everywhere\", \"Sign out everywhere\"))",
    ),
];

const SWITCH_ROUTE: (&str, &str) = (
    LAST_ROUTE,
    ".route(\"/notice/dismiss\", post(dismiss_notice)).route(\"/counts/switch\", post(switch_counts))",
);

const NAME_FIELD: (&str, &str) = (
    FIELD,
    "    notice_dismissed: bool,\n    name: Option<String>,\n",
);

const GREETING: (&str, &str) = (
    WELCOME,
    "(form::text_form(\"/name\", \"Your name\", \"Keep it\"))
     p { \"Welcome\" @if let Some(name) = &chosen.name { \", \" (name) } \". Every book here",
);

const NAME_ROUTE: (&str, &str) = (
    LAST_ROUTE,
    ".route(\"/notice/dismiss\", post(dismiss_notice)).route(\"/name\", post(set_name))",
);

const KEEP_NAME: (&str, &str) = (
    MAIN,
    "async fn set_name(session: Session, Form(typed): Form<form::TextField>) -> Result<Redirect, Error> {
         session.edit(PREFERENCES, Preferences::default(), |my| my.name = Some(typed.text.0)).await?;
         Ok(Redirect::to(\"/\"))
     }\n\n#[tokio::main]",
);
