//! `cargo run`: every step live at once, each on a port of its own.

#[path = "../steps/mod.rs"]
mod steps;

use locallibrary::{Error, Library, serve_all};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let library = Library::open().await?;
    let apps = steps::STEPS.iter().map(|step| {
        let app = (step.app)(library.clone(), (step.sessions)(&library));
        (format!("step {}, {}", step.number, step.title), app)
    });
    serve_all(apps).await
}
