//! The journeys. Observe: each step holds what its own journeys expect, and time can pass on them.

use axum::{Router, response::Html, routing::get};
use journey::{Act, Counting, Expect, InProcess, Journey};

use crate::{steps::STEPS, support::site};

/// What does not hold once a journey is over.
async fn missed(number: u8, journey: &Journey) -> Vec<String> {
    let seen = journey.run(&mut site(number).await).await.unwrap();
    let checked = journey
        .expects
        .iter()
        .map(|expect| expect.check(&seen, &Counting::AsHere));
    checked.filter_map(Result::err).collect()
}

#[tokio::test]
async fn every_step_holds_what_its_journeys_expect() {
    for step in STEPS {
        for journey in step.journeys {
            let (number, title) = (step.number, journey.title);
            assert!(!journey.expects.is_empty(), "step {number}: {title}");
            let missed = missed(number, journey).await;
            assert!(missed.is_empty(), "step {number}: {title}: {missed:?}");
        }
    }
}

#[tokio::test]
async fn two_weeks_can_pass_in_memory_and_in_the_database() {
    const WEEK: u32 = 604_800;
    for (number, acts, visits) in [
        (
            3,
            &[Act::Get("/"), Act::Wait(2 * WEEK - 60), Act::Get("/")],
            1,
        ),
        (
            3,
            &[Act::Get("/"), Act::Wait(2 * WEEK + 60), Act::Get("/")],
            0,
        ),
        (
            5,
            &[Act::Get("/"), Act::Wait(2 * WEEK - 60), Act::Get("/")],
            1,
        ),
        (
            5,
            &[Act::Get("/"), Act::Wait(2 * WEEK + 60), Act::Get("/")],
            0,
        ),
    ] {
        let counted = [Expect::Visits(visits)];
        let journey = Journey {
            title: "a wait",
            acts: Vec::leak(acts.to_vec()),
            expects: Vec::leak(counted.to_vec()),
        };
        assert_eq!(missed(number, &journey).await, [""; 0], "step {number}");
    }
}

#[tokio::test]
async fn what_is_stored_after_a_wait_lives_as_long_as_ever() {
    const WEEK: u32 = 604_800;
    static BACK_EACH_WEEK: Journey = Journey {
        title: "back each week",
        acts: &[
            Act::Get("/"),
            Act::Wait(WEEK),
            Act::Get("/"),
            Act::Wait(WEEK),
            Act::Get("/"),
            Act::Wait(WEEK),
            Act::Get("/"),
        ],
        expects: &[Expect::Visits(3)],
    };
    for number in [3, 5] {
        assert_eq!(
            missed(number, &BACK_EACH_WEEK).await,
            [""; 0],
            "step {number}"
        );
    }
}

#[tokio::test]
async fn a_date_that_the_visitor_chose_comes_nearer_while_time_passes() {
    static CHOSEN: Journey = Journey {
        title: "one hour from now",
        acts: &[
            Act::Post("/cookie/expiry/date", ""),
            Act::Wait(1_800),
            Act::Get("/"),
        ],
        expects: &[Expect::MaxAge(1_800), Expect::Visits(0)],
    };
    assert_eq!(missed(6, &CHOSEN).await, [""; 0]);
}

#[tokio::test]
async fn tabs_at_once_are_all_answered_and_one_that_is_not_is_told() {
    static AT_ONCE: Journey = Journey {
        title: "64 tabs",
        acts: &[Act::AtOnce(64, "/books"), Act::Get("/books")],
        expects: &[Expect::Status(200)],
    };
    assert_eq!(missed(1, &AT_ONCE).await, [""; 0]);
    static COUNTED: Journey = Journey {
        title: "64 tabs of one visitor",
        acts: &[Act::Get("/"), Act::AtOnce(64, "/"), Act::Get("/")],
        expects: &[Expect::Visits(65)],
    };
    assert_eq!(missed(5, &COUNTED).await, [""; 0]);
    static NOWHERE: Journey = Journey {
        title: "64 tabs",
        acts: &[Act::AtOnce(64, "/nowhere")],
        expects: &[],
    };
    let said = NOWHERE.run(&mut site(1).await).await.err().unwrap();
    assert_eq!(
        said.to_string(),
        "of 64 requests at once, 64 were not answered 200 but 404 Not Found"
    );
}

#[tokio::test]
async fn what_is_missed_is_told_with_the_whole_pair_and_never_with_a_button() {
    const PAGE: &str = "<body><p>You have visited this page 2 times.</p><button>num_visits 3</button>\
         <dl><dt>num_visits</dt><dd><code>2</code></dd><dt>my_car</dt><dd>\"beetle\"</dd></dl>";
    let app = Router::new().route("/", get(async || Html(PAGE)));
    let journey = Journey {
        title: "one page",
        acts: &[Act::Get("/")],
        expects: &[],
    };
    let seen = journey.run(&mut InProcess::of(app)).await.unwrap();
    for (expect, told) in [
        (
            Expect::Pair("num_visits", "1"),
            "num_visits: 1 wanted, 2 found",
        ),
        (
            Expect::Pair("num_visit", "1"),
            "num_visit: 1 wanted, nothing found",
        ),
        (
            Expect::Says("num_visits 1"),
            "the last page should say “num_visits 1”; it says “num_visits 2”",
        ),
        (
            Expect::Visits(1),
            "the count of visits should be 1; it is 2, one too many",
        ),
        (
            Expect::Visits(5),
            "the count of visits should be 5; it is 2, 3 too few",
        ),
        (
            Expect::Number(3),
            "the last page should have the number 3; its numbers are 2, 2",
        ),
    ] {
        let said = expect.check(&seen, &Counting::AsHere);
        assert_eq!(said, Err(told.into()), "{expect:?}");
    }
    let held = [Expect::Pair("my_car", "\"beetle\""), Expect::Number(2)];
    for expect in held {
        assert_eq!(expect.check(&seen, &Counting::AsHere), Ok(()), "{expect:?}");
    }
}
