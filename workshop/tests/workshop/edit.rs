//! The learner's program, edited in My work. Observe: what somebody else has saved is never lost, and nobody else saves.

use std::fs;

use crate::{
    process::{start, status},
    project::{Project, ask, ask_until_answered, get, post, values},
    steps::STEPS,
};

const FIELD: &str = "/steps/3/mine/file";

/// The digest that a page's form carries.
fn digest(page: &str) -> String {
    let field = page.split("name=\"read\"").nth(1).expect("a field");
    values(field, "value").next().unwrap()
}

#[test]
fn what_is_typed_is_saved_and_another_editor_s_save_is_shown_instead_of_lost() {
    let project = Project::new();
    let workshop = project.serve();
    let page = || get(&workshop.address, "/steps/3/mine");
    let send = |form: &str| post(&workshop.address, FIELD, form);
    assert!(!page().contains("<textarea"), "nobody has begun");
    assert_eq!(status(&send("text=x&read=")), 404);

    fs::write(project.mine(), STEPS[2].source).unwrap();
    let read = digest(&page());
    assert!(page().contains("//! Step 3:") && page().contains("aria-label=\"steps/mine/main.rs\""));
    assert_eq!(
        status(&send(&format!("text=//+first%0D%0A&read={read}"))),
        303
    );
    let file = || fs::read_to_string(project.mine()).unwrap();
    assert_eq!(file(), "// first\n");

    // Another editor saves; then the page does, with what it read before.
    let read = digest(&page());
    fs::write(project.mine(), "// another editor's\n").unwrap();
    let mine = format!("text=//+mine%0D%0A&read={read}");
    let answer = send(&mine);
    assert_eq!(status(&answer), 409, "{answer}");
    assert_eq!(file(), "// another editor's\n");
    assert!(answer.contains("has changed since you read it, so nothing was saved"));
    let field = answer.split("<textarea").nth(1).unwrap();
    assert!(
        field
            .split("</textarea>")
            .next()
            .unwrap()
            .ends_with("\n// mine\n"),
        "{field}"
    );
    let shown = answer.split("class=\"code diff\"").nth(1).unwrap();
    assert!(
        shown.contains("<ins>") && shown.contains("another editor"),
        "{shown}"
    );
    let part = send(&format!("{mine}&part=field"));
    assert!(status(&part) == 409 && !part.contains("<html"), "{part}");

    let seen = digest(&answer);
    assert_eq!(
        status(&send(&format!("text=//+mine&read={seen}&keep=file"))),
        303
    );
    assert_eq!(file(), "// another editor's\n");
    assert_eq!(
        status(&send(&format!("text=//+mine%0D%0A&read={seen}&keep=mine"))),
        303
    );
    assert_eq!(file(), "// mine\n");
    let folder = fs::read_dir(project.mine().parent().unwrap()).unwrap();
    let texts = folder.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    assert!(
        texts
            .into_iter()
            .any(|text| text == "// another editor's\n"),
        "both are kept"
    );
}

#[test]
fn only_a_page_of_the_workshop_saves_and_only_a_program_s_worth() {
    let project = Project::new();
    fs::write(project.mine(), "// mine\n").unwrap();
    let workshop = start(project.command(&["room", "--address", "127.0.0.1"]));
    let read = digest(&get(&workshop.address, "/steps/3/mine"));
    let room = get(&workshop.address, "/steps/3/room");
    let room = room
        .split("<strong>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    let form = format!("text=//+theirs&read={read}");
    let length = form.len();
    let send = |address: &str, headers: &str| {
        let head = format!(
            "POST {FIELD} HTTP/1.1\n{headers}\nContent-Type: application/x-www-form-urlencoded\nContent-Length: {length}"
        );
        status(&ask(address, &head, form.as_bytes()))
    };
    let own = &workshop.address;
    for origin in ["http://evil.example", "null", room] {
        assert_eq!(
            send(own, &format!("Host: HOST\nOrigin: {origin}")),
            403,
            "{origin}"
        );
    }
    assert_eq!(send(own, "Host: HOST\nSec-Fetch-Site: cross-site"), 403);
    assert_eq!(send(own, "Host: evil.example"), 421);
    assert_eq!(
        send(room, "Host: HOST"),
        404,
        "a guest reaches the room alone"
    );
    let large = format!("text={}&read={read}", "a".repeat(1_000_000));
    let head = format!(
        "POST {FIELD} HTTP/1.1\nHost: HOST\nContent-Type: application/x-www-form-urlencoded\nContent-Length: {}",
        large.len()
    );
    assert_eq!(
        status(&ask_until_answered(own, &head, large.as_bytes())),
        413
    );
    assert_eq!(fs::read_to_string(project.mine()).unwrap(), "// mine\n");
    let long = format!("text={}&read={read}", "a".repeat(100_000));
    assert_eq!(
        status(&post(own, FIELD, &long)),
        303,
        "a long program is one"
    );
}
