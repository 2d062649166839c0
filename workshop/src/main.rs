//! `cargo run`: the workshop at http://127.0.0.1:3000. `cargo run -- help` lists the other commands.

#[path = "../../steps/mod.rs"]
mod steps;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    workshop::main(steps::STEPS).await
}
