//! One broken program per step, `NN/broken.rs`: what a visitor complains about, and which line is to blame.
//!
//! Each compiles and runs, and its wire gives the fault away. Its journey expects what a sound program would show.

#[path = "01/broken.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken1;
#[path = "10/broken.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken10;
#[path = "02/broken.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken2;
#[path = "03/broken.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken3;
#[path = "04/broken.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken4;
#[path = "05/broken.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken5;
#[path = "06/broken.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken6;
#[path = "07/broken.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken7;
#[path = "08/broken.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken8;
#[path = "09/broken.rs"]
#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken9;

use journey::{
    Act::{Browser, CopyCookies, Get, Post, Press, Wait},
    Diagnosis,
    Expect::{Pair, Says, SaysNot, Visits},
    Suspect,
};
use locallibrary::session::Recorder;
use tower_sessions::MemoryStore;

use super::journeys::journey;

pub static STEP1: Diagnosis = Diagnosis {
    symptom: "“I have never been here before,” says Ben, “and the page says: Welcome back.”",
    source: include_str!("01/broken.rs"),
    journey: journey(
        "a new visitor",
        &[Get("/"), Browser("Ben's"), Get("/")],
        &[SaysNot("Welcome back.")],
    ),
    wrong: "let is_back = been_here.swap(true, Ordering::Relaxed);",
    right: "let is_back = false;",
    why: "No cookie goes either way, so this line cannot know who is asking. It keeps one note for the whole \
          program: as soon as anybody has been here, everybody has. A step without sessions can only greet all alike.",
    suspects: &[
        Suspect {
            line: ".layer(Extension(BeenHere::default()));",
            why: "This line makes one note when the program starts, and hands it to each request. That is what it is \
                  for; the fault is what the note is taken to mean.",
        },
        Suspect {
            line: "p { @if is_back { \"Welcome back.\" } @else { \"Welcome.\" } }",
            why: "This line says what is_back tells it. Who decides about is_back?",
        },
    ],
    sessions: |_| Ok(Recorder::new(MemoryStore::default())),
    app: |library, _| broken1::app(library),
};

pub static STEP2: Diagnosis = Diagnosis {
    symptom: "“I typed beetle and pressed Set,” says Ann, “and the page still says None.”",
    source: include_str!("02/broken.rs"),
    journey: journey(
        "car set",
        &[Get("/my-car"), Press("Set", "text=beetle")],
        &[Says("beetle"), Pair("is it there?", "true")],
    ),
    wrong: "session.insert(\"my-car\", typed.text.0).await?;",
    right: "session.insert(MY_CAR, typed.text.0).await?;",
    why: "The store has the car: create {\"my-car\":\"beetle\"}. But it lies under my-car, with a hyphen, and the \
          page looks under my_car. A session is a dictionary, and a dictionary knows no spelling mistakes; use the \
          constant everywhere.",
    suspects: &[
        Suspect {
            line: "let car: Option<String> = session.get(MY_CAR).await?;",
            why: "This line looks under my_car, which is the key's name. Is that what the store has?",
        },
        Suspect {
            line: ".with_secure(false)",
            why: "The cookie came back with the second request, so the browser has kept it.",
        },
        Suspect {
            line: "Ok(Redirect::to(\"/my-car\"))",
            why: "The browser followed the redirect to the right page, and the page was loaded anew.",
        },
    ],
    sessions: |_| Ok(Recorder::new(broken2::engine())),
    app: broken2::app,
};

pub static STEP3: Diagnosis = Diagnosis {
    symptom: "“This is my third visit,” says Ann, “and the page says 1 each time.”",
    source: include_str!("03/broken.rs"),
    journey: journey("third visit", &[Get("/"), Get("/"), Get("/")], &[Visits(3)]),
    wrong: "session.insert(NUM_VISITS, before).await?;",
    right: "session.insert(NUM_VISITS, num_visits).await?;",
    why: "The first visit creates {\"num_visits\":0}, where a 1 should be, and no later visit saves anything: this \
          line stores the number that was read. An equal value is no change, so there is nothing to save.",
    suspects: &[
        Suspect {
            line: "let before: u64 = session.get_or(NUM_VISITS, 0).await?;",
            why: "This line reads what is there. The wire shows the same 0 at each load, so who stored it?",
        },
        Suspect {
            line: "let num_visits = before.saturating_add(1);",
            why: "This line adds one, and the page shows the sum. What becomes of the sum afterwards?",
        },
    ],
    sessions: |_| Ok(Recorder::new(broken3::engine())),
    app: broken3::app,
};

