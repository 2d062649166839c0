//! The workshop's tests: the real program, asked as a browser, a script and a stranger ask it.

#[cfg(unix)]
#[path = "../../../tests/shared/hangup.rs"]
mod hangup;
#[path = "../../../tests/shared/process.rs"]
mod process;
#[path = "../../../steps/mod.rs"]
mod steps;

mod checks;
mod command;
mod edit;
mod export;
mod hostile;
mod lab;
mod machines;
mod mine;
mod project;
mod race;
mod reading;
mod room;
mod search;
mod security;
mod talking;
mod terminal;
mod timeline;
mod watch;
mod workshop;
