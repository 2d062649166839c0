//! The steps' binaries.

use std::process::Command;

/// The built binary of a step; cargo tells integration tests where it is.
pub fn binary(number: u8) -> &'static str {
    match number {
        1 => env!("CARGO_BIN_EXE_step1"),
        2 => env!("CARGO_BIN_EXE_step2"),
        3 => env!("CARGO_BIN_EXE_step3"),
        4 => env!("CARGO_BIN_EXE_step4"),
        5 => env!("CARGO_BIN_EXE_step5"),
        6 => env!("CARGO_BIN_EXE_step6"),
        7 => env!("CARGO_BIN_EXE_step7"),
        8 => env!("CARGO_BIN_EXE_step8"),
        9 => env!("CARGO_BIN_EXE_step9"),
        10 => env!("CARGO_BIN_EXE_step10"),
        11 => env!("CARGO_BIN_EXE_step11"),
        12 => env!("CARGO_BIN_EXE_step12"),
        13 => env!("CARGO_BIN_EXE_step13"),
        _ => panic!("add step {number} here"),
    }
}

/// Whether a step's binary wants a server that these tests have not: with the feature `postgres`, step 10 does, and its
/// tests are in tests/postgres.
pub fn wants_a_server(number: u8) -> bool {
    cfg!(feature = "postgres") && number == 10
}

/// A step, on a free port, with its database in this folder.
pub fn command(number: u8, folder: &tempfile::TempDir) -> Command {
    with_its_own(Command::new(binary(number)), folder)
}

/// Gives a program a free port, and its database in this folder.
pub fn with_its_own(mut command: Command, folder: &tempfile::TempDir) -> Command {
    command
        .env("LOCALLIBRARY_DB", folder.path().join("library.db"))
        .env("PORT", "0");
    command
}
