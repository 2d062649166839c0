//! What this machine has, and what is missing: in lines that can be pasted to an instructor. They name no person
//! and no folder.

use std::{env, fmt, fs};

use tokio::{net::TcpListener, process::Command};

use crate::{course::Course, root};

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
pub struct Finding {
    /// Whether it is as it should be.
    pub good: bool,
    /// What was found, and what to do where it is not good.
    pub words: String,
}

/// Everything that was looked at.
pub struct Findings(pub Vec<Finding>);

fn good(words: impl Into<String>) -> Finding {
    Finding {
        good: true,
        words: words.into(),
    }
}

fn bad(words: impl Into<String>) -> Finding {
    Finding {
        good: false,
        words: words.into(),
    }
}

/// Looks at this machine.
pub async fn examine(course: &Course) -> Findings {
    let mut findings = vec![good(format!(
        "system: {} on {}",
        env::consts::OS,
        env::consts::ARCH
    ))];
    findings.push(toolchain().await);
    findings.push(crates().await);
    findings.push(disk());
    findings.push(database());
    findings.push(port(8000, "PORT=8001 cargo run --bin step3 takes another").await);
    let workshop =
        "by the workshop, if it runs already; otherwise PORT=3100 cargo run takes another";
    findings.push(port(3000, workshop).await);
    findings.push(pages(course));
    findings.push(browser());
    Findings(findings)
}

async fn toolchain() -> Finding {
    let wanted = env!("CARGO_PKG_RUST_VERSION");
    let output = Command::new("rustc").arg("--version").output().await;
    let Some(version) = output.ok().filter(|output| output.status.success()) else {
        return bad("rustc does not run; https://rustup.rs installs it");
    };
    let version = String::from_utf8_lossy(&version.stdout).trim().to_string();
    let number = |text: &str| -> Option<(u32, u32)> {
        let mut parts = text.split(['.', '-']);
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    };
    let has = version.split_whitespace().nth(1).and_then(number);
    if has >= number(wanted) {
        good(format!("{version}; {wanted} or newer is needed"))
    } else {
        bad(format!(
            "{version} is too old; rustup update brings {wanted} or newer"
        ))
    }
}

/// Whether a build needs the network.
async fn crates() -> Finding {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["metadata", "--offline", "--locked", "--format-version=1"])
        .current_dir(root());
    match command.output().await {
        Ok(output) if output.status.success() => {
            good("crates: all are here; the room may be offline")
        }
        Ok(_) => bad("crates: some are not here yet; run cargo fetch while you are online"),
        Err(_) => bad("cargo does not run; https://rustup.rs installs it"),
    }
}

fn disk() -> Finding {
    match fs4::available_space(root()).map(|bytes| bytes / 1_000_000_000) {
        Ok(free) if free >= DISK => good(format!("disk: {free} GB are free")),
        Ok(free) => bad(format!(
            "disk: {free} GB are free, and a build takes up to {DISK}; make room"
        )),
        Err(cause) => bad(format!("disk: its free space cannot be read ({cause})")),
    }
}

/// Whether the database's folder can be written to.
fn database() -> Finding {
    match tempfile::NamedTempFile::new_in(".") {
        Ok(_) => good("database: this folder can be written to"),
        Err(cause) => bad(format!(
            "database: this folder cannot be written to ({cause}); go to another"
        )),
    }
}

async fn port(number: u16, when_taken: &str) -> Finding {
    match TcpListener::bind(("127.0.0.1", number)).await {
        Ok(_) => good(format!("port {number} is free")),
        Err(_) => bad(format!("port {number} is taken: {when_taken}")),
    }
}

/// Whether the answer key is whole.
fn pages(course: &Course) -> Finding {
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
        0 => good("pinned pages: all are there"),
        _ => bad(format!(
            "pinned pages: {missing} are missing; git restore snapshots brings them back"
        )),
    }
}

fn browser() -> Finding {
    if !cfg!(target_os = "linux") {
        return good("browser: this system comes with one");
    }
    match BROWSERS.into_iter().find(|name| which::which(name).is_ok()) {
        Some(name) => good(format!("browser: {name}")),
        None => bad("browser: none was found by its usual name; any that opens 127.0.0.1 will do"),
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.0 {
            writeln!(
                f,
                "{} {}",
                if finding.good { "ok  " } else { "look" },
                finding.words
            )?;
        }
        Ok(())
    }
}
