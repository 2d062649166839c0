//! An application that has nothing of ours but the package of the sessions.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::process::{Running, start};

/// Builds an example of the package as an application of its own, in a folder of its own, and with this feature alone.
pub fn build(example: &str, feature: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let manifest = format!(
        "[package]\nname = \"{example}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         axum = \"0.8\"\ntokio = {{ version = \"1\", features = [\"macros\", \"net\", \"rt-multi-thread\"] }}\n\
         tower-sessions = \"0.15\"\n\
         lossless-sessions = {{ path = {:?}, default-features = false, features = [{feature:?}] }}\n",
        root.join("sessions")
    );
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    let source = root.join(format!("sessions/examples/{example}.rs"));
    fs::copy(source, folder.path().join("src/main.rs")).unwrap();
    // The same versions as ours, so that nothing has to be fetched.
    fs::copy(root.join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    let target = root.join("target/outside");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--offline", "--quiet"])
        .env("CARGO_TARGET_DIR", &target)
        .current_dir(&folder)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{words}");
    target.join("debug").join(example)
}

/// A browser restores twenty tabs at once. Returns what each was answered, and what the next visit was.
pub async fn restore_twenty_tabs(mut program: Command) -> (Vec<String>, String) {
    program.env("PORT", "0");
    let running = start(program);
    let first = visit(&running, "").await;
    let cookie = first
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "));
    let cookie = cookie.expect(&first).split(';').next().unwrap().to_string();
    let tabs = (0..20).map(|_| visit(&running, &cookie));
    let tabs = futures_util::future::join_all(tabs).await;
    (tabs, visit(&running, &cookie).await)
}

async fn visit(running: &Running, cookie: &str) -> String {
    let request = format!(
        "GET / HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n"
    );
    let request = request.replace("cookie: \r\n", "");
    let address = running.address.trim_start_matches("http://");
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    answer
}
