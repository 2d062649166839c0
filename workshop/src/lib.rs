//! The workshop: `cargo run`, and the commands beside it.
//!
//! ```text
//! project   the folder of all this                      -> nothing
//! console   what is printed, in colour                -> nothing
//! text      decks, Markdown, code, diffs                -> project console
//! course    the steps, their questions and predictions  -> project console text
//! observe   what is seen of a site while it runs        -> nothing
//! shell     what stands around a page, and the guard    -> text course
//! sites     the steps as running sites, and their labs  -> text course observe shell
//! learner   the learner's program: build, run, check    -> all above
//! machine   doctor, neighbours, editor                  -> project console course shell
//! room      a question for everybody on this network    -> shell
//! workshop  what the pages are made from, assembled     -> all above
//! pages     one file per view, in maud                  -> all above
//! serve     binds the ports, stops gracefully           -> all above
//! commands  the command line, the terminal, `export`    -> all above
//! ```
//!
//! A room uses only rooms above it. It knows no step: `src/main.rs` hands the list over.

mod commands;
mod console;
mod course;
mod learner;
mod machine;
mod observe;
mod pages;
mod project;
mod room;
mod serve;
mod shell;
mod sites;
mod text;
mod workshop;

pub use commands::main;
