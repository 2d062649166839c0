//! `check URL --security`: what may be asked, and how it is answered.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use journey::{Program, Site};
use locallibrary::{Error, people::PEOPLE};
use session_check::{Progress, Report, Target, Wanted, Written, json, run, sarif, unknown};

use crate::{
    commands::terminal,
    console::{fail, printable, say, warn},
    learner::{build::compile, check, source::Mine},
    project::root,
};

/// The exit status of a check that could not be made.
const NOT_MADE: u8 = 2;

/// The steps in which the people of the course sign in.
const WITH_PEOPLE: [u8; 3] = [8, 11, 13];

/// What the security check is told.
#[derive(Args)]
pub struct Security {
    /// Checks the sessions of any site for what an attacker would try: check URL --security
    #[arg(long)]
    pub security: bool,
    /// The page that uses the session, like /; a page that counts visits shows the most
    #[arg(long, requires = "security", value_name = "PATH")]
    page: Option<String>,
    /// How to sign in: "POST /sign-in name=ann&password=$PASSWORD", where $PASSWORD is read from the environment
    #[arg(long, requires = "security", value_name = "FORM")]
    sign_in: Option<String>,
    /// How another person signs in
    #[arg(long, requires = "security", value_name = "FORM")]
    second: Option<String>,
    /// How to sign out: "POST /sign-out"
    #[arg(long, requires = "security", value_name = "FORM")]
    sign_out: Option<String>,
    /// A page that only somebody who is signed in sees
    #[arg(long, requires = "security", value_name = "PATH")]
    private: Option<String>,
    /// How to change the password, which is changed back: "POST /password old={old}&new={new}"
    #[arg(long, requires = "security", value_name = "FORM")]
    change_password: Option<String>,
    /// A TOML file with the same: sign-in = "POST /sign-in name=ann&password=$PASSWORD"
    #[arg(long, requires = "security", value_name = "FILE")]
    account: Option<PathBuf>,
    /// Asks these alone: names of questions or groups, with commas between them
    #[arg(
        long,
        requires = "security",
        value_delimiter = ',',
        value_name = "NAMES"
    )]
    only: Vec<String>,
    /// Asks all but these
    #[arg(
        long,
        requires = "security",
        value_delimiter = ',',
        value_name = "NAMES"
    )]
    skip: Vec<String>,
    /// The site is yours, though it is not on this machine; it is sent some thousand requests
    #[arg(long, requires = "security")]
    it_is_mine: bool,
    /// Answers as JSON
    #[arg(long, requires = "security", conflicts_with = "sarif")]
    json: bool,
    /// Answers as SARIF, for code hosts
    #[arg(long, requires = "security")]
    sarif: bool,
}

impl Security {
    /// Checks the site at `address`, or the learner's own program.
    pub async fn check(self, address: &str, mine: bool) -> ExitCode {
        let (as_json, as_sarif) = (self.json, self.sarif);
        match self.report(address, mine).await {
            Ok(report) => {
                match (as_json, as_sarif) {
                    (true, _) => say(format_args!("{:#}", json(&report))),
                    (_, true) => say(format_args!("{:#}", sarif(&report))),
                    _ => say(terminal::security(&report)),
                }
                ExitCode::from(report.exit_status())
            }
            Err(cause) => {
                fail(&cause);
                ExitCode::from(NOT_MADE)
            }
        }
    }

    async fn report(self, address: &str, mine: bool) -> Result<Report, Error> {
        let told: Progress = &|words| warn(format_args!("... {words}"));
        let wanted = Wanted {
            only: self.only.clone(),
            skip: self.skip.clone(),
        };
        if let Some(name) = [&wanted.only, &wanted.skip]
            .into_iter()
            .find_map(|names| unknown(names))
        {
            let names: Vec<_> = session_check::questions()
                .map(|question| question.id)
                .collect();
            let name = printable(name);
            return Err(Error::Failed(format!(
                "there is no question {name}; there are {}",
                names.join(", ")
            )));
        }
        let it_is_mine = self.it_is_mine;
        let mut written = self.written().map_err(Error::Failed)?;
        let program = if mine {
            Some(start(&mut written).await?)
        } else {
            None
        };
        let address = match &program {
            Some(program) => format!("http://{}", program.host()),
            None => check::address(address).map_err(Error::Failed)?,
        };
        let target = Target::find(&address, it_is_mine).map_err(Error::Failed)?;
        if !target.is_here() {
            warn(format_args!(
                "{} is sent some thousand requests, at most 20 at once",
                target.host
            ));
        }
        let account = written.account().map_err(Error::Failed)?;
        let page = written.page.as_deref().unwrap_or("/");
        Ok(run(&target, page, account, wanted, told).await)
    }

    fn written(self) -> Result<Written, String> {
        let typed = Written {
            page: self.page,
            sign_in: self.sign_in,
            second: self.second,
            sign_out: self.sign_out,
            private: self.private,
            change_password: self.change_password,
        };
        let in_file = self.account.map(|file| Written::read(&file)).transpose()?;
        Ok(typed.or(in_file.unwrap_or_default()))
    }
}

/// Builds and starts the learner's program. A copy of a step that has people has those of the course.
async fn start(written: &mut Written) -> Result<Program, Error> {
    let mine = Mine::new(&root());
    let built = compile(&mine)
        .await
        .map_err(|failure| Error::Failed(failure.to_string()))?;
    if mine.step().is_some_and(|step| WITH_PEOPLE.contains(&step)) {
        *written = written.clone().or(people_of_the_course());
    }
    Program::start(built.program).await
}

fn people_of_the_course() -> Written {
    let sign_in = |(name, password): (&str, &str)| {
        Some(format!("POST /sign-in name={name}&password={password}"))
    };
    Written {
        sign_in: sign_in(PEOPLE[0]),
        second: sign_in(PEOPLE[1]),
        sign_out: Some("POST /sign-out".into()),
        private: Some("/loans".into()),
        change_password: Some("POST /password old={old}&new={new}".into()),
        ..Written::default()
    }
}
