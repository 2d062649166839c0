//! What this machine has, and what is missing: in lines that can be pasted to an instructor. They name no person
//! and no folder.

use std::{env, fmt, fs, path::Path};

use anstream::adapter::strip_str;
use anstyle::Style;
use journey::bounded;
use locallibrary::{
    Library,
    server::{port_from_environment, with_port},
};
use tokio::process::Command;

use crate::{
    console::{BAD, GOOD, STRONG, table},
    course::Course,
    machine::neighbour::{Neighbour, PORT},
    project::root,
};

/// A first build and its incremental data take about this much.
const DISK: u64 = 3;

/// Browsers by the names of their programs on Linux; elsewhere one is always there.
const BROWSERS: [&str; 6] = [
    "firefox",
    "chromium",
    "google-chrome",
    "brave-browser",
    "microsoft-edge",
    "epiphany",
];

/// One thing that was looked at.
pub struct Condition {
    /// What it is: "rustc", "port 8000".
    pub what: String,
    /// Whether it is as it should be.
    pub good: bool,
    /// What was found, and what to do where it is not good.
    pub words: String,
}

/// Everything that was looked at.
pub struct Checkup(pub Vec<Condition>);

fn good(what: impl Into<String>, words: impl Into<String>) -> Condition {
    Condition {
        what: what.into(),
        good: true,
        words: words.into(),
    }
}

fn bad(what: impl Into<String>, words: impl Into<String>) -> Condition {
    Condition {
        good: false,
        ..good(what, words)
    }
}

/// Looks at this machine.
pub async fn examine(course: &Course) -> Checkup {
    let workshop = port_from_environment(PORT).unwrap_or(PORT);
    Checkup(vec![
        good(
            "system",
            format!("{} on {}", env::consts::OS, env::consts::ARCH),
        ),
        toolchain().await,
        crates().await,
        disk(),
        database(),
        port(8000, &with_port(8001, "cargo run --bin step3")).await,
        port(workshop, &with_port(3100, "cargo run")).await,
        pages(course),
        browser(),
    ])
}

async fn toolchain() -> Condition {
    let wanted = env!("CARGO_PKG_RUST_VERSION");
    let output = bounded::output(Command::new("rustc").arg("--version")).await;
    let Some(version) = output.ok().filter(|output| output.status.success()) else {
        return bad("rustc", "it does not run; https://rustup.rs installs it");
    };
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let version = version.split_whitespace().nth(1).unwrap_or_default();
    let number = |text: &str| -> Option<(u32, u32)> {
        let mut parts = text.split(['.', '-']);
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    };
    if number(version) >= number(wanted) {
        good("rustc", format!("{version}; {wanted} or newer is needed"))
    } else {
        let words = format!("{version} is too old; rustup update brings {wanted} or newer");
        bad("rustc", words)
    }
}

/// Whether a build needs the network. Crates for other systems, for the tests and for features that are off may be
/// missing, and no build asks for them.
async fn crates() -> Condition {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["tree", "--workspace", "--edges=normal,build"])
        .args(["--offline", "--locked"])
        .current_dir(root());
    match bounded::output(&mut command).await {
        Ok(output) if output.status.success() => good(
            "crates",
            "all that a build needs are here; the room may be offline",
        ),
        Ok(output) if String::from_utf8_lossy(&output.stderr).contains("offline") => bad(
            "crates",
            "some are not here yet; run cargo fetch while you are online",
        ),
        Ok(_) => bad(
            "crates",
            "cargo cannot read this project; cargo tree says why",
        ),
        Err(_) => bad("cargo", "it does not run; https://rustup.rs installs it"),
    }
}

fn disk() -> Condition {
    match fs4::available_space(root()).map(|bytes| bytes / 1_000_000_000) {
        Ok(free) if free >= DISK => good("disk", format!("{free} GB are free")),
        Ok(free) => bad(
            "disk",
            format!("{free} GB are free, and a build takes up to {DISK}; make room"),
        ),
        Err(cause) => bad("disk", format!("its free space cannot be read ({cause})")),
    }
}

/// Whether the database's folder can be written to: SQLite writes its log beside the file.
fn database() -> Condition {
    let what = "database";
    let file = match Library::file() {
        Ok(file) => file,
        Err(cause) => return bad(what, cause.to_string()),
    };
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match tempfile::NamedTempFile::new_in(folder) {
        Ok(_) => good(what, "its folder can be written to"),
        Err(cause) => bad(
            what,
            format!(
                "its folder cannot be written to ({}); name a file elsewhere: LOCALLIBRARY_DB=/tmp/library.db",
                cause.kind()
            ),
        ),
    }
}

/// Whether a port is free, or what is there is ours.
async fn port(number: u16, another: &str) -> Condition {
    let what = format!("port {number}");
    match Neighbour::at(number).await {
        Neighbour::Nobody => good(what, "free"),
        Neighbour::Workshop => good(what, "the workshop runs there"),
        Neighbour::Library => good(what, "a LocalLibrary site runs there"),
        Neighbour::Stranger => bad(
            what,
            format!("another program has it; {another} takes another"),
        ),
    }
}

/// Whether the answer key is whole.
fn pages(course: &Course) -> Condition {
    let folder = root().join("snapshots");
    let names = course.lessons().iter().flat_map(|lesson| {
        let number = lesson.step.number;
        let titles = lesson.step.journeys.iter().map(|journey| journey.slug());
        titles.map(move |title| format!("step{number}-{title}.snap"))
    });
    let missing = names
        .filter(|name| !fs::exists(folder.join(name)).unwrap_or(false))
        .count();
    match missing {
        0 => good("pinned pages", "all are there"),
        _ => bad(
            "pinned pages",
            format!("{missing} are missing; git restore snapshots brings them back"),
        ),
    }
}

fn browser() -> Condition {
    if !cfg!(target_os = "linux") {
        return good("browser", "this system comes with one");
    }
    match BROWSERS.into_iter().find(|name| which::which(name).is_ok()) {
        Some(name) => good("browser", name),
        None => bad(
            "browser",
            "none was found by its usual name; any that opens 127.0.0.1 will do",
        ),
    }
}

impl Checkup {
    /// As a table, for a terminal.
    pub fn in_colour(&self) -> String {
        let row = |finding: &Condition| {
            let (style, word) = match finding.good {
                true => (GOOD, "ok"),
                false => (BAD, "look"),
            };
            let (what, words) = (finding.what.clone(), finding.words.clone());
            [(style, word.into()), (STRONG, what), (Style::new(), words)]
        };
        let rows: Vec<_> = self.0.iter().map(row).collect();
        let bad = self.0.iter().filter(|finding| !finding.good).count();
        let sum = match bad {
            0 => "all is as it should be".to_string(),
            1 => "one thing to look at".to_string(),
            _ => format!("{bad} things to look at"),
        };
        format!("{}\n\n{sum}", table(&rows))
    }
}

impl fmt::Display for Checkup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        strip_str(&self.in_colour()).fmt(f)
    }
}