pub static STEP4: Diagnosis = Diagnosis {
    symptom: "“The page said alloy when I fitted them,” says Ann. “I look again, and it says steel.”",
    source: include_str!("04/broken.rs"),
    journey: journey(
        "wheels fitted",
        &[
            Post("/my-car", "text=beetle"),
            Press("Fit alloy wheels", ""),
            Get("/my-car"),
        ],
        &[Pair("wheels", "\"alloy\"")],
    ),
    wrong: "session.insert(MY_CAR, &car).await?;",
    right: "session.insert(MY_CAR, &fitted).await?;",
    why: "The post to /my-car/fit loads the car and saves nothing. There is an insert, so it must have put back what \
          was there already: car is the copy that came out of the session, and the wheels were fitted to fitted.",
    suspects: &[
        Suspect {
            line: "fitted.wheels = \"alloy\".into();",
            why: "This line fits the wheels: the page that came back said alloy.",
        },
        Suspect {
            line: "let mut fitted = car.clone();",
            why: "A copy to work on is fine, as long as the copy is what is stored in the end.",
        },
        Suspect {
            line: "Ok(car_page(&fitted))",
            why: "The page shows the car with its new wheels, as it should. Is it the one that is stored?",
        },
    ],
    sessions: |_| Ok(Recorder::new(broken4::engine())),
    app: broken4::app,
};

pub static STEP5: Diagnosis = Diagnosis {
    symptom: "“I have been reading here all afternoon,” says Ann, “and all of a sudden I am counted from 0.”",
    source: include_str!("05/broken.rs"),
    journey: journey(
        "a long afternoon",
        &[Get("/"), Wait(3_000), Get("/"), Wait(3_000), Get("/")],
        &[Visits(2)],
    ),
    wrong: "const LONGEST: Duration = Duration::minutes(90);",
    right: "const LONGEST: Duration = Duration::days(90);",
    why: "Ann was never away for more than 50 minutes, and her browser sent the cookie each time; yet the third load \
          finds nothing. A session that ends although it is in use has reached its absolute limit, and 90 minutes \
          stand here where 90 days were meant.",
    suspects: &[
        Suspect {
            line: "const IDLE: Duration = Duration::weeks(2);",
            why: "Ann was away for 50 minutes at most, and the cookie's Max-Age says two weeks.",
        },
        Suspect {
            line: "sessions.sweep_every(Duration::hours(1));",
            why: "A sweep deletes only what has expired already. It makes nobody new.",
        },
        Suspect {
            line: ".with_expiry(Expiry::OnInactivity(IDLE));",
            why: "Each visit prolongs the session: a new cookie with two weeks comes with every answer.",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken5::engine(library)?)),
    app: broken5::app,
};

pub static STEP6: Diagnosis = Diagnosis {
    symptom: "“The page of my account knows my name,” says Ann, “but the home page takes me for a stranger.”",
    source: include_str!("06/broken.rs"),
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
    why: "The browser sent the cookie to /account and not to /: the cookie has Path=/account, and a browser sends it \
          to that path and below only. The session is there; the home page is never told whose it is.",
    suspects: &[
        Suspect {
            line: "let name = session.get_or(NAME, \"stranger\".to_string()).await?;",
            why: "This line asks the session of the request. Which session did the request name?",
        },
        Suspect {
            line: ".with_secure(false)",
            why: "Without it the browser would send the cookie to no page at all on plain http; here one page gets it.",
        },
        Suspect {
            line: ".with_expiry(Expiry::OnInactivity(Duration::weeks(2)));",
            why: "The cookie lives for two weeks, and nobody waited.",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken6::engine(library)?)),
    app: broken6::app,
};

pub static STEP7: Diagnosis = Diagnosis {
    symptom: "“I dismissed the notice,” says Ann. “Then I chose five books on a page, and the notice is back.”",
    source: include_str!("07/broken.rs"),
    journey: journey(
        "two choices",
        &[
            Post("/notice/dismiss", ""),
            Post("/books/per-page", "number=5"),
            Get("/"),
        ],
        &[SaysNot("The reading room is closed on Mondays.")],
    ),
    wrong: "..Preferences::default()",
    right: "..session.get_or(PREFERENCES, Preferences::default()).await?",
    why: "The save of the second post turns notice_dismissed from true into false. It stores a whole new struct, and \
          this line fills what the visitor did not choose just now from the defaults, instead of from what is stored.",
    suspects: &[
        Suspect {
            line: "session.insert(PREFERENCES, chosen).await?;",
            why: "This line stores all of chosen, as it should. What is in chosen?",
        },
        Suspect {
            line: "my.notice_dismissed = true",
            why: "The first save on the wire says notice_dismissed: true, so this has worked.",
        },
        Suspect {
            line: "#[serde(default)]",
            why: "A default stands in for a field that the stored row lacks. The wire shows that this row had both.",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken7::engine(library)?)),
    app: broken7::app,
};

