//! Step 2: what a visitor does and has to see, how its exercises are checked, and a program with a fault in it.

#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken;

use journey::{
    Act::{Browser, ClearCookies, Get, Post, PostFromElsewhere, Press},
    Diagnosis, Exercise,
    Expect::{NoCookie, Number, Pair, Says, SaysNot, Sends, Status},
    Journey, Suspect, text,
};
use lossless_sessions::Recorder;

use super::journey;

pub static JOURNEYS: &[Journey] = &[
    journey(
        "first visit",
        &[Get("/")],
        &[Says("record counts"), NoCookie],
    ),
    journey(
        "absent key",
        &[Get("/my-car")],
        &[Says("mini"), SaysNot("beetle"), NoCookie],
    ),
    journey(
        "car set",
        &[Post("/my-car", "text=beetle")],
        &[Says("beetle"), Sends("set-cookie", "HttpOnly")],
    ),
    journey(
        "car deleted",
        &[Post("/my-car", "text=beetle"), Post("/my-car/delete", "")],
        &[SaysNot("beetle"), Says("mini")],
    ),
    journey(
        "session cleared",
        &[Post("/my-car", "text=beetle"), Post("/my-car/clear", "")],
        &[SaysNot("beetle"), Says("mini")],
    ),
    journey(
        "another browser",
        &[
            Post("/my-car", "text=beetle"),
            Browser("Ben's"),
            Post("/my-car", "text=trabant"),
            Browser("Ann's"),
            Get("/my-car"),
        ],
        &[Says("beetle"), SaysNot("trabant")],
    ),
    journey(
        "cookie cleared",
        &[Post("/my-car", "text=beetle"), ClearCookies, Get("/my-car")],
        &[SaysNot("beetle")],
    ),
    journey(
        "empty form",
        &[Post("/my-car", "text=")],
        &[Status(422), NoCookie],
    ),
    journey(
        "form from another site",
        &[
            Post("/my-car", "text=beetle"),
            PostFromElsewhere("/my-car", "text=stolen"),
        ],
        &[Status(403)],
    ),
];

pub static EXERCISES: &[Exercise] = &[Exercise {
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

pub static DIAGNOSIS: Diagnosis = Diagnosis {
    symptom: "“I typed beetle and pressed Set,” says Ann, “and the page still says None.”",
    source: text!("broken.rs"),
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
    sessions: |_| Ok(Recorder::new(broken::engine())),
    app: broken::app,
};
