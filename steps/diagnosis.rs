//! One broken program per step, `NN/broken.rs`: what a visitor complains about, and which line is to blame.
//!
//! Each program compiles and runs, and its wire gives the fault away. Its journey expects what a correct program would
//! show.

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
    Suspect, text,
};
use lossless_sessions::Recorder;
use tower_sessions::MemoryStore;

use super::journeys::journey;

pub static STEP1: Diagnosis = Diagnosis {
    symptom: "“I have never been here before,” says Ben, “and the page says: Welcome back.”",
    source: text!("01/broken.rs"),
    journey: journey(
        "a new visitor",
        &[Get("/"), Browser("Ben's"), Get("/")],
        &[SaysNot("Welcome back.")],
    ),
    wrong: "let is_back = been_here.swap(true, Ordering::Relaxed);",
    right: "let is_back = false;",
    why: "No cookie goes either way, so this line cannot know who is asking. It keeps one note for the whole \
          program: as soon as one visitor has been here, it says so of everybody. Without a session, a program can only \
          greet everybody alike.",
    suspects: &[
        Suspect {
            line: ".layer(Extension(BeenHere::default()));",
            why: "This line makes one note when the program starts, and hands it to each request, as it should. The \
                  fault is in how the note is used.",
        },
        Suspect {
            line: "p { @if is_back { \"Welcome back.\" } @else { \"Welcome.\" } }",
            why: "This line only shows what is_back says. Where does is_back come from?",
        },
    ],
    sessions: |_| Ok(Recorder::new(MemoryStore::default())),
    app: |library, _| broken1::app(library),
};

pub static STEP2: Diagnosis = Diagnosis {
    symptom: "“I typed beetle and pressed Set,” says Ann, “and the page still says None.”",
    source: text!("02/broken.rs"),
    journey: journey(
        "car set",
        &[Get("/my-car"), Press("Set", "text=beetle")],
        &[Says("beetle"), Pair("is it there?", "true")],
    ),
    wrong: "session.insert(\"my-car\", typed.text.0).await?;",
    right: "session.insert(MY_CAR, typed.text.0).await?;",
    why: "The store has the car: create {\"my-car\":\"beetle\"}. But it is stored under my-car, with a hyphen, and the \
          page looks for my_car. To a dictionary, a misspelt key is just another key, so use the constant everywhere.",
    suspects: &[
        Suspect {
            line: "let car: Option<String> = session.get(MY_CAR).await?;",
            why: "This line looks for my_car, which is the right key. Is it the key in the store?",
        },
        Suspect {
            line: ".with_secure(secure_cookies())",
            why: "The cookie came back with the second request, so the browser did keep it.",
        },
        Suspect {
            line: "Ok(Redirect::to(\"/my-car\"))",
            why: "The browser followed the redirect to the right page, and the page was loaded again.",
        },
    ],
    sessions: |_| Ok(Recorder::new(broken2::engine())),
    app: broken2::app,
};

pub static STEP3: Diagnosis = Diagnosis {
    symptom: "“This is my third visit,” says Ann, “and the page says 1 each time.”",
    source: text!("03/broken.rs"),
    journey: journey("third visit", &[Get("/"), Get("/"), Get("/")], &[Visits(3)]),
    wrong: "session.insert(NUM_VISITS, before).await?;",
    right: "session.insert(NUM_VISITS, num_visits).await?;",
    why: "The first visit creates {\"num_visits\":0}, where a 1 should be, and no later visit saves anything: this \
          line stores the number that was read. Inserting an equal value changes nothing, so there is nothing to save.",
    suspects: &[
        Suspect {
            line: "let before: u64 = session.get_or(NUM_VISITS, 0).await?;",
            why: "This line reads what is there. The wire shows the same 0 at each load. Which line stored it?",
        },
        Suspect {
            line: "let num_visits = before.saturating_add(1);",
            why: "This line adds one, and the page shows the sum. What happens to the sum after that?",
        },
    ],
    sessions: |_| Ok(Recorder::new(broken3::engine())),
    app: broken3::app,
};