pub static STEP8: Diagnosis = Diagnosis {
    symptom: "“I let Ann sign in on my computer,” says Mallory, “and on the other one, with the same cookie, I read her \
              loans.”",
    source: include_str!("08/broken.rs"),
    journey: journey(
        "a planted session",
        &[
            Browser("Mallory's"),
            Post("/my-car", "text=trojan"),
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
    why: "Signing in loads Mallory's session and saves it, with Ann in it. A new id would be a new row: delete, then \
          create. The line gives a new id only to a visitor who brought none, and such a visitor gets one anyway. It is \
          the id that somebody brought that may be known to somebody else.",
    suspects: &[
        Suspect {
            line: "session.cycle_key().await?;",
            why: "This line does give a new id, and would delete the old row. On the wire no row was deleted, so it \
                  was not run.",
        },
        Suspect {
            line: "session.insert(PERSON, person.id).await?;",
            why: "This line has to write down who signed in. The question is under which id.",
        },
        Suspect {
            line: "let Some(person) = people::signed_in(&library, &session).await? else {",
            why: "This line asks the session who it belongs to, and the session says Ann. How did she get into that \
                  session?",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken8::engine(library)?)),
    app: broken8::app,
};

pub static STEP9: Diagnosis = Diagnosis {
    symptom: "“I put one book into my basket in each of two tabs,” says Ann, “and the basket holds one book.”",
    source: include_str!("09/broken.rs"),
    journey: journey(
        "two tabs of one basket",
        &[
            Get("/basket"),
            Post("/basket", "shown=0"),
            Post("/basket", "shown=0"),
        ],
        &[Pair("books", "2")],
    ),
    wrong: "let books = typed.shown;",
    right: "let books: u64 = session.get_or(BOOKS, 0).await?;",
    why: "Both forms say shown=0, because both tabs were opened while the basket was empty. The line believes the form, \
          so the second book takes the place of the first. No version can notice that: the two requests came one after \
          the other, and each of them loaded the newest record and did not look at it.",
    suspects: &[
        Suspect {
            line: "session.insert(BOOKS, books + 1).await?;",
            why: "This line adds one to what it is given, and stores it. The question is where that number comes from.",
        },
        Suspect {
            line: ".layer(from_fn_with_state(COOKIE, protect_session));",
            why: "This line runs a request again when another one came first. On the wire no save was refused, so there \
                  was nothing to run again.",
        },
        Suspect {
            line: "input type=\"hidden\" name=\"shown\" value=(books);",
            why: "This line sends along what the page has shown. That is useful to tell somebody that the basket has \
                  changed since. It is only no number to go on counting from.",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken9::engine(library)?)),
    app: broken9::app,
};

pub static STEP10: Diagnosis = Diagnosis {
    symptom: "“I have changed my car to a fiat,” says Ann, “and the next page still says beetle.”",
    source: include_str!("10/broken.rs"),
    journey: journey(
        "two machines and a change",
        &[Post("/my-car", "text=beetle"), Post("/my-car", "text=fiat")],
        &[Says("fiat"), SaysNot("beetle")],
    ),
    wrong: "let engine = || CachingSessionStore::new(MemoryStore::default(), sessions.clone());",
    right: "let engine = || sessions.clone();",
    why: "Each machine gets a cache of its own. The second one has cached the beetle when it showed the first page, and \
          nobody tells it about the fiat: on the wire, the last page asks the store for nothing. A cache must be one for \
          all machines, or there must be none.",
    suspects: &[
        Suspect {
            line: "machines::round_robin([one, other])",
            why: "This line sends each request to the other machine. That brings the fault to light, and does not cause \
                  it: a proxy may send any request to any machine.",
        },
        Suspect {
            line: "session.insert(MY_CAR, typed.text.0).await?;",
            why: "This line changes the car. On the wire the fiat was saved, so the store has it.",
        },
        Suspect {
            line: "let car: Option<String> = session.get(MY_CAR).await?;",
            why: "This line reads whatever the session was loaded with. The question is where it was loaded from.",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken10::engine(library)?)),
    app: broken10::app,
};
