//! The program's log.

use std::{env, io};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// Warnings and errors, ours and the libraries', one line each. `RUST_LOG=info` shows more, like each sweep.
///
/// But not tower-sessions' own: it reports each save that was refused as an error, though the request is then run again,
/// and each made-up cookie as a warning, which any stranger can cause by the thousand. What a session store could not do
/// is reported all the same, by [`protect_session`](crate::session::protect_session).
///
/// A program that has a log of its own already keeps it.
pub fn to_stderr() {
    let asked = env::var("RUST_LOG").ok();
    let level = asked.and_then(|level| level.parse().ok());
    let levels = Targets::new()
        .with_default(level.unwrap_or(LevelFilter::WARN))
        .with_target("tower_sessions", LevelFilter::OFF); // and what begins so: tower_sessions_core
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let _ = tracing_subscriber::registry()
        .with(lines.with_filter(levels))
        .try_init();
}
