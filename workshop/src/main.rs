//! `cargo run`: the workshop at http://127.0.0.1:3000. `cargo run -- help` lists the other commands.

#[path = "../../steps/mod.rs"]
mod steps;

use std::process::ExitCode;

use locallibrary::Error;

#[tokio::main]
async fn main() -> Result<ExitCode, Error> {
    workshop::main(steps::STEPS).await
}