pub static STEP4: Diagnosis = Diagnosis {
    symptom: "“When I fitted alloy wheels, the page said alloy,” says Ann. “I look again, and it says steel.”",
    source: text!("04/broken.rs"),
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
    why: "The POST to /my-car/fit loads the car and saves nothing. The insert must have put back what was there already. \
          And so it did: car is the copy that came out of the session, and the new wheels are on fitted.",
    suspects: &[
        Suspect {
            line: "fitted.wheels = \"alloy\".into();",
            why: "This line does fit the wheels: the page that came back said alloy.",
        },
        Suspect {
            line: "let mut fitted = car.clone();",
            why: "Working on a copy is fine, as long as the copy is stored in the end.",
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
    source: text!("05/broken.rs"),
    journey: journey(
        "a long afternoon",
        &[Get("/"), Wait(3_000), Get("/"), Wait(3_000), Get("/")],
        &[Visits(2)],
    ),
    wrong: "const LONGEST: Duration = Duration::minutes(90);",
    right: "const LONGEST: Duration = Duration::days(90);",
    why: "Ann was never away for more than 50 minutes, and her browser sent the cookie each time, yet the third load \
          finds nothing. A session that ends while it is in use has reached its absolute limit. This line says 90 \
          minutes where 90 days were meant.",
    suspects: &[
        Suspect {
            line: "const IDLE: Duration = Duration::weeks(2);",
            why: "Ann was away for 50 minutes at most, and the cookie's Max-Age says two weeks.",
        },
        Suspect {
            line: "sessions.sweep_every(Duration::hours(1));",
            why: "A sweep only deletes sessions that have expired already. It never ends one.",
        },
        Suspect {
            line: ".with_expiry(Expiry::OnInactivity(IDLE));",
            why: "Each visit prolongs the session by two weeks, as the cookie in every answer shows.",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken5::engine(library)?)),
    app: broken5::app,
};

pub static STEP6: Diagnosis = Diagnosis {
    symptom: "“The page of my account knows my name,” says Ann, “but the home page takes me for a stranger.”",
    source: text!("06/broken.rs"),
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
    sessions: |library| Ok(Recorder::new(broken6::engine(library)?)),
    app: broken6::app,
};

pub static STEP7: Diagnosis = Diagnosis {
    symptom: "“I dismissed the notice,” says Ann. “Then I chose five books on a page, and the notice is back.”",
    source: text!("07/broken.rs"),
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
    why: "The save of the second POST turns notice_dismissed from true into false. It stores a whole new struct, and \
          this line takes the fields that the visitor did not choose just now from the defaults, instead of from what is \
          stored.",
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
            why: "A default is used for a field that the stored row lacks. The wire shows that this row has both fields.",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken7::engine(library)?)),
    app: broken7::app,
};

pub static STEP8: Diagnosis = Diagnosis {
    symptom: "“I let Ann sign in on my computer,” says Mallory, “and with a copy of its cookie I read her loans on another \
              one.”",
    source: text!("08/broken.rs"),
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
    sessions: |library| Ok(Recorder::new(broken8::engine(library)?)),
    app: broken8::app,
};

pub static STEP9: Diagnosis = Diagnosis {
    symptom: "“I put one book into my basket in each of two tabs,” says Ann, “and the basket holds one book.”",
    source: text!("09/broken.rs"),
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
          so the second book replaces the first. No version can detect that, because the two requests came one after the \
          other. The second loaded the newest record, but did not use the number in it.",
    suspects: &[
        Suspect {
            line: "session.insert(BOOKS, books.saturating_add(1)).await?;",
            why: "This line adds one to a number and stores the sum. The question is where that number comes from.",
        },
        Suspect {
            line: ".layer(Protect::new(session_layer));",
            why: "With this line, a request runs again when another one came first. On the wire no save was refused, so \
                  nothing had to run again.",
        },
        Suspect {
            line: "input type=\"hidden\" name=\"shown\" value=(books);",
            why: "This line makes the form send what the page has shown. A handler could use that to tell Ann that her \
                  basket has changed since. It is just not the number to go on counting from.",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken9::engine(library)?)),
    app: broken9::app,
};

pub static STEP10: Diagnosis = Diagnosis {
    symptom: "“I have changed my name to Anna,” says Ann, “and the next page still says Ann.”",
    source: text!("10/broken.rs"),
    journey: journey(
        "two machines and a change",
        &[Post("/name", "text=Ann"), Post("/name", "text=Anna")],
        &[Says("Welcome, Anna."), SaysNot("Welcome, Ann.")],
    ),
    wrong: "let engine = || CachingSessionStore::new(MemoryStore::default(), sessions.clone());",
    right: "let engine = || sessions.clone();",
    why: "Each machine gets a cache of its own. The second one has cached Ann when it showed the first page, and nobody \
          tells it about Anna: on the wire, the last page asks the store for nothing. A cache must be one for \
          all machines, or there must be none.",
    suspects: &[
        Suspect {
            line: "machines::round_robin([one, other])",
            why: "This line sends each request to the other machine. That brings the fault to light, and does not cause \
                  it: a proxy may send any request to any machine.",
        },
        Suspect {
            line: "session.insert(NAME, typed.text.0).await?;",
            why: "This line changes the name. On the wire Anna was saved, so the store has her new name.",
        },
        Suspect {
            line: "let name = session.get_or(NAME, \"stranger\".to_string()).await?;",
            why: "This line reads whatever the session was loaded with. The question is where it was loaded from.",
        },
    ],
    sessions: |library| Ok(Recorder::new(broken10::engine(library)?)),
    app: broken10::app,
};
