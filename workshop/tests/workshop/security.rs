//! The security check from the terminal. Observe: its exit status tells the worst level, no password is printed, and what
//! cannot be asked is told in one sentence.

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use serde_json::Value;

use crate::{
    process::status,
    project::{Project, get, live, post, whole_project},
    steps::STEPS,
};

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

/// A site whose cookie has no `SameSite`; it serves for as long as the test runs.
fn careless_site() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            let _ = connection.read(&mut [0; 10_000]);
            let page = "HTTP/1.1 200 OK\r\nset-cookie: id=abcdefgh; Path=/; HttpOnly\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi";
            let _ = connection.write_all(page.as_bytes());
        }
    });
    format!("http://{address}")
}

#[test]
fn a_security_check_tells_its_worst_level_by_its_exit_status() {
    let project = Project::new();
    let asked = ["--security", "--only", "attributes,sign-in"];
    let site = careless_site();
    let arguments = [&[site.as_str()][..], &asked].concat();
    let (status, said, progress) = check(&project, &arguments);
    for words in [
        "weak       Other sites cannot send the session's cookie along with their forms",
        "should  SameSite=Lax or SameSite=Strict.",
        "Django: SESSION_COOKIE_SAMESITE",
        "it needs an account: --sign-in and --private",
    ] {
        assert!(said.contains(words), "{said}");
    }
    assert!(!said.contains("id-unique"), "{said}");
    assert!(
        progress.contains("... reading the cookie's attributes"),
        "{progress}"
    );
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

#[test]
fn the_page_of_the_security_check_says_what_the_command_says() {
    let project = Project::new();
    let workshop = project.serve();
    assert!(get(&workshop.address, "/take-it-home").contains("href=\"/security\""));
    assert!(get(&workshop.address, "/security").contains("name=\"change_password\""));
    let empty = "page=&sign_out=&private=&second=&change_password=";
    let address = careless_site().replace("http://", "http%3A%2F%2F");
    let form = format!("address={address}&sign_in=&{empty}");
    let page = post(&workshop.address, "/security", &form);
    assert_eq!(status(&page), 200);
    for words in [
        "Weak: one line of defence is missing",
        "along with their forms <code>same-site</code></h3>",
        "<dt>Should come</dt><dd>SameSite=Lax or SameSite=Strict.</dd>",
        "<li>Django: <code>SESSION_COOKIE_SAMESITE",
        "it needs an account: --sign-in and --private",
    ] {
        assert!(page.contains(words), "{words} is not in {page}");
    }
}

#[test]
fn the_page_of_the_security_check_says_what_is_wrong_and_repeats_no_password() {
    let project = Project::new();
    let workshop = project.serve();
    let empty = "page=&sign_out=&second=&change_password=";
    for (typed, words) in [
        (
            "address=192.0.2.7%3A80&private=&sign_in=hush",
            "is not this machine",
        ),
        (
            "address=8000&private=&sign_in=%2Fin+password%3Dhush",
            "--sign-in needs --private",
        ),
        ("address=&private=&sign_in=hush", "address was given"),
    ] {
        let page = post(&workshop.address, "/security", &format!("{typed}&{empty}"));
        assert_eq!(status(&page), 422);
        assert!(page.contains(words) && !page.contains("hush"), "{page}");
    }
}

#[test]
#[ignore = "takes its time: cargo test -- --ignored"]
fn my_own_program_is_asked_as_one_of_its_people() {
    let project = whole_project();
    let asked = ["--mine", "--security", "--only", "sign-in"];
    fs::write(project.mine(), STEPS[7].source).unwrap();
    let (status, said, _) = check(&project, &asked);
    assert_eq!(status, Some(0), "{said}");
    assert!(
        said.contains("good       Signing in gives a new id"),
        "{said}"
    );
    let fault = STEPS[7]
        .source
        .replace("    session.cycle_key().await?;\n", "");
    fs::write(project.mine(), fault).unwrap();
    let (status, said, _) = check(&project, &asked);
    assert_eq!(status, Some(2), "{said}");
    assert!(
        said.contains("broken     Signing in gives a new id"),
        "{said}"
    );
    assert!(!said.contains("austen"), "{said}");
}
