//! Step 4: what a visitor does and has to see, how its exercises are checked, and a program with a fault in it.

#[expect(dead_code, reason = "a step's main runs in its own binary only")]
mod broken;

use journey::{
    Act::{Get, Post, Press},
    Diagnosis, Exercise,
    Expect::{Pair, Says, SaysNot, Status},
    Journey, SourceRule, Suspect, text,
};
use lossless_sessions::Recorder;

use super::journey;

pub static JOURNEYS: &[Journey] = &[
    journey(
        "car set",
        &[Post("/my-car", "text=beetle")],
        &[Says("model: \"beetle\", wheels: \"steel\"")],
    ),
    journey(
        "wheels fitted",
        &[Post("/my-car", "text=beetle"), Post("/my-car/fit", "")],
        &[Says("\"alloy\""), Says("is the session modified? false")],
    ),
    journey(
        "wheels lost",
        &[
            Post("/my-car", "text=beetle"),
            Post("/my-car/fit", ""),
            Get("/my-car"),
        ],
        &[Says("wheels: \"steel\""), SaysNot("alloy\"")],
    ),
    journey(
        "wheels saved",
        &[
            Post("/my-car", "text=beetle"),
            Post("/my-car/fit-and-save", ""),
            Get("/my-car"),
        ],
        &[Says("wheels: \"alloy\"")],
    ),
    journey(
        "equal value",
        &[
            Post("/my-car", "text=beetle"),
            Post("/my-car/fit-and-save", ""),
            Post("/my-car/fit-and-save", ""),
        ],
        &[Says("is the session modified? false")],
    ),
    journey(
        "wheels edited",
        &[
            Post("/my-car", "text=beetle"),
            Post("/my-car/fit-with-edit", ""),
            Get("/my-car"),
        ],
        &[Says("wheels: \"alloy\"")],
    ),
];

pub static EXERCISES: &[Exercise] = &[Exercise {
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
        journey(
            "the other buttons",
            &[
                Post("/my-car", "text=beetle"),
                Press("Fit with edit", ""),
                Get("/my-car"),
                Press("Fit alloy wheels", ""),
                Get("/my-car"),
                Press("Delete", ""),
                Press("Clear the session", ""),
            ],
            &[SaysNot("beetle"), Status(200)],
        ),
    ],
    // The cars of step 4 are gone at each restart, so no visitor has an old one.
    source: &[SourceRule {
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

pub static DIAGNOSIS: Diagnosis = Diagnosis {
    symptom: "“When I fitted alloy wheels, the page said alloy,” says Ann. “I look again, and it says steel.”",
    source: text!("broken.rs"),
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
    sessions: |_| Ok(Recorder::new(broken::engine())),
    app: broken::app,
};
