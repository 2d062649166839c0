//! The check, checked: a good site has nothing bad, and each fault is found by its own finding and no other.

#[allow(
    dead_code,
    unused_imports,
    reason = "the lessons and their programs are tested elsewhere"
)]
#[path = "../../../steps/mod.rs"]
mod steps;

mod decks;
mod good;
mod mutants;
mod support;
