//! The security check from the terminal. Observe: its exit status tells the worst level, no password is printed, and what
//! cannot be asked is told in one sentence.

use std::fs;

use serde_json::Value;

use crate::project::{Project, live};

/// Asks a site that the workshop serves; returns the exit status and what was said on both outputs.
fn check(project: &Project, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = project.command(&["check"]);
    let output = command
        .args(arguments)
        .env("ANNS", "ann reads austen")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn a_security_check_tells_its_worst_level_by_its_exit_status() {
    let project = Project::new();
    let workshop = project.serve();
    let (status, said, progress) = check(
        &project,
        &[
            &live(&workshop.address, 3),
            "--security",
            "--skip",
            "mixing",
        ],
    );
    assert!(
        said.contains("weak       Requests at once are all answered, and none is lost"),
        "{said}"
    );
    assert!(
        said.contains("should  200 for each request, and a count that is higher by as many."),
        "{said}"
    );
    assert!(
        said.contains("Django: keep what must not be lost in models"),
        "{said}"
    );
    assert!(
        said.contains("it needs an account: --sign-in and --private") && !said.contains("mixed-up"),
        "{said}"
    );
    assert!(progress.contains("... collecting 200 ids"), "{progress}");
    assert_eq!(status, Some(1), "{said}");
}

#[test]
fn an_account_may_be_in_a_file_and_its_password_in_the_environment() {
    let project = Project::new();
    let workshop = project.serve();
    let file = project.0.path().join("account.toml");
    let account = "sign-in = \"POST /sign-in name=ann&password=$ANNS\"\nsign-out = \"POST /sign-out\"\nprivate = \"/loans\"\n";
    fs::write(&file, account).unwrap();
    let (address, file) = (
        live(&workshop.address, 8),
        file.to_str().unwrap().to_string(),
    );
    let asked = [
        &address,
        "--security",
        "--account",
        &file,
        "--only",
        "sign-in,attributes",
        "--json",
    ];
    let (status, said, progress) = check(&project, &asked);
    let report: Value = serde_json::from_str(&said).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let level = |id: &str| {
        findings
            .iter()
            .find(|finding| finding["id"] == id)
            .map(|finding| &finding["level"])
    };
    assert_eq!(
        (level("new-id"), level("sign-out-ends")),
        (Some(&"good".into()), Some(&"good".into())),
        "{said}"
    );
    assert_eq!(status, Some(0), "{said}");
    assert!(
        !said.contains("austen") && !progress.contains("austen"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_checked_is_told_in_one_sentence() {
    let project = Project::new();
    for (arguments, words) in [
        (
            &["http://127.0.0.1:1", "--security"][..],
            "nothing answers at 127.0.0.1:1; is it running?",
        ),
        (&["http://192.0.2.7:80", "--security"], "add --it-is-mine"),
        (
            &["8000", "--security", "--only", "cokies"],
            "there is no question cokies",
        ),
        (
            &["8000", "--security", "--private", "/loans"],
            "a private page needs --sign-in",
        ),
        (
            &["8000", "--security", "--sign-in", "/in password=hidden"],
            "--sign-in needs --private",
        ),
        (
            &["8000", "--security", "--sign-in", "/in password=$NO_SUCH"],
            "the environment has no NO_SUCH",
        ),
        (
            &["8000", "--security", "--account", "no.toml"],
            "no.toml cannot be read",
        ),
    ] {
        let (status, said, told) = check(&project, arguments);
        let both = said + &told;
        assert!(both.contains(words) && !both.contains("hidden"), "{both}");
        assert_eq!(status, Some(2), "{both}");
    }
    let (status, _, said) = check(&project, &["8000", "--sign-out", "/out"]);
    assert!(status == Some(1) && said.contains("--security"), "{said}");
}
