//! A workshop to test: a project of its own, the real binary, and requests as they are written.

use std::{
    collections::BTreeMap,
    fs,
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tempfile::TempDir;

use crate::{
    process::{Running, start},
    steps::STEPS,
};

/// A project of its own for a workshop: the texts of this one, and a place for progress and the learner's work.
pub struct Project(pub TempDir, Option<MutexGuard<'static, ()>>);

/// Held by the one project whose learner's program may be built: they all build into the same folder.
static BUILDING: Mutex<()> = Mutex::new(());

impl Project {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("steps/mine")).unwrap();
        fs::create_dir_all(folder.path().join("steps/03")).unwrap();
        fs::write(folder.path().join("steps/mine/main.rs"), STUB).unwrap();
        fs::write(folder.path().join("steps/03/main.rs"), STEPS[2].source).unwrap();
        for texts in ["slides", "snapshots"] {
            copy(
                &Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(texts),
                &folder.path().join(texts),
            );
        }
        Self(folder, None)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_workshop"));
        command
            .args(arguments)
            .env("LOCALLIBRARY_ROOT", self.0.path())
            .env("LOCALLIBRARY_DB", self.0.path().join("library.db"))
            .env("PORT", "0")
            .env_remove("VISUAL")
            .env_remove("EDITOR")
            // The learner's program is built with what the tests have built already.
            .env(
                "CARGO_TARGET_DIR",
                Path::new(env!("CARGO_BIN_EXE_workshop"))
                    .ancestors()
                    .nth(2)
                    .unwrap(),
            );
        command
    }

    pub fn serve(&self) -> Running {
        start(self.command(&[]))
    }

    pub fn run(&self, arguments: &[&str]) -> (bool, String) {
        let output = self.command(arguments).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }

    pub fn mine(&self) -> PathBuf {
        self.0.path().join("steps/mine/main.rs")
    }
}

/// What stands for a program that nobody has begun.
pub const STUB: &str = journey::text!("../../src/learner/stub.txt");

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (entry, to) = (entry.unwrap(), to);
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to)
        } else {
            _ = fs::copy(entry.path(), to).unwrap()
        }
    }
}

/// An answer that has not come by then never will; a build on a busy machine takes its time.
const PATIENCE: Duration = Duration::from_secs(240);

/// Sends a request as it is written here, and returns the whole answer.
pub fn ask(address: &str, request: &str, body: &[u8]) -> String {
    let host = address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = request.replace("HOST", host).replace('\n', "\r\n");
    stream
        .write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes())
        .unwrap();
    let _ = stream.write_all(body); // A server that has seen enough closes the connection.
    let mut answer = Vec::new();
    if let Err(cause) = stream.read_to_end(&mut answer) {
        // A server that refuses what it has not read closes the connection hard; silence is another thing.
        assert_eq!(
            cause.kind(),
            ErrorKind::ConnectionReset,
            "{request}: {cause}"
        );
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// The same for a body that is refused before all of it was sent. The server then closes the connection, and its answer
/// may be lost with it; so the request is made again until an answer comes through.
pub fn ask_until_answered(address: &str, request: &str, body: &[u8]) -> String {
    let answers = (0..100).map(|_| ask(address, request, body));
    let mut answers = answers.filter(|answer| !answer.is_empty());
    answers
        .next()
        .expect("an answer to one of a hundred requests")
}

pub fn get(address: &str, path: &str) -> String {
    ask(address, &format!("GET {path} HTTP/1.1\nHost: HOST"), b"")
}

pub fn post(address: &str, path: &str, form: &str) -> String {
    let length = form.len();
    let head = "Host: HOST\nContent-Type: application/x-www-form-urlencoded";
    ask(
        address,
        &format!("POST {path} HTTP/1.1\n{head}\nContent-Length: {length}"),
        form.as_bytes(),
    )
}

/// The values of an attribute in a page.
pub fn values<'a>(page: &'a str, attribute: &'a str) -> impl Iterator<Item = String> {
    let start = format!("{attribute}=\"");
    let parts: Vec<_> = page.split(&start).skip(1).map(str::to_string).collect();
    parts
        .into_iter()
        .map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"))
}

/// Where a step is live, as the workshop's own page says: a link to a tab of its own.
pub fn live(address: &str, step: u8) -> String {
    let page = get(address, &format!("/steps/{step}"));
    let (before, _) = page.split_once(" target=\"live\"").expect("a live step");
    let link = before.rsplit("href=\"").next().unwrap();
    let host = link
        .trim_start_matches("http://")
        .split('/')
        .next()
        .unwrap();
    format!("http://{}", host.trim_end_matches('"'))
}

/// Every page of the workshop that its pages lead to, with what it answers.
pub fn pages(address: &str) -> BTreeMap<String, String> {
    pages_among(address, |_| true)
}

/// The same, among those that are asked for.
pub fn pages_among(address: &str, is_asked_for: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
    let (mut found, mut open) = (BTreeMap::new(), vec!["/".to_string()]);
    while let Some(path) = open.pop() {
        if found.contains_key(&path) {
            continue;
        }
        let page = get(address, &path);
        let links = values(&page, "href").collect::<Vec<_>>();
        found.insert(path, page);
        let links = links
            .into_iter()
            .map(|link| link.split('#').next().unwrap().to_string());
        let pages = links.filter(|link| link.starts_with('/') && !link.starts_with("/static"));
        open.extend(pages.filter(|page| is_asked_for(page)));
    }
    found
}

/// Step 3 with its first exercise solved.
pub fn solved() -> String {
    let source = STEPS[2].source;
    source
        .replace(
            "get_or(NUM_VISITS, 0).await?;",
            "get_or(NUM_VISITS, 0).await? + 1;",
        )
        .replace("num_visits.saturating_add(1)", "num_visits")
}

/// A project in which the learner's program can be built.
pub fn whole_project() -> Project {
    let mut project = Project::new();
    project.1 = Some(BUILDING.lock().unwrap_or_else(PoisonError::into_inner));
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let manifest = fs::read_to_string(home.join("Cargo.toml")).unwrap();
    // The same package with the learner's binary alone, and the library of this one.
    let (workspace, package) = manifest.split_once("[package]").unwrap();
    let is_list = |line: &&str| line.starts_with("members") || line.starts_with("default-members");
    let rest = workspace.lines().filter(|line| !is_list(line));
    let workspace = rest.collect::<Vec<_>>().join("\n");
    let workspace = workspace.replace(
        "[workspace]",
        "[workspace]\nmembers = [\"workshop/observed\"]",
    );
    let ours = format!("path = \"{}/", home.display());
    let workspace = workspace.replace("path = \"", &ours);
    let (_, dependencies) = package.split_once("[dependencies]").unwrap();
    let (dependencies, rest) = dependencies.split_once("[build-dependencies]").unwrap();
    let (_, profile) = rest.split_once("[profile.dev]").unwrap();
    let (profile, _) = profile.split_once("[profile.release]").unwrap();
    let manifest = format!(
        "{workspace}[package]\nname = \"mine\"\nedition = \"2024\"\n[[bin]]\nname = \"mine\"\n\
         path = \"steps/mine/main.rs\"\n[dependencies]\nlocallibrary.workspace = true\n{dependencies}\n\
         [profile.dev]{profile}"
    );
    fs::write(project.0.path().join("Cargo.toml"), manifest).unwrap();
    fs::copy(home.join("Cargo.lock"), project.0.path().join("Cargo.lock")).unwrap();
    copy(
        &home.join("workshop/observed"),
        &project.0.path().join("workshop/observed"),
    );
    project
}
