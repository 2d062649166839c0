//! The workshop in a real browser: Chromium, through chromedriver. `cargo test --test browser` runs it.
//!
//! Where there is no browser, each test says so and passes; with `REQUIRE_BROWSER=1` it fails instead.

#[path = "../../../tests/shared/process.rs"]
#[expect(dead_code, reason = "the other tests of the workshop use the rest")]
mod process;
#[path = "../workshop/project.rs"]
#[expect(dead_code, reason = "the other tests of the workshop use the rest")]
mod project;
#[path = "../../../steps/mod.rs"]
mod steps;

mod alive;
mod attacks;
mod chromium;
mod edit;
mod export;
mod guests;
mod learner;
mod look;
mod race;
mod reading;
mod room;
mod screenshots;
