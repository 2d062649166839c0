//! The check, checked: a good site has nothing bad, and each fault is found by its own finding and no other.

mod good;
mod mutants;
mod support;
