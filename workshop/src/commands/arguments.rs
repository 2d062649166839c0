//! What may be asked, and what is said to wrong arguments.

use std::{net::Ipv4Addr, path::PathBuf};

use clap::{
    CommandFactory, FromArgMatches, Parser, Subcommand,
    builder::styling::{AnsiColor, Styles},
    error::{ContextKind, ContextValue, ErrorKind},
};
use locallibrary::{Error, server};

use super::security::Security;
use crate::console::printable;

/// The colours of the help, as cargo's own has them.
const STYLES: Styles = Styles::styled()
    .header(AnsiColor::BrightGreen.on_default().bold())
    .usage(AnsiColor::BrightGreen.on_default().bold())
    .literal(AnsiColor::BrightCyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Sessions, step by step. Without a command it serves the workshop at http://127.0.0.1:3000.
#[derive(Parser)]
#[command(bin_name = "cargo run --", disable_version_flag = true, styles = STYLES)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Subcommand)]
pub enum Command {
    /// Puts a copy of a step into steps/mine/main.rs; what was there is kept
    Start {
        /// The step, like 3; without it the steps are listed
        #[arg(allow_negative_numbers = true)]
        step: Option<String>,
    },
    /// Asks a running site, in any language, what a step or an exercise asks
    Check {
        /// The step, like 3, or its exercise, like 3.1; left out with --security
        #[arg(allow_negative_numbers = true, required_unless_present = "security")]
        task: Option<String>,
        /// Where the site is: an address, or a port of this machine
        // Not localhost: the settings of MDN's site know this name of the machine only.
        #[arg(default_value = "http://127.0.0.1:8000")]
        url: String,
        /// Builds and runs steps/mine instead
        #[arg(long, conflicts_with = "url")]
        mine: bool,
        #[command(flatten)]
        security: Box<Security>,
    },
    /// Shows which lines of a step's pages differ from the pinned ones
    Compare {
        /// The step, like 3
        #[arg(allow_negative_numbers = true)]
        step: String,
        /// Builds and runs steps/mine instead of the step itself
        #[arg(long)]
        mine: bool,
    },
    /// Shows a broken program and what goes over its wire: which line is wrong?
    Diagnose {
        /// The step, like 3
        #[arg(allow_negative_numbers = true)]
        step: String,
        /// The number of the line that you take for the wrong one
        #[arg(allow_negative_numbers = true, value_parser = line)]
        line: Option<usize>,
    },
    /// Builds, runs and checks steps/mine each time you save it
    Watch {
        /// The exercise, like 3.1; else the next one that is not done
        #[arg(allow_negative_numbers = true)]
        task: Option<String>,
    },
    /// Shows what changed from one step to another
    Diff {
        /// The first step; alone, it is compared with the one that it builds on
        #[arg(allow_negative_numbers = true)]
        from: String,
        /// The second step
        #[arg(allow_negative_numbers = true)]
        to: Option<String>,
    },
    /// Says how far you are
    Progress {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Leaves the current step behind and goes to the next
    Next,
    /// Goes to the step before
    Previous,
    /// Goes to a step
    Goto {
        /// The step, like 3
        #[arg(allow_negative_numbers = true)]
        step: String,
    },
    /// Writes all pages into a folder, for any file server or for none
    Export {
        /// A folder that is new or empty
        folder: PathBuf,
    },
    /// Serves the workshop, and a room for everybody on the local network
    Room {
        /// The address of this machine that guests can reach, when the one that was found is not
        #[arg(long, value_parser = address)]
        address: Option<Ipv4Addr>,
    },
    /// Says what this machine has, for yourself or your instructor
    Doctor,
    /// Deletes the sessions that have expired, as Django's command does
    Clearsessions,
}

fn line(text: &str) -> Result<usize, &'static str> {
    text.parse().map_err(|_| "a line has a number, like 27")
}

fn address(text: &str) -> Result<Ipv4Addr, &'static str> {
    text.parse()
        .map_err(|_| "an address has four numbers, like 192.168.1.20")
}

impl Arguments {
    /// The arguments of this process, for a course of so many steps. clap prints its help itself.
    ///
    /// # Errors
    /// [`Error::Failed`] with one sentence about what is wrong.
    pub fn read(steps: usize) -> Result<Self, Error> {
        let literal = STYLES.get_literal();
        let with_port = server::with_port(8001, "cargo run --bin step3");
        let command = Self::command().after_help(format!(
            "Each step is a program of its own, step1 to step{steps}:\n  \
             {literal}cargo run --bin step3{literal:#}  runs one at http://127.0.0.1:8000\n  \
             {literal}cargo run --bin mine{literal:#}   runs your own copy, which start has made\n\
             {literal}{with_port}{literal:#} takes another port"
        ));
        let parsed = command
            .try_get_matches()
            .and_then(|matches| Self::from_arg_matches(&matches));
        parsed.map_err(|error| {
            if !error.use_stderr() {
                error.exit();
            }
            let sentence = sentence(&error);
            Error::Failed(format!("{sentence}; cargo run -- help lists the commands"))
        })
    }
}

/// What clap has to say, in one line.
fn sentence(error: &clap::Error) -> String {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) => vec![word.clone()],
        Some(ContextValue::Strings(words)) => words.clone(),
        _ => Vec::new(),
    };
    let said = error.to_string();
    let (words, usage) = said.split_once("Usage:").unwrap_or((&said, ""));
    match error.kind() {
        ErrorKind::MissingRequiredArgument => {
            let missing = context(ContextKind::InvalidArg);
            let are = if missing.len() == 1 { "is" } else { "are" };
            let usage = usage.lines().next().unwrap_or_default().trim();
            format!("{} {are} missing: {usage}", missing.join(" and "))
        }
        ErrorKind::InvalidSubcommand => {
            let wrong = context(ContextKind::InvalidSubcommand).concat();
            let meant = context(ContextKind::SuggestedSubcommand);
            let meant = meant.first().map(|word| format!("; did you mean {word}?"));
            format!(
                "there is no command {}{}",
                printable(&wrong),
                meant.unwrap_or_default()
            )
        }
        _ => {
            let lines = words.lines().map(str::trim);
            let told = lines
                .filter(|line| !line.is_empty() && !line.starts_with("For more information"))
                .map(printable);
            let told = told.collect::<Vec<_>>().join("; ");
            told.trim_start_matches("error: ").to_string()
        }
    }
}
