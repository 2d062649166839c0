//! What the program prints: its log, and a line for whoever has started it.

use std::{
    env, fmt,
    io::{self, Write},
};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// Writes warnings and errors, ours and the libraries', one line each. `RUST_LOG=info` shows more, such as each sweep.
///
/// The lines of tower-sessions are left out. It reports each refused save as an error, although the request then runs
/// again, and each invented cookie as a warning, although any stranger can send thousands of them. When a session store
/// fails, [`Protect`](lossless_sessions::Protect) reports it.
///
/// A program that has set up a log already keeps its own.
pub fn to_stderr() {
    let asked = env::var("RUST_LOG").ok();
    let level = asked.and_then(|level| level.parse().ok());
    let levels = Targets::new()
        .with_default(level.unwrap_or(LevelFilter::WARN))
        .with_target("tower_sessions", LevelFilter::OFF); // Also tower_sessions_core, which begins with the same letters.
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .log_internal_errors(false); // It would report with `eprintln!` that a line could not be written, and so panic.
    let _ = tracing_subscriber::registry()
        .with(lines.with_filter(levels))
        .try_init();
}

/// Prints a line to the standard output.
///
/// `println!` panics when nobody reads it any more, or the disk that it goes to is full. Neither is a reason to stop a
/// server.
pub fn say(line: impl fmt::Display) {
    let _ = writeln!(io::stdout(), "{line}");
}
