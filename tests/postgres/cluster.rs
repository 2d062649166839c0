//! A PostgreSQL server of the tests' own, in a temporary folder, reached by a Unix socket in it.

use std::{
    env,
    fs::{self, File, Permissions},
    io::Write,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::sync::MutexGuard;
use tokio_postgres::{Client, NoTls};

use crate::programs::Programs;

/// Processes are killed here, but no test takes away the power: the disk need not be waited for. Each line of the
/// log begins with the database's name.
const SETTINGS: &str = "\
    fsync = off
    listen_addresses = ''
    log_line_prefix = '%d '
";

/// Waits until the tests have ended, however they end: then its input does. Stops the server, removes the folder.
const GUARD: &str = "cat; \"$0\"/pg_ctl -D \"$1\"/data -m immediate -t 5 stop; rm -rf \"$1\"";

/// A server; it is stopped and its folder removed when this is dropped, and also when the tests are killed.
pub struct Cluster {
    folder: PathBuf,
    programs: Programs,
    server: Mutex<Option<Child>>,
    guard: Child,
    databases: AtomicUsize,
}

/// The server that most tests share, each with a database of its own.
///
/// `None` where PostgreSQL is not installed, and one line has said so.
pub fn shared() -> Option<&'static Cluster> {
    static SHARED: LazyLock<Option<Cluster>> = LazyLock::new(Cluster::start_new);
    SHARED.as_ref()
}

impl Cluster {
    /// A server for a test that stops it.
    pub fn start_new() -> Option<Self> {
        let Some(programs) = Programs::find() else {
            let required = env::var_os("REQUIRE_POSTGRES").is_some();
            assert!(!required, "PostgreSQL is not installed");
            // Straight to the terminal: the test harness keeps back what a passing test prints.
            let _ = writeln!(std::io::stderr(), "skipped: PostgreSQL is not installed");
            return None;
        };
        let folder = tempfile::tempdir().unwrap().keep();
        programs.own(&folder);
        let mut guard = programs.command("/bin/sh");
        guard.args(["-c", GUARD]).arg(&programs.folder).arg(&folder);
        guard.process_group(0); // Ctrl-C in the terminal is not meant for it.
        guard.stdin(Stdio::piped()).stdout(Stdio::null());
        let guard = guard.stderr(Stdio::null()).spawn().unwrap();
        let mut make = programs.command("initdb");
        make.args(["--no-sync", "--auth=trust", "--username=postgres", "-D"]);
        let made = make.arg(folder.join("data")).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        let cluster = Self {
            folder,
            programs,
            server: Mutex::default(),
            guard,
            databases: AtomicUsize::default(),
        };
        cluster.set(SETTINGS);
        cluster.start();
        Some(cluster)
    }

    /// Changes settings of the server, which hold from its next start.
    pub fn set(&self, settings: &str) {
        let file = self.folder.join("data/postgresql.conf");
        let file = File::options().append(true).open(file);
        write!(file.unwrap(), "\n{settings}\n").unwrap();
    }

    /// Gives a file to the server, which alone may then read it; returns where it is.
    #[allow(dead_code, reason = "the server's certificate, in sessions/tests")]
    pub fn give(&self, name: &str, content: &[u8]) -> PathBuf {
        let file = self.folder.join(name);
        fs::write(&file, content).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        self.programs.own(&file);
        file
    }

    /// Starts the server and waits until it takes connections.
    pub fn start(&self) {
        // After a kill, there cannot be another server until the last of its children has noticed.
        for _ in 0..200 {
            let log = File::options()
                .create(true)
                .append(true)
                .open(self.folder.join("log"));
            let mut server = self.programs.command("postgres");
            server.arg("-D").arg(self.folder.join("data"));
            server.arg("-k").arg(&self.folder).process_group(0);
            let mut server = server.stderr(log.unwrap()).spawn().unwrap();
            while server.try_wait().unwrap().is_none() {
                if self
                    .status()
                    .is_some_and(|status| status == (server.id(), true))
                {
                    *self.server.lock().unwrap() = Some(server);
                    return;
                }
                thread::sleep(Duration::from_millis(5));
            }
        }
        let log = fs::read_to_string(self.folder.join("log"));
        panic!("PostgreSQL does not start: {}", log.unwrap_or_default());
    }

    /// What the server writes about itself: its number, and whether it takes connections.
    fn status(&self) -> Option<(u32, bool)> {
        let written = fs::read_to_string(self.folder.join("data/postmaster.pid")).ok()?;
        let first = written.lines().next()?.parse().ok()?;
        Some((first, written.lines().nth(7)?.trim() == "ready"))
    }

    /// Stops the server as an administrator does; whoever is connected is sent away.
    pub fn stop(&self) {
        self.end("INT");
    }

    /// Ends the server without warning.
    pub fn kill(&self) {
        self.end("KILL");
    }

    fn end(&self, signal: &str) {
        self.signal(signal);
        let server = self.server.lock().unwrap().take();
        server.expect("a running server").wait().unwrap();
    }

    /// Sends a signal to the server; STOP and CONT, which let it hang and go on, to its children as well.
    pub fn signal(&self, signal: &str) {
        let server = self.server.lock().unwrap();
        let first = server.as_ref().expect("a running server").id().to_string();
        let mut list = Command::new("ps");
        let children = list
            .args(["-o", "pid=", "--ppid", &first])
            .output()
            .unwrap();
        let children = String::from_utf8(children.stdout).unwrap();
        let mut kill = Command::new("kill");
        kill.args(["-s", signal, &first]);
        if signal != "INT" {
            kill.args(children.split_whitespace());
        }
        // A child may have ended by itself in between.
        kill.stderr(Stdio::null()).status().unwrap();
    }

    /// What the server has logged about a database.
    pub fn logged(&self, database: &str) -> Vec<String> {
        let log = fs::read_to_string(self.folder.join("log")).unwrap();
        let prefix = format!("{database} ");
        let lines = log.lines().filter(|line| line.starts_with(&prefix));
        lines.map(String::from).collect()
    }

    /// The address of a new, empty database.
    pub async fn database(&self) -> String {
        let name = format!("d{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let admin = client(&self.address("postgres")).await;
        let create = format!("create database {name}");
        admin.batch_execute(&create).await.unwrap();
        self.address(&name)
    }

    fn address(&self, database: &str) -> String {
        let socket = self.folder.to_str().unwrap().replace('/', "%2F");
        format!("postgres://postgres@{socket}/{database}")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(server) = self.server.get_mut().unwrap() {
            let _ = server.kill();
            let _ = server.wait();
        }
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// Waits for a turn. Whoever fills the machine, or measures how long something takes, has one: then nobody's patience
/// ends for want of a processor.
pub async fn turn() -> MutexGuard<'static, ()> {
    static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    TURN.lock().await
}

/// A connection for looking at a database.
pub async fn client(address: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
